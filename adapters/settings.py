"""What whoever runs Signpost can set, read from the environment and checked as a whole. docs/SETTINGS.md describes each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from adapters.relay import read_relay, read_sender
from knowledge.errors import SignpostError

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)
SHORTEST_SECRET = 20
NOT_SET = "{name} is not set. It is {where}."
SLACK_APP = "on the app's page at https://api.slack.com/apps"
WHERE = {
    "PUBLIC_URL": "the address at which Slack, Teams and browsers reach this installation, such as https://signpost.your-school.example",
    "SLACK_SIGNING_SECRET": f"under Basic Information, App Credentials, {SLACK_APP}",
    "SLACK_BOT_TOKEN": f"under OAuth & Permissions {SLACK_APP}, once the app is installed in your workspace; it begins with xoxb-",
    "SLACK_APP_TOKEN": f"under Basic Information, App-Level Tokens, {SLACK_APP}, with the scope connections:write; it begins with xapp-",
    "SLACK_CLIENT_ID": f"under Basic Information, App Credentials, {SLACK_APP}",
    "SLACK_CLIENT_SECRET": f"under Basic Information, App Credentials, {SLACK_APP}",
    "MICROSOFT_APP_ID": "the Application (client) ID on the registration's Overview page in the Azure portal",
    "MICROSOFT_APP_PASSWORD": "the value of a client secret, under Certificates & secrets of the registration in the Azure portal",
    "MICROSOFT_APP_TENANT_ID": "the Directory (tenant) ID on the registration's Overview page in the Azure portal",
    "SMTP_URL": "the server that sends your e-mail, such as smtp://user:password@smtp.your-school.example:587",
    "MAIL_FROM": "the address that e-mail is sent from, such as Signpost <signpost@your-school.example>",
    "WEBHOOK_URL": "an address of your own system that reaches people, such as https://alerts.your-school.example/signpost-{role}",
    "WEBHOOK_SECRET": "a word of your choice that your system checks signatures with; `openssl rand -hex 32` makes a good one",
    "READER_URL": "the address of a language model that your school has approved, such as https://models.your-school.example/v1",
    "READER_KEY": "what that address takes as a key; any word where it takes none",
    "READER_MODEL": "the name of the model there",
}


class SettingsWrong(SignpostError):
    """A setting is missing or has the wrong shape: whoever runs Signpost can correct the environment."""


class Settings(BaseSettings):
    """The settings, by the names of environment variables; blanks round a value do not count, and secrets are in no repr."""

    model_config = SettingsConfigDict(
        extra="ignore", str_strip_whitespace=True, hide_input_in_errors=True, frozen=True, env_ignore_empty=True
    )

    database_url: SecretStr = SecretStr("sqlite:///signpost.db")
    signpost_keys: SecretStr = SecretStr("")
    public_url: str = ""
    slack_signing_secret: SecretStr = SecretStr("")
    slack_bot_token: SecretStr = SecretStr("")
    slack_app_token: SecretStr = SecretStr("")
    slack_client_id: str = ""
    slack_client_secret: SecretStr = SecretStr("")
    slack_api_url: str = "https://slack.com/api/"
    microsoft_app_id: str = ""
    microsoft_app_password: SecretStr = SecretStr("")
    microsoft_app_tenant_id: str = ""
    microsoft_login_url: str = "https://login.microsoftonline.com"
    microsoft_metadata_url: str = "https://login.botframework.com/v1/.well-known/openidconfiguration"
    smtp_url: SecretStr = SecretStr("")
    mail_from: str = ""
    webhook_url: SecretStr = SecretStr("")
    webhook_secret: SecretStr = SecretStr("")
    all_well_url: SecretStr = SecretStr("")
    reader_url: SecretStr = SecretStr("")
    reader_key: SecretStr = SecretStr("")
    reader_model: str = ""
    log_level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(str.lower)] = "info"
    port: int = Field(default=3978, ge=0, le=65535)

    def value(self, name: str) -> str:
        """What a setting is set to, "" where it is not; `name` as in the environment."""
        found = getattr(self, name.lower())
        return (found.get_secret_value() if isinstance(found, SecretStr) else str(found)).strip()

    @property
    def base_url(self) -> str:
        """PUBLIC_URL without a slash at its end."""
        return self.public_url.rstrip("/")

    @property
    def slack(self) -> bool:
        """Whether anything of Slack is set up."""
        return any(self.value(name) for name in WHERE if name.startswith("SLACK_"))

    @property
    def teams(self) -> bool:
        """Whether anything of Teams is set up."""
        return any(self.value(name) for name in WHERE if name.startswith("MICROSOFT_"))

    @property
    def mail(self) -> bool:
        """Whether anything of e-mail is set up."""
        return bool(self.value("SMTP_URL") or self.value("MAIL_FROM"))

    @property
    def webhook(self) -> bool:
        """Whether anything of a webhook is set up."""
        return bool(self.value("WEBHOOK_URL") or self.value("WEBHOOK_SECRET"))

    @property
    def reader(self) -> bool:
        """Whether anything of a reader is set up."""
        return any(self.value(name) for name in WHERE if name.startswith("READER_"))

    @property
    def installs(self) -> bool:
        """Whether Slack workspaces can be added at the install page."""
        return bool(self.value("SLACK_CLIENT_ID") and self.value("SLACK_CLIENT_SECRET"))


def read_settings() -> Settings:
    """The settings in the environment, each read but not yet checked together. Raises SettingsWrong."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = [f"{str(one['loc'][0]).upper()}: {one['msg'].lower()}." for one in error.errors(include_input=False, include_url=False)]
        raise settings_wrong(wrong) from None


def checked(settings: Settings) -> Settings:
    """The same settings. Raises SettingsWrong naming everything that is missing or misshapen."""
    if wrong := faults(settings):
        raise settings_wrong(wrong)
    return settings


def settings_wrong(wrong: list[str]) -> SettingsWrong:
    """One error for several faults."""
    return SettingsWrong(
        "\n".join(["Signpost cannot run with these settings:", *(f"- {one}" for one in wrong)]),
        "Correct them in the environment and try again; docs/SETTINGS.md describes each setting.",
    )


def faults(settings: Settings) -> list[str]:
    """What is missing or misshapen, a sentence each; never a secret's value."""
    return [*_shapes(settings), *_slack(settings), *_teams(settings), *_mail(settings), *_webhook(settings), *_reader(settings)]


def address_faults(settings: Settings) -> list[str]:
    """A sentence where PUBLIC_URL is set to what is no address."""
    if not settings.public_url or _is_address(settings.base_url, with_path=False):
        return []
    return ["PUBLIC_URL must be an address with https:// and nothing after the host, such as https://signpost.your-school.example."]


def missing(settings: Settings, *names: str) -> list[str]:
    """A sentence for each of the settings that is not set, with where to find it."""
    return [NOT_SET.format(name=name, where=WHERE[name]) for name in names if not settings.value(name)]


def on_this_machine(host: str) -> bool:
    """Whether a host name or address reaches no further than this computer."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _slack(settings: Settings) -> Iterator[str]:
    if not settings.slack:
        return
    many = bool(settings.value("SLACK_CLIENT_ID") or settings.value("SLACK_CLIENT_SECRET"))
    socket = bool(settings.value("SLACK_APP_TOKEN"))
    if settings.value("SLACK_BOT_TOKEN") and not (many or socket or settings.value("SLACK_SIGNING_SECRET")):
        yield (
            "SLACK_BOT_TOKEN alone is not enough. Set SLACK_APP_TOKEN too (Socket Mode: needs no public address), "
            "or SLACK_SIGNING_SECRET and PUBLIC_URL (Slack calls this installation)."
        )
        for name in ("SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"):
            yield f"{name} is {WHERE[name]}."
        return
    needed = ["SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "PUBLIC_URL"] if many else ["SLACK_BOT_TOKEN"]
    if not socket:
        needed += ["SLACK_SIGNING_SECRET", "PUBLIC_URL"]
    yield from missing(settings, *dict.fromkeys(needed))


def _teams(settings: Settings) -> Iterator[str]:
    if not settings.teams:
        return
    yield from missing(settings, "MICROSOFT_APP_ID", "MICROSOFT_APP_PASSWORD", "MICROSOFT_APP_TENANT_ID", "PUBLIC_URL")
    url = urlsplit(settings.base_url)
    if url.scheme == "http" and not on_this_machine(url.hostname or ""):
        yield "PUBLIC_URL begins with http://, but Teams calls https addresses only."


def _mail(settings: Settings) -> Iterator[str]:
    if not settings.mail:
        return
    yield from missing(settings, "SMTP_URL", "MAIL_FROM")
    for name, read in (("SMTP_URL", read_relay), ("MAIL_FROM", read_sender)):
        try:
            if value := settings.value(name):
                read(value)
        except ValueError as error:
            yield f"{name} {error}."


def _webhook(settings: Settings) -> Iterator[str]:
    if not settings.webhook:
        return
    yield from missing(settings, "WEBHOOK_URL", "WEBHOOK_SECRET")
    url, secret = settings.value("WEBHOOK_URL"), settings.value("WEBHOOK_SECRET")
    if url and not _takes_letters(url):
        yield "WEBHOOK_URL must be an address that begins with https://, without a user, a password or a #."
    elif url and "{role}" not in urlsplit(url).path + urlsplit(url).query:
        yield (
            "WEBHOOK_URL must have {role} in it, after the host: Signpost writes lead, deputy, head or chair there. Each role needs a way "
            "of its own, because a report may be about one of them; docs/WEBHOOK.md has an example."
        )
    if secret and len(secret) < SHORTEST_SECRET:
        yield f"WEBHOOK_SECRET must have {SHORTEST_SECRET} characters or more. It is {WHERE['WEBHOOK_SECRET']}."


def _reader(settings: Settings) -> Iterator[str]:
    if not settings.reader:
        return
    yield from missing(settings, "READER_URL", "READER_KEY", "READER_MODEL")
    if (url := settings.value("READER_URL")) and not _takes_letters(url):
        yield "READER_URL must be an address that begins with https:// (http:// on this computer alone), without a user, a password or a #."
    if re.search(r"[^\x21-\x7e]", settings.value("READER_KEY")):
        yield f"READER_KEY holds a blank or a sign that no key has. It is {WHERE['READER_KEY']}."


def _takes_letters(url: str) -> bool:
    """Whether letters, the call that all is well, and questions may go to an address: encrypted, or no further than this computer."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 (raises for a port that is no number)
    except ValueError:
        return False
    if not parts.hostname or parts.username is not None or parts.fragment or re.search(r"[\s\\\x00-\x1f\x7f]", url):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and on_this_machine(parts.hostname))


def _shapes(settings: Settings) -> Iterator[str]:
    yield from address_faults(settings)
    if (url := settings.value("ALL_WELL_URL")) and not _takes_letters(url):
        yield "ALL_WELL_URL must be an address that begins with https://, without a user, a password or a #."
    for name in ("SLACK_API_URL", "MICROSOFT_LOGIN_URL", "MICROSOFT_METADATA_URL"):
        if not _is_address(settings.value(name), with_path=True):
            yield f"{name} must be an address that begins with https://."
    for name, prefix in (("SLACK_BOT_TOKEN", "xoxb-"), ("SLACK_APP_TOKEN", "xapp-")):
        if settings.value(name) and not settings.value(name).startswith(prefix):
            yield f"{name} does not begin with {prefix}, so it is something else. It is {WHERE[name]}."
    for name in ("SLACK_SIGNING_SECRET", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"):
        if settings.value(name).startswith(("xoxb-", "xoxp-", "xapp-")):
            yield f"{name} holds a token. It is {WHERE[name]}."
    if (app_id := settings.value("MICROSOFT_APP_ID")) and not GUID.fullmatch(app_id):
        yield f"MICROSOFT_APP_ID must look like 12345678-abcd-1234-abcd-123456789012. It is {WHERE['MICROSOFT_APP_ID']}."
    tenant = settings.value("MICROSOFT_APP_TENANT_ID")
    if tenant and not (GUID.fullmatch(tenant) or DOMAIN.fullmatch(tenant)):
        yield f"MICROSOFT_APP_TENANT_ID must look like 12345678-abcd-1234-abcd-123456789012. It is {WHERE['MICROSOFT_APP_TENANT_ID']}."
    if GUID.fullmatch(settings.value("MICROSOFT_APP_PASSWORD")):
        yield f"MICROSOFT_APP_PASSWORD holds a secret's ID instead of its value. It is {WHERE['MICROSOFT_APP_PASSWORD']}."


def _is_address(url: str, *, with_path: bool) -> bool:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 (raises for a port that is no number)
    except ValueError:
        return False
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment or parts.username:
        return False
    return (with_path or not parts.path) and not re.search(r"[\s\\]", url)
