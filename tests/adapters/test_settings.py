"""Settings: read from the environment, refused where a group is set by half or a value has the wrong shape, all of them documented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from adapters.relay import Relay, read_relay, read_sender
from adapters.settings import Settings, SettingsWrong, checked, faults, read_settings
from tests.adapters.installed import NAMES

SETTINGS = (Path(__file__).parents[2] / "docs" / "SETTINGS.md").read_text(encoding="utf-8")
APP = "12345678-abcd-1234-abcd-123456789012"
URL = {"PUBLIC_URL": "https://signpost.school.example"}
SIGNING, BOT, SOCKET = {"SLACK_SIGNING_SECRET": "5ec4e7"}, {"SLACK_BOT_TOKEN": "xoxb-5ec4e7"}, {"SLACK_APP_TOKEN": "xapp-5ec4e7"}
CLIENT = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "5ec4e7"}
MAIL = {"SMTP_URL": "smtp://signpost:5ec4e7@smtp.school.example:587", "MAIL_FROM": "Signpost <signpost@school.example>"}
HOOK = {"WEBHOOK_URL": "https://alerts.school.example/5ec4e7-{role}", "WEBHOOK_SECRET": "5ec4e7-5ec4e7-5ec4e7-5ec4e7"}
READER = {"READER_URL": "https://models.school.example/v1", "READER_KEY": "5ec4e7", "READER_MODEL": "small"}
TEAMS = {"MICROSOFT_APP_ID": APP, "MICROSOFT_APP_PASSWORD": "5ec4e7", "MICROSOFT_APP_TENANT_ID": APP}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def settings(environment: pytest.MonkeyPatch, told: dict[str, str]) -> Settings:
    """The settings read from an environment of these."""
    for name, value in told.items():
        environment.setenv(name, value)
    return read_settings()


@pytest.mark.parametrize(
    "told",
    [
        {},
        URL,
        BOT | SOCKET,
        BOT | SIGNING | URL,
        SIGNING | CLIENT | URL,
        BOT | SIGNING | CLIENT | URL,
        SOCKET | CLIENT | URL,
        TEAMS | URL,
        TEAMS | URL | BOT | SOCKET,
        TEAMS | {"PUBLIC_URL": "http://127.0.0.1:3978/"},
        TEAMS | URL | {"MICROSOFT_APP_TENANT_ID": "school.onmicrosoft.com"},
        {"ALL_WELL_URL": "https://checks.example/ping/5ec4e7"},
        {"ALL_WELL_URL": "http://127.0.0.1:8000/ping"},
        MAIL,
        MAIL | {"SMTP_URL": "smtps://smtp.school.example", "MAIL_FROM": "signpost@school.example"},
        MAIL | {"SMTP_URL": "smtp://[::1]:25", "MAIL_FROM": '"Oak, Ash & Elm" <signpost@school.example>'},
        MAIL | {"SMTP_URL": "smtp://signpost%40school.example:a%2Fb%40c@smtp.school.example"},
        HOOK,
        HOOK | {"WEBHOOK_URL": "http://127.0.0.1:8080/?to={role}&at={school}"},
        HOOK | {"WEBHOOK_URL": "https://alerts.school.example?to={role}&message=%7B%7B.text%7D%7D"},
        READER,
        READER | {"READER_URL": "http://127.0.0.1:11434/v1"},
        READER | {"READER_URL": "https://oak.openai.azure.com/openai/deployments/small/chat/completions?api-version=2024-10-21"},
    ],
)
def test_a_whole_group_is_taken(environment: pytest.MonkeyPatch, told: dict[str, str]) -> None:
    assert faults(settings(environment, told)) == []


@pytest.mark.parametrize(
    ("told", "named"),
    [
        (BOT, {"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"}),
        (SOCKET, {"SLACK_BOT_TOKEN"}),
        (SIGNING, {"SLACK_BOT_TOKEN", "PUBLIC_URL"}),
        (SIGNING | URL, {"SLACK_BOT_TOKEN"}),
        (SIGNING | BOT, {"PUBLIC_URL"}),
        (CLIENT | URL, {"SLACK_SIGNING_SECRET"}),
        (SIGNING | CLIENT, {"PUBLIC_URL"}),
        (SIGNING | URL | {"SLACK_CLIENT_ID": "1.2"}, {"SLACK_CLIENT_SECRET"}),
        (SIGNING | URL | {"SLACK_CLIENT_SECRET": "5ec4e7"}, {"SLACK_CLIENT_ID"}),
        (TEAMS, {"PUBLIC_URL"}),
        ({"MICROSOFT_APP_ID": APP} | URL, {"MICROSOFT_APP_PASSWORD", "MICROSOFT_APP_TENANT_ID"}),
        ({"MICROSOFT_APP_PASSWORD": "5ec4e7"}, {"MICROSOFT_APP_ID", "MICROSOFT_APP_TENANT_ID", "PUBLIC_URL"}),
        (BOT | SOCKET | {"MICROSOFT_APP_TENANT_ID": APP} | URL, {"MICROSOFT_APP_ID", "MICROSOFT_APP_PASSWORD"}),
        ({"SMTP_URL": MAIL["SMTP_URL"]}, {"MAIL_FROM"}),
        ({"MAIL_FROM": MAIL["MAIL_FROM"]}, {"SMTP_URL"}),
        ({"WEBHOOK_URL": HOOK["WEBHOOK_URL"]}, {"WEBHOOK_SECRET"}),
        ({"WEBHOOK_SECRET": HOOK["WEBHOOK_SECRET"]}, {"WEBHOOK_URL"}),
        ({"READER_URL": READER["READER_URL"]}, {"READER_KEY", "READER_MODEL"}),
        ({"READER_KEY": READER["READER_KEY"], "READER_MODEL": "small"}, {"READER_URL"}),
    ],
)
def test_a_group_set_by_half_is_refused_with_what_is_missing_and_where_it_is(
    environment: pytest.MonkeyPatch, told: dict[str, str], named: set[str]
) -> None:
    found = settings(environment, told)
    assert {fault.split()[0] for fault in faults(found)} == named
    with pytest.raises(SettingsWrong) as refused:
        checked(found)
    assert all(name in refused.value.message for name in named)
    assert "5ec4e7" not in str(refused.value)
    assert "docs/SETTINGS.md" in refused.value.next_step


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_URL", "signpost.school.example"),
        ("PUBLIC_URL", "https://signpost.school.example/slack"),
        ("PUBLIC_URL", "ftp://signpost.school.example"),
        ("PUBLIC_URL", "https://signpost.school.example:port"),
        ("PUBLIC_URL", "http://signpost.school.example"),
        ("SLACK_BOT_TOKEN", "xapp-5ec4e7"),
        ("SLACK_APP_TOKEN", "xoxb-5ec4e7"),
        ("SLACK_SIGNING_SECRET", "xoxb-5ec4e7"),
        ("SLACK_API_URL", "slack.com"),
        ("MICROSOFT_APP_ID", "5ec4e7"),
        ("MICROSOFT_APP_PASSWORD", APP),
        ("MICROSOFT_APP_TENANT_ID", "our tenant 5ec4e7"),
        ("WEBHOOK_URL", "http://alerts.school.example/5ec4e7-{role}"),
        ("WEBHOOK_URL", "https://alerts.school.example/5ec4e7"),
        ("WEBHOOK_URL", "https://{role}.school.example/5ec4e7"),
        ("WEBHOOK_URL", "https://signpost:5ec4e7@alerts.school.example/{role}"),
        ("WEBHOOK_URL", "https://alerts.school.example/{role}#5ec4e7"),
        ("WEBHOOK_URL", "https://alerts.school.example:port/5ec4e7-{role}"),
        ("WEBHOOK_URL", "https://alerts.school.example/5ec4e7 {role}"),
        ("WEBHOOK_URL", "5ec4e7-{role}"),
        ("WEBHOOK_SECRET", "5ec4e7"),
        ("ALL_WELL_URL", "http://checks.example/5ec4e7"),
        ("ALL_WELL_URL", "checks.example/5ec4e7"),
        ("ALL_WELL_URL", "https://user:5ec4e7@checks.example/"),
        ("SMTP_URL", "smtp.school.example"),
        ("SMTP_URL", "https://signpost:5ec4e7@smtp.school.example"),
        ("SMTP_URL", "smtp://signpost:5ec4e7@smtp.school.example:465"),
        ("SMTP_URL", "smtp://signpost:5ec4e7@smtp.school.example:0"),
        ("SMTP_URL", "smtp://signpost:5ec4e7/x@smtp.school.example"),
        ("SMTP_URL", "smtp://signpost:5ec4@e7@smtp.school.example"),
        ("SMTP_URL", "smtp://signpost:5ec4e7%0d@smtp.school.example"),
        ("SMTP_URL", "smtp://signpost5ec4e7@smtp.school.example"),
        ("SMTP_URL", "smtp://smtp.school.example/5ec4e7"),
        ("SMTP_URL", "smtp://signpost:5ec4e7@"),
        ("READER_URL", "http://models.school.example/5ec4e7"),
        ("READER_URL", "https://signpost:5ec4e7@models.school.example/v1"),
        ("READER_URL", "models.school.example/5ec4e7"),
        ("READER_KEY", "5ec4e7 5ec4e7"),
        ("READER_KEY", "5ec4e7\r\nHost: evil.example"),
        ("MAIL_FROM", "Signpost 5ec4e7"),
        ("MAIL_FROM", "5ec4e7@school.example, other@school.example"),
        ("MAIL_FROM", "Signpost <5ec4e7@>"),
        ("MAIL_FROM", "Signpost <5ec4e7@school.example>\r\nBcc: eve@evil.example"),
        ("MAIL_FROM", "Zoë <zoë@school.example>"),
    ],
)
def test_a_value_of_the_wrong_shape_is_refused_without_being_shown(environment: pytest.MonkeyPatch, name: str, value: str) -> None:
    found = faults(settings(environment, URL | SIGNING | BOT | SOCKET | TEAMS | MAIL | HOOK | READER | {name: value}))
    assert [fault.split()[0] for fault in found] == [name]
    assert "5ec4e7" not in found[0]


@pytest.mark.parametrize(("name", "value"), [("PORT", "many"), ("PORT", "70000"), ("LOG_LEVEL", "loud")])
def test_a_port_or_log_level_that_is_none_is_refused_plainly(environment: pytest.MonkeyPatch, name: str, value: str) -> None:
    with pytest.raises(SettingsWrong, match=name):
        settings(environment, {name: value})


def test_a_log_level_may_be_written_in_capitals(environment: pytest.MonkeyPatch) -> None:
    assert settings(environment, {"LOG_LEVEL": "WARNING"}).log_level == "warning"


def test_blanks_round_a_value_do_not_count_and_an_empty_one_is_none(environment: pytest.MonkeyPatch) -> None:
    found = settings(
        environment, {"SLACK_BOT_TOKEN": " xoxb-1\n", "PUBLIC_URL": " https://a.example/ ", "SLACK_APP_TOKEN": "  ", "PORT": ""}
    )
    assert found.value("SLACK_BOT_TOKEN") == "xoxb-1"
    assert found.value("SLACK_APP_TOKEN") == ""
    assert (found.base_url, found.port) == ("https://a.example", 3978)


def test_the_relay_and_the_sender_are_read_as_they_were_meant() -> None:
    relay = read_relay("smtp://signpost%40school.example:a%2Fb%40c@smtp.school.example")
    assert relay == Relay("smtp.school.example", 587, encrypted=False, user="signpost@school.example", password="a/b@c")  # noqa: S106
    assert read_relay("smtps://smtp.school.example") == Relay("smtp.school.example", 465, encrypted=True)
    assert read_relay("smtp://[::1]:2525") == Relay("::1", 2525, encrypted=False)
    sender = read_sender('"Oak, Ash & Elm" <signpost@school.example>')
    assert (sender.display_name, sender.addr_spec) == ("Oak, Ash & Elm", "signpost@school.example")


def test_no_secret_is_in_what_settings_look_like(environment: pytest.MonkeyPatch) -> None:
    found = settings(
        environment,
        SIGNING | BOT | SOCKET | CLIENT | TEAMS | MAIL | HOOK | READER | {"DATABASE_URL": "postgresql://signpost:5ec4e7@db/signpost"},
    )
    assert "5ec4e7" not in repr(found) + str(found)


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_is_documented_with_its_default(name: str) -> None:
    row = re.search(rf"^\| `{name}` \| (.*?) \| .{{20,}} \|$", SETTINGS, re.MULTILINE)
    assert row, f"docs/SETTINGS.md has no row for {name}"
    default = Settings.model_fields[name.lower()].default
    plain = default.get_secret_value() if hasattr(default, "get_secret_value") else str(default)
    assert row[1].strip("`") == (plain or "none")


def test_no_setting_is_documented_that_is_none() -> None:
    assert set(re.findall(r"^\| `(\w+)` \|", SETTINGS, re.MULTILINE)) == set(NAMES)
