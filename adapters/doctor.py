"""The checks of `signpost doctor`: each says what was found and, where something is amiss, what to do. None tells a secret."""

from __future__ import annotations

import errno
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from sqlalchemy import Engine

from adapters.check_clock import check_clock, check_drills
from adapters.check_mail import check_mail
from adapters.check_reader import check_reader
from adapters.check_reports import check_desk, check_keys_given
from adapters.checks import Check, State
from adapters.settings import GUID, Settings, faults
from adapters.store.engine import DatabaseUnusable, engine_of
from adapters.store.migrations import revision_state
from adapters.store.schools import StoreSchools
from bot.school import Role

PATIENCE = 5.0  # seconds for one call
SKEW_SEEN, SKEW_BROKEN = 60.0, 240.0  # seconds; Slack's signatures hold for 300
LEAST_FREE = 200 * 1024 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address answered. ``status``: 0 where it was not reached."""

    status: int
    headers: dict[str, str]
    body: bytes

    def told(self) -> dict[str, Any]:
        """The body as JSON, {} where it is none."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


class Examination:
    """The checks of one installation. `now`: aware, UTC. Dates that others answer with are kept, for the check of the clock."""

    def __init__(self, settings: Settings, now: Callable[[], datetime]) -> None:
        self._settings = settings
        self._now = now
        self._skews: list[float] = []

    def checks(self) -> Iterator[Check]:
        """Each check as soon as it is done."""
        yield from self._set()
        yield from self._database()
        yield self._disk()
        yield from self._slack()
        yield from self._teams()
        yield from check_mail(self._settings, PATIENCE)
        yield check_reader(self._settings)
        yield from self._public_url()
        yield self._clock()

    def _set(self) -> Iterator[Check]:
        found = faults(self._settings)
        for fault in found:
            yield Check("settings", State.MEND, fault, "Correct it in the environment; docs/SETTINGS.md describes each setting.")
        if not found:
            told = (("Slack", self._settings.slack), ("Teams", self._settings.teams), ("e-mail", self._settings.mail))
            yield Check("settings", State.OK, f"whole; set up: {', '.join(['the web', *(name for name, there in told if there)])}")

    def _database(self) -> Iterator[Check]:
        try:
            engine = engine_of(self._settings.value("DATABASE_URL"))
            current, newest = revision_state(engine)
        except DatabaseUnusable as error:
            yield Check("database", State.MEND, error.message, error.next_step)
            yield from check_keys_given(self._settings, None)
            return
        yield Check("database", State.OK, f"answers ({engine.dialect.name})")
        if current != newest:
            yield Check("migrations", State.MEND, f"at {current or 'none'}, the newest is {newest}", "Run `signpost migrate`.")
            yield from check_keys_given(self._settings, None)
            return
        yield Check("migrations", State.OK, f"at {current}, the newest")
        yield from check_keys_given(self._settings, engine)
        yield from check_clock(engine, self._now())
        yield from self._schools(engine)

    def _schools(self, engine: Engine) -> Iterator[Check]:
        schools = StoreSchools(engine, self._now)
        ids = schools.ids()
        if not ids:
            yield Check("schools", State.LOOK, "there is none yet", "Run `signpost school apply SCHOOL.toml`.")
            return
        whole, found = 0, []
        for name in ids:
            with schools.unit(name) as unit:
                school, lead, policies = unit.school, unit.school.holding(Role.LEAD), unit.current()
            whole += bool(lead and policies)
            workspaces = schools.workspaces(name)
            found.append((school, workspaces))
            yield from check_desk(self._settings, school, workspaces)
            if not lead:
                yield Check(
                    "schools", State.MEND, f"{name} has no safeguarding lead", "Add [contacts.lead] to its SCHOOL.toml and apply it."
                )
            if not policies:
                yield Check("schools", State.MEND, f"{name} has no policy", f"Run `signpost policy publish FILE --school {name}`.")
        if whole:
            yield Check("schools", State.OK, f"{whole} with a lead and a policy")
        yield from check_drills(self._settings, found)

    def _disk(self) -> Check:
        url = self._settings.value("DATABASE_URL")
        path = Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None
        folder = path.parent.absolute() if path else Path(tempfile.gettempdir())
        try:
            with tempfile.TemporaryFile(dir=folder) as file:
                file.write(b"written")
            free = shutil.disk_usage(folder).free
        except OSError as error:
            to_do = "Make room." if error.errno in {errno.ENOSPC, errno.EDQUOT} else "Let the user that runs Signpost write there."
            return Check("disk", State.MEND, f"{folder} cannot be written: {error.strerror or error}", to_do)
        if free < LEAST_FREE:
            return Check("disk", State.MEND, f"only {free // 2**20} MB are free in {folder}", "Make room.")
        return Check("disk", State.OK, f"{folder} can be written; {free // 2**20:,} MB are free")

    def _slack(self) -> Iterator[Check]:
        if not self._settings.slack:
            yield Check("Slack", State.OK, "not set up", "")
            return
        base = self._settings.slack_api_url.rstrip("/")
        if token := self._settings.value("SLACK_BOT_TOKEN"):
            answer = self._call(f"{base}/auth.test", token=token, form={})
            if wrong := _slack_refusal(answer):
                yield Check(
                    "Slack bot token",
                    State.MEND,
                    wrong,
                    "Reinstall the app in your workspace and copy its Bot User OAuth Token into SLACK_BOT_TOKEN.",
                )
            else:
                yield Check("Slack bot token", State.OK, "Slack takes it")
                yield from self._scopes(answer)
                yield from self._workspace("slack", str(answer.told().get("team_id") or ""))
        if token := self._settings.value("SLACK_APP_TOKEN"):
            wrong = _slack_refusal(self._call(f"{base}/apps.connections.open", token=token, form={}))
            to_do = "Turn Socket Mode on and make an app-level token with the scope connections:write for SLACK_APP_TOKEN."
            yield Check("Slack app token", State.MEND, wrong, to_do) if wrong else Check("Slack app token", State.OK, "Slack takes it")

    def _scopes(self, answer: Answer) -> Iterator[Check]:
        from adapters.slack.manifest import SCOPES

        granted = {scope.strip() for scope in answer.headers.get("x-oauth-scopes", "").split(",")} - {""}
        if not granted:
            yield Check("Slack scopes", State.LOOK, "Slack did not say which there are", "Compare them with `signpost slack manifest`.")
        elif lacking := sorted(SCOPES.keys() - granted):
            told = "; ".join(f"{scope} (for {SCOPES[scope]})" for scope in lacking)
            yield Check("Slack scopes", State.MEND, f"missing: {told}", "Add them under OAuth & Permissions and reinstall the app.")
        elif more := sorted(granted - SCOPES.keys()):
            yield Check("Slack scopes", State.LOOK, f"more than needed: {', '.join(more)}", "Take them away under OAuth & Permissions.")
        else:
            yield Check("Slack scopes", State.OK, "exactly those needed")

    def _workspace(self, door: str, name: str) -> Iterator[Check]:
        try:
            engine = engine_of(self._settings.value("DATABASE_URL"))
            current, newest = revision_state(engine)
        except DatabaseUnusable:
            return
        if name and current == newest and StoreSchools(engine, self._now).school_of(door, name) is None:
            what = "Slack workspace" if door == "slack" else "Teams tenant"
            to_do = f'Add {door} = ["{name}"] under [workspaces] in that school\'s SCHOOL.toml and apply it.'
            yield Check(what, State.MEND, f"{name} belongs to no school, so nobody there is answered", to_do)

    def _teams(self) -> Iterator[Check]:
        told = [self._settings.value(name) for name in ("MICROSOFT_APP_ID", "MICROSOFT_APP_PASSWORD", "MICROSOFT_APP_TENANT_ID")]
        if not self._settings.teams:
            yield Check("Teams", State.OK, "not set up")
            return
        if not all(told):
            return  # said among the settings
        form = {
            "grant_type": "client_credentials",
            "client_id": told[0],
            "client_secret": told[1],
            "scope": "https://api.botframework.com/.default",
        }
        answer = self._call(f"{self._settings.microsoft_login_url.rstrip('/')}/{told[2]}/oauth2/v2.0/token", form=form)
        if answer.status == 200 and answer.told().get("access_token"):
            yield Check("Teams credentials", State.OK, "Microsoft takes them")
            if GUID.fullmatch(told[2]):  # a tenant named by its domain is not what Teams delivers
                yield from self._workspace("teams", told[2].lower())
        elif answer.status == 0:
            yield Check("Teams credentials", State.MEND, "Microsoft's sign-in cannot be reached", "Let this computer call it over https.")
        else:
            code = str(answer.told().get("error") or f"status {answer.status}")[:60]
            to_do = "Check the three MICROSOFT_ settings; a client secret runs out after at most two years, then make a new one."
            yield Check("Teams credentials", State.MEND, f"Microsoft refuses them ({code})", to_do)

    def _public_url(self) -> Iterator[Check]:
        base = self._settings.base_url
        if not base:
            found = "PUBLIC_URL is not set: links in answers have no address, and nobody can be sent a link to the desk"
            yield Check("public address", State.LOOK, found, "Set it to the address at which browsers reach this Signpost.")
            return
        if any(fault.startswith("PUBLIC_URL must") for fault in faults(self._settings)):
            return  # said among the settings
        answer = self._call(f"{base}/healthz")
        if answer.status in {200, 503} and answer.told().get("alive") is True:  # 503: pings do not go out, which is said elsewhere
            yield Check("public address", State.OK, f"{base} is this Signpost or one like it")
        elif answer.status == 0:
            to_do = "Start `signpost serve`, and point the address and its certificate at it."
            yield Check("public address", State.MEND, f"{base} cannot be reached from here", to_do)
        else:
            to_do = "Point PUBLIC_URL at where Signpost listens, or correct the reverse proxy."
            yield Check("public address", State.MEND, f"something else answers at {base} (status {answer.status})", to_do)
        if urlsplit(base).scheme == "http" and self._settings.slack and not self._settings.value("SLACK_APP_TOKEN"):
            yield Check("public address", State.LOOK, "Slack calls https addresses only", "Set PUBLIC_URL to an https address.")

    def _clock(self) -> Check:
        if not self._skews:
            return Check("clock", State.OK, "not compared: nothing outside was asked")
        skew = min(self._skews, key=abs)
        told = f"{abs(skew):.0f} s {'ahead' if skew > 0 else 'behind'}"
        to_do = "Turn on time synchronisation (NTP): Slack's and Microsoft's signatures hold for five minutes."
        if abs(skew) >= SKEW_SEEN:
            return Check("clock", State.MEND if abs(skew) >= SKEW_BROKEN else State.LOOK, told, to_do)
        return Check("clock", State.OK, f"right to the minute ({told})" if abs(skew) >= 2 else "right")

    def _call(self, url: str, *, token: str = "", form: dict[str, str] | None = None) -> Answer:
        """What an address answers. Redirects are not followed: they would carry the token elsewhere."""
        headers = {"User-Agent": "signpost-doctor"} | ({"Authorization": f"Bearer {token}"} if token else {})
        body = None if form is None else urlencode(form).encode()
        asked = Request(url, data=body, headers=headers)  # noqa: S310  (settings allow http and https alone)
        try:
            with build_opener(_NoRedirect).open(asked, timeout=PATIENCE) as reply:
                answer = Answer(reply.status, _small(reply.headers), reply.read(65536))
        except HTTPError as error:
            with error:
                answer = Answer(error.code, _small(error.headers), error.read(65536))
        except (URLError, OSError, ValueError):
            return Answer(0, {}, b"")
        if date := answer.headers.get("date"):
            self._note(date)
        return answer

    def _note(self, date: str) -> None:
        try:
            theirs = parsedate_to_datetime(date)
        except ValueError:
            return
        self._skews.append((self._now() - theirs.replace(tzinfo=theirs.tzinfo or UTC)).total_seconds())


def unreached(settings: Settings, schools: StoreSchools) -> list[str]:
    """The short names of the schools where nobody could be told of some report: whoever starts Signpost must know at once."""
    found = []
    for name in schools.ids():
        with schools.unit(name) as unit:
            school = unit.school
        if any(check.state is State.MEND for check in check_desk(settings, school, schools.workspaces(name))):
            found.append(name)
    return found


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Nothing: the redirect itself is the answer."""


def _slack_refusal(answer: Answer) -> str:
    """Why Slack refused, "" where it did not."""
    if answer.status == 0:
        return "Slack cannot be reached from here"
    told = answer.told()
    if told.get("ok") is True:
        return ""
    return f"Slack refuses it ({str(told.get('error') or f'status {answer.status}')[:60]})"


def _small(headers: Any) -> dict[str, str]:
    return {str(name).lower(): str(value) for name, value in headers.items()}
