"""Reports through all doors of the whole house, by people whose every trace is marked; then every place is searched for the marks.

Outside what is sealed they must be nowhere: not in the database's files, not in a log at debug level, not in counts, pings, e-mails,
backups or files left behind. tests/adapters/canaries.py is what they do.
"""

from __future__ import annotations

import base64
import io
import re
import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import psycopg
import pytest
from PIL import Image
from pypdf import PdfReader

from adapters import upkeep
from adapters.store.engine import engine_of
from adapters.store.migrations import migrate
from bot.concerns.concern import Concern, Route
from tests.adapters.canaries import FORWARDED, Told, everybody_works, marks_in, rows
from tests.adapters.whole_house import FROM, whole_house
from tests.databases import BOTH, empty_url, postgres_server

ROUTES = {"slack": Route.CONFIDENTIAL, "teams": Route.CONFIDENTIAL, "web": Route.ANONYMOUS, "named": Route.NAMED}
NOTHING_MORE = re.compile(  # all that may be said to those who look after reports, outside the desk
    r"A report needs you\. Reference [0-9A-Z]{6}\. It has been waiting (since just now|for \d+ (minute|hour|day)s?)\.\s+"
    r"(Acknowledge \(you then look after it\):\s+http://signpost\.example/oak/desk/acknowledge/[\w-]{100,200}\s+)?"
    r"Open at the desk:\s+http://signpost\.example/oak/desk/cases/[\w-]{22}"
    r"|You have taken report [0-9A-Z]{6}\. Open it at the desk and record what you do:\s+http://signpost\.example/oak/desk/cases/[\w-]{22}"
    r"|Your link to the desk of Oak School:\s+http://signpost\.example/oak/desk/enter/[\w-]{44}\s+It works once, for ten minutes\. "
    r"If you did not ask for it, ignore it; nobody is signed in by it alone\."
)


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
            everybody_works(it)
            yield it


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
    assert "messenger.delivered" in lines, "it was listened to"
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
    before, after, at_the_end = told.metrics
    assert marks_in(at_the_end, *told.secrets) == []
    assert not [line for line in at_the_end.splitlines() if "/report" in line or "/desk" in line]
    changed = set(after.splitlines()) - set(before.splitlines())
    assert all(re.search("/slack/events|/api/messages|le=|_count|_sum", line) for line in changed), changed


def test_a_backup_holds_no_mark_and_no_key(told: Told) -> None:
    assert b'"concerns"' in told.backup
    assert marks_in(told.backup, *told.secrets) == []
    for row in told.backup.splitlines():
        for value in re.findall(rb'"([A-Za-z0-9+/]{40,}={0,2})"', row):
            assert marks_in(base64.b64decode(value + b"=" * (-len(value) % 4))) == []
    assert told.house.settings.value("SIGNPOST_KEYS").encode() not in told.backup


COUNTED_FROM = frozenset({"letters", "pings"})  # what the clock is still to do: from the hour it would be the head's a minute later


def test_no_file_is_left_behind(told: Told) -> None:
    assert list(told.temporary.rglob("*")) == []
    mine = {one.name for one in told.folder.iterdir()}
    assert {name for name in mine if not name.startswith("signpost_")} == {"kept.backup.gz"}


def test_of_a_report_without_a_name_no_time_is_kept_but_the_hour_and_what_comes_next_to_ten_minutes(told: Told) -> None:
    assert {"concerns", "entries", "attachments", "receipts", "audit", "pings"} <= told.changed.keys()
    for table, changed in told.changed.items():
        for row in changed:
            for column, value in row.items():
                if isinstance(value, datetime) and not (table == "guesses" and row["lookup"] not in lookups(told)):
                    coarse = value.minute % 10 if table in COUNTED_FROM else value.minute
                    assert (coarse, value.second, value.microsecond) == (0, 0, 0), f"{table}.{column}"
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
