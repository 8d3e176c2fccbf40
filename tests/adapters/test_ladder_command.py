"""`ladder preview`, and how `school apply` and `school show` speak of calendars and ladders."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from adapters.terminal.ladder import NotATime, moment
from tests.adapters.installed import Installation
from tests.bot.calendars import at, here

SCHOOL = """id = "oak"
name = "Oak School"
[contacts.lead]
name = "Ann Lee"
phone = "01632 960001"
slack = "U1"
email = "ann@oak.example"
[contacts.deputies]
name = "Raj Shah"
[contacts.head]
name = "Jo Hall"
email = "jo@oak.example"
[contacts.chair]
name = "Sam Reed"
teams = "12345678-abcd-1234-abcd-123456789012"
"""
TOLD = '[calendar]\nnation = "scotland"\n[ladder]\nout_of_hours = "none"\n[ladder.urgent]\nrepeat = "2 h"\n'


@pytest.fixture
def signpost(tmp_path: Path) -> Installation:
    made = Installation(tmp_path)
    assert made.run("migrate")[2] == 0
    made.write("oak.toml", SCHOOL)
    assert made.run("school", "apply", "oak.toml")[2] == 0
    return made


def test_a_routine_report_on_friday_afternoon_climbs_on_monday(signpost: Installation) -> None:
    out, err, code = signpost.run("ladder", "preview", "--school", "oak", "--at", "2026-11-20 15:40")
    assert (err, code) == ("", 0)
    assert out.startswith("Oak School: a routine report about a pupil, Fri 20 Nov 2026, 15:40\n")
    lines = [line.strip() for line in out.splitlines()]
    assert lines[1:5] == [
        "Fri 20 Nov 2026, 15:40  at once",
        "Designated safeguarding lead: Ann Lee (chat, else e-mail)",
        "Mon 23 Nov 2026, 11:10  67 hours 30 minutes later",
        "Designated safeguarding lead: Ann Lee (chat, else e-mail)",
    ]
    assert "Head: Jo Hall (e-mail)" in lines
    assert "And so on, every 8 school hours, until somebody takes it." in lines
    assert "Deputy safeguarding lead: Raj Shah cannot be reached: add slack, teams or email to SCHOOL.toml." in " ".join(lines)


def test_at_night_the_cover_is_pinged_of_an_urgent_report_as_well(signpost: Installation) -> None:
    told = json.loads(signpost.run("ladder", "preview", "-s", "oak", "--urgent", "--at", "2026-11-21 03:00", "--json")[0])
    assert [[one["name"] for one in step["told"]] for step in told["steps"][:2]] == [
        ["Ann Lee", "Jo Hall"],
        ["Ann Lee", "Raj Shah", "Jo Hall"],
    ]
    assert [step["local"][:16] for step in told["steps"]] == [f"2026-11-21T0{clock}" for clock in ("3:00", "3:30", "4:00", "5:00", "6:00")]
    assert told["steps"][0]["told"][0]["ways"] == ["chat", "email"]
    assert not any(step["open"] or step["skipped"] for step in told["steps"])


def test_about_the_lead_and_the_head_the_chair_alone_is_pinged(signpost: Installation) -> None:
    out, _, _ = signpost.run("ladder", "preview", "-s", "oak", "--about", "Lead, head", "--at", "2026-11-20 10:00")
    assert "Chair of governors: Sam Reed (chat)" in out
    assert "Ann Lee" not in out
    assert "Jo Hall" not in out
    assert "those who come next are told instead" in " ".join(out.split())
    nobody, _, _ = signpost.run("ladder", "preview", "-s", "oak", "--about", "head,chair")
    assert "Nobody at the school may be told of it." in nobody


def test_what_was_typed_wrong_is_told_with_what_is_right(signpost: Installation) -> None:
    for arguments, said in (
        (("--at", "soon"), '--at "Fri 15:40"'),
        (("--at", "Fri 25:40"), '--at "Fri 15:40"'),
        (("--about", "boss"), "pupil, colleague, parent, lead"),
        (("--school", "elm"), "signpost school list"),
    ):
        _, err, code = signpost.run("ladder", "preview", "-s", "oak", *arguments)
        assert (code, said in err) == (2, True)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("now", "Fri 2026-11-20 12:00"),
        ("Fri 15:40", "Fri 2026-11-20 15:40"),
        ("fri 11:59", "Fri 2026-11-27 11:59"),
        ("Friday 12.00", "Fri 2026-11-20 12:00"),
        ("Thu 9:05", "Thu 2026-11-26 09:05"),
        ("2026-07-24 15:40", "Fri 2026-07-24 15:40"),
        ("2026-07-24T15:40Z", "Fri 2026-07-24 16:40"),
    ],
)
def test_a_moment_is_understood(words: str, expected: str) -> None:
    assert here(moment(words, at("2026-11-20 12:00"))) == expected


@pytest.mark.parametrize("words", ["", "15:40", "Xyz 15:40", "Fri", "Fri 24:00", "0001-01-01", "9999-12-31T23:59", "2026-13-01"])
def test_what_is_no_moment_is_refused(words: str) -> None:
    with pytest.raises(NotATime):
        moment(words, datetime.fromisoformat("2026-11-20T12:00+00:00"))


def test_what_changed_of_calendar_and_ladder_is_applied_and_said_and_nothing_else(signpost: Installation) -> None:
    signpost.write("oak.toml", SCHOOL + TOLD)
    out = " ".join(signpost.run("school", "apply", "oak.toml")[0].split())
    assert "Bank holidays: closed, as in Scotland" in out
    assert "School closed: nobody else is told" in out
    assert "then again every 2 hours" in out
    assert "Routine reports" not in out
    assert "Terms" not in out
    assert "Nothing has changed." in signpost.run("school", "apply", "oak.toml")[0]
    shown = " ".join(signpost.run("school", "show", "oak")[0].split())
    assert "Bank holidays closed, as in Scotland" in shown
    assert "then again every 8 school hours" in shown
    told = json.loads(signpost.run("school", "show", "oak", "--json")[0])
    assert (told["calendar"]["nation"], told["ladders"]["urgent"]["repeat"], told["ladders"]["out_of_hours"]) == ("scotland", 7200.0, None)


def test_what_is_taken_out_again_is_said_too(signpost: Installation) -> None:
    signpost.write("oak.toml", SCHOOL + "[calendar]\nclosed = [2026-11-20]\n")
    assert "Closed as well: 20 Nov 2026" in signpost.run("school", "apply", "oak.toml")[0]
    signpost.write("oak.toml", SCHOOL)
    assert "Closed as well: none" in signpost.run("school", "apply", "oak.toml")[0]


def test_a_ladder_that_leaves_out_the_head_and_terms_that_are_over_are_pointed_out(signpost: Installation) -> None:
    only = '[[ladder.urgent.rungs]]\nafter = "0 min"\nroles = ["lead", "chair"]\n'
    signpost.write("oak.toml", SCHOOL + "[calendar]\nterms = [{ first = 2020-09-01, last = 2020-12-18 }]\n" + only)
    out = " ".join(signpost.run("school", "apply", "oak.toml")[0].split())
    assert "The head is never pinged of urgent reports that nobody takes" in out
    assert "never pinged of routine" not in out
    assert "The last term told ends on 18 Dec 2020: add the next ones." in out
    assert "The chair is pinged of reports about the head alone" in out
