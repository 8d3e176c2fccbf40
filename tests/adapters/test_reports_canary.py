"""Reports through all doors of the whole house, by people whose every trace is marked; then every place is searched for the marks.

One word stands in all that marks them and in all that they and the lead write. Outside what is sealed it must be nowhere: not in the
database's files, not in a log at debug level, not in counts, pings, e-mails, backups or files left behind.
"""

from __future__ import annotations

import base64
import gzip
import io
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from email import message_from_bytes
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import Engine, select

from adapters import upkeep
from adapters.store.engine import engine_of
from adapters.store.migrations import migrate
from adapters.store.tables import METADATA
from adapters.teams import wording
from bot.concerns.concern import Concern, Route, State
from tests.adapters.slack.reporting import code_shown
from tests.adapters.teams.dialog_client import Dialog, code_on, fetch
from tests.adapters.web.page import page_of, words_of
from tests.adapters.whole_house import FROM, LEAD, WholeHouse, whole_house
from tests.databases import BOTH, empty_url, postgres_server

WORD = "zanzicanary"  # in every mark
FORWARDED = "2001:db8:ca4a:77:e1e:5eed:cafe:7"
SLACK_WHO = {"user": "UZANZICANARY7", "name": "zanzicanary.slackname"}
TEAMS_WHO = {"user": "zanzicanary-teams", "from_name": "Zanzicanary Teamsname"}
DEVICE = {"User-Agent": "Zanzicanary/7.0 (phone)", "X-Forwarded-For": FORWARDED, "X-Real-IP": FORWARDED, "Forwarded": f"for={FORWARDED}"}
DEVICE |= {"Referer": "https://zanzicanary.example/timeline", "Cookie": "who=zanzicanary"}
ROUTES = {"slack": Route.CONFIDENTIAL, "teams": Route.CONFIDENTIAL, "web": Route.ANONYMOUS, "named": Route.NAMED}
NOTHING_MORE = re.compile(  # all that may be said to those who look after reports, outside the desk
    r"A report needs you\. Reference [0-9A-Z]{6}\. It has been waiting (since just now|for \d+ (minute|hour|day)s?)\.\s+"
    r"Open at the desk:\s+http://signpost\.example/oak/desk/cases/[\w-]{22}"
    r"|You have taken report [0-9A-Z]{6}\. Open it at the desk and record what you do:\s+http://signpost\.example/oak/desk/cases/[\w-]{22}"
    r"|Your link to the desk of Oak School:\s+http://signpost\.example/oak/desk/enter/[\w-]{44}\s+It works once, for ten minutes\. "
    r"If you did not ask for it, ignore it; nobody is signed in by it alone\."
)


def plainly(word: str) -> set[bytes]:
    """A word in every form in which letters may be capitals or not, in lower case: as it is, in UTF-16, in hexadecimal."""
    texts = [word.lower().encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be")]
    return {*texts, *(made.hex().encode() for text in (*texts, word.upper().encode(), word.encode()) for made in (text,))}


def in_base64(word: str) -> set[bytes]:
    """A word as it stands in base64, wherever it begins there: what lies wholly within its own letters."""
    found = set()
    for text in (case.encode(encoding) for case in {word, word.lower(), word.upper()} for encoding in ("utf-8", "utf-16-le", "utf-16-be")):
        for before in range(3):
            whole = base64.b64encode(bytes(before) + text).rstrip(b"=")
            found.add(whole[(0, 2, 3)[before] : -1 if (before + len(text)) % 3 else None])
    return found


ADDRESSES = {ip_address(FORWARDED).packed}
PLAIN = plainly(WORD) | plainly(FORWARDED) | plainly(FROM)
ENCODED = in_base64(WORD) | in_base64(WORD.capitalize()) | in_base64(FORWARDED) | in_base64(FROM) | ADDRESSES


def marks_in(content: bytes | str, *others: str) -> list[bytes]:
    """The marks found, in whatever case. `others`: codes and tokens, of which no trace may be either."""
    raw = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
    lower, secrets = raw.lower(), {form for one in others for form in (one, one.replace("-", "")) if one}
    found = {mark for mark in PLAIN.union(*map(plainly, secrets)) if mark in lower}
    return sorted(found | {mark for mark in ENCODED.union(*map(in_base64, secrets)) if mark in raw})


@dataclass
class Told:
    """What came of it all.

    ``changed``: rows that nameless reporters left before anybody at the desk looked. ``met``: the tables that say whom the bot has met and
    when, before and after somebody it had met reported.
    """

    house: WholeHouse
    kind: str
    folder: Path
    temporary: Path
    codes: dict[str, str] = field(default_factory=dict)
    tokens: list[str] = field(default_factory=list)
    seen_at_desk: dict[str, str] = field(default_factory=dict)
    exported: dict[str, bytes] = field(default_factory=dict)
    came_back: str = ""
    changed: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    met: list[dict[str, Any]] = field(default_factory=list)
    metrics: list[str] = field(default_factory=list)
    backup: bytes = b""

    @property
    def engine(self) -> Engine:
        """The database's engine."""
        return self.house.house.engine

    @property
    def secrets(self) -> tuple[str, ...]:
        """Receipt codes and the tokens of links and sessions."""
        return (*self.codes.values(), *(code[5:] for code in self.codes.values()), *self.tokens)


@pytest.fixture(scope="module", params=BOTH)
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """A house in which four people have reported and the lead has done everything a lead can do."""
    folder, temporary = tmp_path_factory.mktemp("house"), tmp_path_factory.mktemp("temporary")
    url = empty_url(request.param, folder)
    made = engine_of(url)
    migrate(made)
    made.dispose()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(temporary))
        patch.setenv("TMPDIR", str(temporary))
        patch.chdir(folder)
        with whole_house(url) as house:
            it = Told(house, request.param, folder, temporary)
            somebody_the_bot_has_met_reports(it)
            before = rows(it.engine)
            it.metrics.append(counts(house))
            slack_person_reports(it)
            teams_person_reports(it)
            on_the_web(it)
            it.metrics.append(counts(house))
            it.changed = difference(before, rows(it.engine))
            with_a_name(it)
            the_desk_works(it)
            it.came_back = words_of(page_of(house.step(house.browser(**DEVICE), it.codes["web"]).text))
            upkeep.back_up(house.settings, folder / "kept.backup.gz", overwrite=False)
            it.backup = gzip.decompress((folder / "kept.backup.gz").read_bytes())
            yield it


# ---- what is done


def somebody_the_bot_has_met_reports(it: Told) -> None:
    """Nothing: somebody who has asked before reports in Teams, and somebody in Slack; what is known of whom the bot met is noted."""
    house = it.house
    house.deliver(house.microsoft.activity("can I accept a parent's friend request?", user="met"))
    house.deliver(house.microsoft.activity("hello", user="deputy"))
    house.in_slack("UMET").command("can I accept a parent's friend request?", command="/policy")
    tables = ("teams_references", "turns", "heard_events", "passed_questions", "gap_counts", "feedback_counts")
    it.met.append({name: rows(it.engine)[name] for name in tables})
    assert all(it.met[0][name] for name in tables[:3]), "else nothing could be seen to change"
    report_in_teams(it, "met", "Sam Met", "teams-met")
    person = house.in_slack("UMET", "sam.met")
    person.shortcut("report-open")
    assert person.submit({"report-story": "A quiet story.", "report-about": ["pupil"]}) == {}
    it.met.append({name: rows(it.engine)[name] for name in tables})


def slack_person_reports(it: Told) -> None:
    """Nothing: reported in Slack, come back to, added to."""
    person = it.house.in_slack(**SLACK_WHO)
    person.command("what I typed after it: zanzicanary-typed")
    form = {"report-story": "The zanzicanary-slackstory happened.", "report-name": "Zanzi Zanzicanary", "report-about": ["pupil"]}
    assert person.submit(form) == {}
    it.codes["slack"] = code_shown(person)
    assert person.submit({"report-code-box": it.codes["slack"]}) == {}
    person.command("check")
    assert person.submit({"report-code-box": it.codes["slack"]}) == {}
    assert person.submit({"report-add": "And zanzicanary-slackmore.", "report-police": "yes"}) == {}
    assert "slackmore" in person.words


def teams_person_reports(it: Told) -> None:
    """Nothing: the same in Teams."""
    code = report_in_teams(it, TEAMS_WHO["user"], TEAMS_WHO["from_name"], "teams", story="The zanzicanary-teamsstory happened.")
    back = opened_in_teams(it, "check").press(wording.OPEN_MINE, code=code)
    assert "zanzicanary-teamsmore" in back.press(wording.SEND_ADDED, text="And zanzicanary-teamsmore.").text


def report_in_teams(it: Told, user: str, shown_name: str, kept_as: str, story: str = "A quiet story.") -> str:
    """The code of a report from a dialog."""
    form = opened_in_teams(it, "open", user, shown_name)
    receipt = form.press(wording.SEND_REPORT, story=story, about="pupil", name=shown_name)
    it.codes[kept_as] = code_on(receipt)
    assert receipt.press(wording.TYPED, typed=it.codes[kept_as]).ended
    return it.codes[kept_as]


def opened_in_teams(it: Told, which: str, user: str = TEAMS_WHO["user"], shown_name: str = TEAMS_WHO["from_name"]) -> Dialog:
    """A dialog, of somebody whose account, id and name are marked."""
    sender = {"id": f"29:{user}", "name": shown_name, "aadObjectId": f"entra-{user}"}
    return fetch(it.house, which, user=user, **{"from": sender})  # type: ignore[arg-type]


def on_the_web(it: Told) -> None:
    """Nothing: the same on the web, with a picture that tells where and by whom it was taken."""
    house, phone = it.house, it.house.browser(**DEVICE)
    it.codes["web"] = house.report(
        phone, "The zanzicanary-webstory happened.", "colleague", files=[("zanzicanary-file.jpg", picture())], kind="cyberbullying"
    )
    assert "You can close this page" in phone.post("/oak/report", data=typed_back(it.codes["web"])).text
    assert house.step(phone, "zanzicanary-not-a-code").status_code == 422
    code = it.codes["web"]
    house.step(phone, code, "add", text="And zanzicanary-webmore.")
    house.step(phone, code, "police", police="undecided")
    house.step(phone, code, "files", files=[("zanzicanary-second.png", picture("PNG")), ("zanzicanary.exe", b"MZ zanzicanary")])


def with_a_name(it: Told) -> None:
    """Nothing: somebody reports with their name."""
    it.codes["named"] = it.house.report(
        it.house.browser(**DEVICE), "The zanzicanary-namedstory happened.", "pupil", name="Zanzi Zanzicanary-Named", urgent="yes"
    )


def the_desk_works(it: Told) -> None:
    """Nothing: pings go out, the lead signs in, acknowledges in chat, reads, replies, notes, decides, hands over, exports and closes."""
    house = it.house
    house.climb(3)  # to the lead in Slack, the deputy in Teams, the head by e-mail
    lead = house.signed_in(LEAD)
    it.tokens += lead.cookies.values()
    concerns = house.house.reports.desk.waiting("oak", LEAD)
    named = next(one for one in concerns if one.route is Route.NAMED)
    posted = next(one for one in house.slack.posted if named.reference in one.text)
    house.in_slack("ULEAD", "ann.lee").press(posted, "Acknowledge")
    assert state_of(house, named.id) is State.ACKNOWLEDGED
    for concern in concerns:
        route = concern.route.value
        case = f"/oak/desk/cases/{concern.id}"
        acts = {"acknowledge": {}, "reply": {"text": "zanzicanary-reply"}, "note": {"text": "zanzicanary-note"}}
        acts |= {"decide": {"text": "zanzicanary-decision", "reason": "zanzicanary-reason"}}
        acts |= {"hand-over": {"role": "chair", "reason": "zanzicanary-handing"}, "keep": {"day": "2045-01-01", "reason": "zanzicanary"}}
        for act, fields in acts.items():
            assert lead.post(f"{case}/{act}", data={**fields, "submission": f"{act}-{'s' * 20}"}).status_code == 303
        assert lead.post(f"{case}/reply", data={"text": " ", "submission": "zanzicanary-is-no-id"}).status_code == 422
        page = lead.get(case)
        it.seen_at_desk[route] = it.seen_at_desk.get(route, "") + page.text
        for file in re.findall(r"/files/[\w-]+", page.text):
            it.exported[f"{route}{file}"] = lead.get(case + file).content
        for kind in ("pdf", "csv"):
            it.exported[f"{route}.{kind}"] = lead.get(f"{case}/chronology.{kind}").content
    lead.post(f"/oak/desk/cases/{named.id}/close", data={"outcome": "support", "reason": "zanzicanary-closing"})
    lead.get("/oak/desk?state=all&mine=yes&zanzicanary=1"), lead.get("/oak/desk/figures"), lead.get("/oak/desk/figures.csv")
    lead.post("/oak/desk/leave", data={"everywhere": "yes"})


def picture(kind: str = "JPEG") -> bytes:
    """A photo that names its maker and place."""
    made, exif, out = Image.new("RGB", (64, 48), "white"), Image.Exif(), io.BytesIO()
    exif[0x013B] = exif[0x010E] = exif[0x8298] = "zanzicanary-exif"  # artist, description, copyright
    exif.get_ifd(0x8825)[1] = "N"
    made.save(out, kind, exif=exif, **({"comment": b"zanzicanary-comment"} if kind == "JPEG" else {}))
    return out.getvalue()


def typed_back(code: str) -> dict[str, str]:
    """The form in which a code is typed back."""
    return {"step": "typed", "code": code, "typed": code.lower()}


def counts(house: WholeHouse) -> str:
    """What anybody may read of counts, without the reading itself."""
    lines = httpx.get(f"{house.url}/metrics").text.splitlines()
    return "\n".join(line for line in lines if "/metrics" not in line and "_created" not in line)


def state_of(house: WholeHouse, concern_id: str) -> State:
    """Where a concern stands."""
    return next(one.state for one in house.house.reports.desk.waiting("oak", LEAD) if one.id == concern_id)


def rows(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table."""
    with engine.connect() as connection:
        return {
            table.name: sorted((dict(row._mapping) for row in connection.execute(select(table))), key=repr)
            for table in METADATA.sorted_tables
        }


def difference(before: dict[str, list[Any]], after: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """The rows that are new or changed, of each table that has any."""
    found = {name: [row for row in kept if row not in before[name]] for name, kept in after.items()}
    return {name: changed for name, changed in found.items() if changed}


# ---- what is found


def test_the_marks_are_found_wherever_they_would_be_written() -> None:
    """The search itself: it must not pass whatever it looks at."""
    mark = "Zanzicanary"
    for text in (mark, mark.upper(), mark.lower()):
        for raw in (text.encode(), text.encode("utf-16-le"), text.encode("utf-16-be"), text.lower().encode().hex().encode()):
            assert marks_in(b"\0 before " + raw + b" after")
    for before in range(4):
        for text in (
            b"x" * before + b"zanzicanary says",
            b"x" * before + b"ZANZICANARY",
            b"x" * before + "zanzicanary".encode("utf-16-le"),
        ):
            assert marks_in(base64.b64encode(text))
    assert marks_in(FORWARDED)
    assert marks_in("a code: ABCD2345", "ABCD-2345")
    assert not marks_in("nothing of the kind")


def test_what_was_written_is_there_for_the_lead_and_for_nobody_who_gave_no_name_a_name(told: Told) -> None:
    everything = told.seen_at_desk[Route.NAMED.value]
    for words in ("namedstory", "Zanzi Zanzicanary-Named", "zanzicanary-reply", "zanzicanary-note", "zanzicanary-reason"):
        assert words in everything
    for route in (Route.CONFIDENTIAL.value, Route.ANONYMOUS.value):
        shown = told.seen_at_desk[route]
        assert re.search("zanzicanary-(slack|teams|web)story|A quiet story", shown)
        for who in ("Zanzi Zanzicanary", "slackname", "Teamsname", "UZANZI", "entra-zanzi", "phone", FORWARDED, FROM, "Met"):
            assert who not in shown
    assert "zanzicanary-reply" in told.came_back
    assert "zanzicanary-note" not in told.came_back
    assert "zanzicanary-reason" not in told.came_back


def test_the_lead_takes_away_the_whole_story_and_clean_files(told: Told) -> None:
    assert b"zanzicanary-webstory" in told.exported["anonymous.csv"]
    pdf = "".join(page.extract_text() for page in PdfReader(io.BytesIO(told.exported["anonymous.pdf"])).pages)
    assert "zanzicanary-webstory" in pdf.replace("\n", "")
    files = [content for name, content in told.exported.items() if "/files/" in name]
    assert len(files) == 2
    assert all(Image.open(io.BytesIO(content)).size == (64, 48) for content in files)
    assert [marks_in(content) for content in files] == [[], []]


def test_no_row_of_any_table_holds_a_mark(told: Told) -> None:
    for table, kept in rows(told.engine).items():
        for row in kept:
            for column, value in row.items():
                raw = value if isinstance(value, bytes) else repr(value).encode()
                assert marks_in(raw, *told.secrets) == [], f"{table}.{column}"
    assert rows(told.engine)["entries"]
    assert rows(told.engine)["attachments"]


def test_no_file_of_the_database_holds_a_mark(told: Told) -> None:
    names = set()
    for file in database_files(told):
        names.add(file.name)
        assert marks_in(file.read_bytes(), *told.codes.values()) == [], file.name
    if told.kind == "sqlite":
        assert {Path(name).suffix for name in names} == {".db", ".db-wal", ".db-shm"}
    else:
        assert len(names) > 50


def database_files(told: Told) -> list[Path]:
    """The files in which the database lies: also its log of what is to be written."""
    if told.kind == "sqlite":
        return sorted(told.folder.glob("signpost_*.db*"))
    with psycopg.connect(postgres_server(), autocommit=True) as server:
        server.execute("CHECKPOINT")
        found = server.execute("SELECT oid FROM pg_database WHERE datname = %s", (told.engine.url.database,)).fetchone()
        place = server.execute("SHOW data_directory").fetchone()
    assert found
    assert place
    folder = Path(place[0])
    return [one for one in (*(folder / "base" / str(found[0])).iterdir(), *(folder / "pg_wal").iterdir()) if one.is_file()]


def test_nothing_that_is_logged_at_debug_level_holds_a_mark(told: Told) -> None:
    lines = told.house.log.getvalue()
    assert "messenger.pinged" in lines, "it was listened to"
    assert "/slack/events" in lines
    for said in (lines, "\n".join(told.house.records)):
        assert marks_in(said, *told.secrets) == []
        for other in ("127.0.0.1", "UMET", "entra-met", "ULEAD", "Ann Lee", "ann@oak.example", "T-known", "known-tenant", "oak"):
            assert other not in said, other


def test_neither_pings_nor_links_nor_e_mails_hold_a_mark(told: Told) -> None:
    house = told.house
    for one in house.shown():
        assert marks_in(one, *told.codes.values()) == []
    slack = [one.body["text"] for one in house.slack.posted if one.how == "chat.postMessage"]
    teams = [one.text for one in house.microsoft.posted if one.conversation.endswith("deputy")][1:]  # the first is the bot's "hello"
    mail = [message_from_bytes(content, policy=default) for content in house.mail.taken]
    for said in (slack, teams, [one.get_body(("plain",)).get_content() for one in mail]):  # type: ignore[union-attr]
        assert len([text for text in said if text.startswith("A report needs you")]) >= 5
        for text in said:
            assert NOTHING_MORE.fullmatch(text.strip().removesuffix("Acknowledge").strip()), text
    assert all(re.fullmatch(r"A report needs you \([0-9A-Z]{6}\)", str(one["Subject"])) for one in mail)


def test_the_counts_that_anybody_may_read_tell_nothing(told: Told) -> None:
    before, after = told.metrics
    assert marks_in(after) == []
    changed = set(after.splitlines()) - set(before.splitlines())
    assert not [line for line in changed if "report" in line or "desk" in line]
    assert all(re.search("/slack/events|/api/messages|le=|_count|_sum", line) for line in changed), changed


def test_a_backup_holds_no_mark_and_no_key(told: Told) -> None:
    assert b'"concerns"' in told.backup
    assert marks_in(told.backup, *told.secrets) == []
    for row in told.backup.splitlines():
        for value in re.findall(rb'"([A-Za-z0-9+/]{40,}={0,2})"', row):
            assert marks_in(base64.b64decode(value + b"=" * (-len(value) % 4))) == []
    assert told.house.settings.value("SIGNPOST_KEYS").encode() not in told.backup


def test_no_file_is_left_behind(told: Told) -> None:
    assert list(told.temporary.rglob("*")) == []
    mine = {one.name for one in told.folder.iterdir()}
    assert {name for name in mine if not name.startswith("signpost_")} == {"kept.backup.gz"}


def test_of_a_report_without_a_name_no_time_is_kept_but_the_hour(told: Told) -> None:
    assert {"concerns", "entries", "attachments", "receipts", "audit", "pings"} <= told.changed.keys()
    for table, changed in told.changed.items():
        for row in changed:
            for column, value in row.items():
                if isinstance(value, datetime) and not (table == "guesses" and row["lookup"] not in lookups(told)):
                    assert (value.minute, value.second, value.microsecond) == (0, 0, 0), f"{table}.{column}"
                assert not isinstance(value, date) or isinstance(value, datetime) or column == "keep_until", f"{table}.{column}"
    with told.house.house.reports.cases.unit("oak") as unit:
        for concern in unit.concerns():
            case = unit.case(concern.id)
            assert case
            by_reporter = [one.at for one in (*case.entries, *case.attachments) if getattr(one, "role", None) is None]
            of_reporter = [line.at for line in unit.history(concern.reference) if line.who == "reporter"]
            first_ping = [line.at for line in unit.history(concern.reference) if line.act == "pinged"][:1]
            times = [concern.filed_at, concern.waits_since, *by_reporter, *of_reporter, *first_ping]
            assert len(times) >= 5
            assert concern.nameless is all((at.minute, at.second, at.microsecond) == (0, 0, 0) for at in times)


def lookups(told: Told) -> set[str]:
    """The first parts of the codes given out: a wrong code is nobody's, and when one was typed is known to the minute."""
    return {code[:4] for code in told.codes.values()}


def test_what_nameless_reporters_leave_is_in_the_tables_of_reports_alone(told: Told) -> None:
    kept = {"concerns", "entries", "attachments", "receipts", "pings", "audit", "audit_heads", "guesses"}
    assert told.changed.keys() <= kept
    assert [row for row in told.changed.get("guesses", []) if row["lookup"] in lookups(told)] == []


def test_whether_somebody_the_bot_has_met_reported_cannot_be_read_from_what_is_known_of_them(told: Told) -> None:
    before, after = told.met
    assert before == after


def test_nobody_is_known_to_the_bot_for_having_reported(told: Told) -> None:
    known = {row["user"] for row in rows(told.engine)["teams_references"]}
    assert known == {"entra-met", "entra-deputy"}
    assert not {row["name"] for row in rows(told.engine)["passed_questions"]}


def test_the_audit_is_whole_and_names_roles_alone(told: Told) -> None:
    audit = rows(told.engine)["audit"]
    assert {row["who"] for row in audit} == {"reporter", "signpost", "lead"}
    assert all(one.broken is None for one in upkeep.verify_audit(told.house.settings, None, None))


def test_the_routes_are_what_was_chosen(told: Told) -> None:
    with told.house.house.reports.cases.unit("oak") as unit:
        kept: list[Concern] = list(unit.concerns())
    assert sorted(one.route for one in kept) == sorted([*ROUTES.values(), Route.CONFIDENTIAL, Route.CONFIDENTIAL])
    assert {one.reporter for one in kept} == {"", "Zanzi Zanzicanary-Named"}
