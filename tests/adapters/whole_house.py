"""The whole house as `signpost serve` builds it, on a real database and over real HTTP, between stand-ins for Slack, Teams and e-mail."""

from __future__ import annotations

import io
import json
import logging
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette

from adapters import living, logs, wiring
from adapters.settings import Settings
from adapters.signer import SealedSigner
from adapters.store.sealing import Keys
from bot.concerns.acknowledging import link_words
from bot.concerns.signing_in import holder_key
from bot.links import desk_path
from bot.school import Holder, Role, School
from knowledge.policy import Edition, Stance
from tests.adapters.installed import KEY, NAMES
from tests.adapters.slack.running import FRIENDS, edition
from tests.adapters.web.page import page_of
from tests.adapters.web.reporting import code_in, fields_of, parts
from tests.stand_ins.mail import MailStandIn, mail_server
from tests.stand_ins.slack import SIGNING_SECRET, SlackStandIn
from tests.stand_ins.slack_windows import Person
from tests.stand_ins.teams import APP_ID, HOME_TENANT, PASSWORD, Posted, TeamsStandIn, standing_in

FROM = "127.0.0.77"  # where browsers come from: an address of this machine that is nowhere else in these tests
LINK = re.compile(r"https?://[^/\s|>]+(/[^/\s]+/desk/enter/[\w-]+)")
LEAD = Holder(Role.LEAD, "Ann Lee", "01632 960001", "ann@oak.example", slack="ULEAD")
DEPUTY = Holder(Role.DEPUTY, "Raj Shah", "01632 960002", "raj@oak.example", teams="entra-deputy")
HEAD = Holder(Role.HEAD, "Jo Hall", "01632 960003", "jo@oak.example")
CHAIR = Holder(Role.CHAIR, "Sam Reed", "01632 960004", "sam@oak.example")
OAK = School("oak", "Oak School", "trust", (LEAD, DEPUTY, HEAD, CHAIR), lado="Pat Fox, 01632 960100")
OAK_PLACES = (("slack", "T-known"), ("teams", "known-tenant"))


@dataclass
class Clock:
    """The house's time. It goes on by itself, and can be put forward."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        """Now."""
        return datetime.now(UTC) + self.ahead


@dataclass
class WholeHouse:
    """The house and what stands round it.

    ``log``: every line that `signpost serve` would log at debug level. ``records``: all that is on our own log records besides.
    """

    house: wiring.House
    app: Starlette
    settings: Settings
    url: str
    slack: SlackStandIn
    microsoft: TeamsStandIn
    mail: MailStandIn
    clock: Clock
    log: io.StringIO
    records: list[str] = field(default_factory=list)
    opened: ExitStack = field(default_factory=ExitStack)

    # ---- the web

    def browser(self, **headers: str) -> httpx.Client:
        """A browser with nothing in it, on a device of its own."""
        told = {"Sec-Fetch-Site": "same-origin", **headers}
        return self.opened.enter_context(
            httpx.Client(base_url=self.url, headers=told, timeout=60, transport=httpx.HTTPTransport(local_address=FROM))
        )

    def report(
        self, browser: httpx.Client, story: str, *about: str, school: str = "oak", files: Sequence[tuple[str, bytes]] = (), **more: str
    ) -> str:
        """The code of a report made on the web."""
        page = f"/{school}/report"
        form = fields_of(page_of(browser.get(page).text)) | {"story": story, "about": list(about or ("pupil",)), **more}
        return code_in(browser.post(page, data=form, files=parts(files)))

    def step(self, browser: httpx.Client, code: str, step: str = "", *, school: str = "oak", **fields: Any) -> httpx.Response:
        """What somebody gets who came back with a code on the web."""
        files = fields.pop("files", None)
        return browser.post(f"/{school}/report/check", data={"code": code, "step": step, **fields}, files=parts(files) if files else None)

    def link(self, holder: Holder, school: str = "oak") -> str:
        """The path of the link that somebody was sent when they asked to sign in, wherever it was sent to."""
        before = Counter(self.shown())
        asked = self.browser().post(f"{desk_path(school)}/link", data={"who": holder_key(holder)})
        assert asked.status_code == 200, asked.text
        found = LINK.search("\n".join(Counter(self.shown()) - before))
        assert found, f"no link was sent to the {holder.role}"
        return found[1]

    def signed_in(self, holder: Holder, school: str = "oak") -> httpx.Client:
        """A browser in which that person is signed in at the desk."""
        browser = self.browser()
        assert browser.post(self.link(holder, school)).status_code == 303
        return browser

    def link_token(self, school: str, concern: str, key: str) -> str:
        """The token of a link that acknowledges, as an e-mail to the holder of that key has it."""
        return SealedSigner(Keys.read(KEY).secrets, self.clock).sign(link_words(school, concern, key))

    # ---- chat

    def in_slack(self, user: str, name: str = "pat.lee", team: str = "T-known") -> Person:
        """Somebody in Slack."""
        return Person(self.slack, self.slack.workspaces[f"xoxb-{team}"], f"{self.url}/slack/events", user=user, name=name)

    def deliver(self, activity: Any, _: str | None = None) -> tuple[int, Any, list[Posted]]:
        """The status, the body and what was posted because of an activity of Teams."""
        before = len(self.microsoft.posted)
        headers = {"Authorization": f"Bearer {self.microsoft.token()}", "Content-Type": "application/json"}
        answer = httpx.post(f"{self.url}/api/messages", content=json.dumps(activity).encode(), headers=headers, timeout=60)
        return answer.status_code, answer.json() if answer.content else None, self.microsoft.posted[before:]

    def shown(self) -> list[str]:
        """Everything that left the house by Slack, Teams and e-mail, windows that somebody had opened left out."""
        slack = [json.dumps(one.body or [one.text, one.blocks]) + one.channel for one in self.slack.posted]
        slack += [json.dumps(call) for call in self.slack.calls if not call[0].startswith("views.")]
        teams = [json.dumps(one.activity) + one.conversation for one in self.microsoft.posted]
        return slack + teams + [content.decode().replace("=\r\n", "").replace("=3D", "=") for content in self.mail.taken]

    # ---- the clock

    def send_due(self) -> int:
        """How many moments and letters were dealt with."""
        clock, done = self.house.reports.clock, 0
        while clock.climbing.step() or clock.posting.send():
            done += 1
        return done

    def climb(self, times: int = 4) -> None:
        """Nothing: as much time has passed as the ladder has, and all were pinged who would be."""
        for _ in range(times):
            self.send_due()
            self.clock.ahead += timedelta(hours=25)

    def apply(self, school: School, *places: tuple[str, str], policy: Edition | None = None) -> None:
        """Nothing: the school's file was applied."""
        wiring.apply_school(self.settings, school, places, [("social-media", policy, "policy.md")] if policy else [])


@contextmanager
def whole_house(database: str, *, log_level: str = "debug", **more: Any) -> Iterator[WholeHouse]:
    """The house on a migrated database, with the school oak in it. `database`: its URL. `more`: settings."""
    with pytest.MonkeyPatch.context() as patch, ExitStack() as opened:
        for name in NAMES:
            patch.delenv(name, raising=False)
        clock = Clock()
        patch.setattr(wiring, "now", clock)
        patch.setattr(living, "_warm", lambda: None)
        slack, microsoft = opened.enter_context(SlackStandIn()), opened.enter_context(standing_in())
        mail = opened.enter_context(mail_server(starttls=False))
        slack.add("T-known")
        records: list[str] = []
        log = opened.enter_context(_logged(log_level, records))
        settings = Settings(
            **{  # type: ignore[arg-type]
                "database_url": database,
                "signpost_keys": KEY,
                "public_url": "http://signpost.example",  # a browser keeps the cookie of an https address from this machine's http
                "slack_signing_secret": SIGNING_SECRET,
                "slack_bot_token": "xoxb-T-known",
                "slack_api_url": slack.api_url,
                "microsoft_app_id": APP_ID,
                "microsoft_app_password": PASSWORD,
                "microsoft_app_tenant_id": HOME_TENANT,
                "microsoft_login_url": microsoft.url,
                "microsoft_metadata_url": f"{microsoft.url}/.well-known/openidconfiguration",
                "smtp_url": f"smtp://127.0.0.1:{mail.port}",
                "mail_from": "signpost@oak.example",
                **more,
            }
        )
        wiring.apply_school(settings, OAK, OAK_PLACES, [("social-media", edition("Oak policy", (FRIENDS, Stance.FORBIDS)), "policy.md")])
        built = wiring.house(settings)
        app = wiring.application(built, clock=False)  # a test says itself when it is time
        with _served(app) as url:
            yield WholeHouse(built, app, settings, url, slack, microsoft, mail, clock, log, records, opened)
        built.reports.cases._engine.dispose()  # type: ignore[attr-defined]


def eventually(true: Callable[[], Any], seconds: float = 20.0) -> Any:
    """What `true` gives once it gives something."""
    until = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < until, "it never came"
        time.sleep(0.02)
    return found


@contextmanager
def _served(app: Starlette) -> Iterator[str]:
    config = uvicorn.Config(app, port=0, log_config=None, access_log=False, proxy_headers=False, lifespan="on", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    eventually(lambda: server.started or not thread.is_alive(), 60)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


class _Records(logging.Handler):
    """Keeps all that is on our own records."""

    def __init__(self, kept: list[str]) -> None:
        super().__init__()
        self._kept = kept

    def emit(self, record: logging.LogRecord) -> None:
        """Nothing: kept."""
        if record.name.startswith("signpost"):
            self._kept.append(f"{record.getMessage()} {vars(record)}")


@contextmanager
def _logged(level: str, records: list[str]) -> Iterator[io.StringIO]:
    """What `signpost serve` logs, set up as it sets it up; afterwards all is as it was."""
    root, names = logging.getLogger(), (*logs.LIBRARIES, logs.OURS, "uvicorn.access")
    before = root.handlers, root.level, {name: (logging.getLogger(name).level, logging.getLogger(name).disabled) for name in names}
    lines = io.StringIO()
    logs.set_up(level)
    for handler in root.handlers:
        with suppress(AttributeError):
            handler.setStream(lines)  # type: ignore[attr-defined]
    root.addHandler(_Records(records))
    try:
        yield lines
    finally:
        root.handlers, root.level = before[0], before[1]
        for name, (was, disabled) in before[2].items():
            logging.getLogger(name).setLevel(was)
            logging.getLogger(name).disabled = disabled
        logging.captureWarnings(capture=False)
