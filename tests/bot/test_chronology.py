"""A chronology: everything once, in the order it happened, in words, and nothing that names a nameless reporter."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

import pytest

from bot.concerns import words_for
from bot.concerns.chronology import chronology, in_words
from bot.concerns.concern import (
    About,
    Attachment,
    Case,
    Concern,
    Entry,
    EntryKind,
    Evidence,
    Kind,
    Outcome,
    Police,
    Route,
    State,
    Wish,
)
from bot.concerns.ports import Act, AuditLine
from bot.school import Holder, Role

AT = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
LEAD = Holder(Role.LEAD, "Ann Lee")
CONCERN = Concern(
    id="c1",
    reference="K7M4Q2",
    filed_at=AT,
    route=Route.ANONYMOUS,
    about=frozenset({About.HEAD, About.PUPIL}),
    kept_from=(),
    kind=Kind.CYBERBULLYING,
    wish=Wish.ADVICE,
    keep_until=date(2032, 3, 2),
    waits_since=AT,
)


def minutes(number: int) -> datetime:
    return AT + timedelta(minutes=number)


def audit(*told: tuple[datetime, Act, str]) -> tuple[AuditLine, ...]:
    return tuple(AuditLine(number, at, act, who, "K7M4Q2") for number, (at, act, who) in enumerate(told, 1))


STORY = Entry("e1", AT, EntryKind.STORY, "It happened.")
REPLY = Entry("e2", minutes(20), EntryKind.REPLY, "Thank you.", Role.LEAD, "Ann Lee")
ADDED = Entry("e3", AT, EntryKind.ADDED, "More of it.")  # at 14:40, kept to the hour
CLOSED = Entry("e4", minutes(90), EntryKind.CHANGE, "Closed: support.", Role.LEAD, "Ann Lee", "All agreed.")


def rows(case: Case, *told: tuple[datetime, Act, str]) -> list[tuple[str, ...]]:
    return [(row.when, row.who, row.what, row.text, row.reason) for row in chronology(case, audit(*told)).rows]


@pytest.mark.parametrize(
    ("labels", "kind"),
    [
        (words_for.ABOUT, About),
        (words_for.ROUTE, Route),
        (words_for.KIND, Kind),
        (words_for.WISH, Wish),
        (words_for.POLICE, Police),
        (words_for.EVIDENCE, Evidence),
        (words_for.STATE, State),
        (words_for.OUTCOME, Outcome),
        (words_for.ENTRY, EntryKind),
        (words_for.ACT, Act),
    ],
)
def test_no_member_lacks_a_label_of_its_own(labels: dict[StrEnum, str], kind: type[StrEnum]) -> None:
    assert set(labels) == set(kind)
    assert all(label.strip() and "_" not in label for label in labels.values())
    if kind is not Act:  # what the audit and an entry call the same thing is the same
        assert len(set(labels.values())) == len(labels)


def test_entries_and_audit_are_one_list_that_says_nothing_twice() -> None:
    found = rows(
        Case(CONCERN, (STORY, ADDED, REPLY, CLOSED)),
        (AT, Act.FILED, "reporter"),
        (minutes(10), Act.READ, "lead"),
        (minutes(20), Act.REPLIED, "lead"),
        (AT, Act.ADDED, "reporter"),
        (minutes(90), Act.CLOSED, "lead"),
        (minutes(95), Act.EXPORTED, "lead"),
    )
    day = "Mon 2 Mar 2026"
    assert found == [
        (f"{day}, about 14:00", "The reporter", "Reported", "It happened.", ""),
        (f"{day}, 14:10", "Designated safeguarding lead", "Opened the case", "", ""),
        (f"{day}, 14:20", "Ann Lee (Designated safeguarding lead)", "Replied to the reporter", "Thank you.", ""),
        (f"{day}, about 14:00", "The reporter", "Added to the report", "More of it.", ""),
        (f"{day}, 15:30", "Ann Lee (Designated safeguarding lead)", "Closed it", "Closed: support.", "All agreed."),
        (f"{day}, 15:35", "Designated safeguarding lead", "Exported the case", "", ""),
    ]


def test_two_that_look_alike_are_both_there() -> None:
    notes = tuple(Entry(f"n{number}", minutes(number), EntryKind.NOTE, f"Note {number}", Role.LEAD, "Ann Lee") for number in range(3))
    told = [(minutes(number), Act.NOTED, "lead") for number in (0, 1, 2, 30)]
    found = rows(Case(CONCERN, notes), *told)
    assert [row[3] for row in found] == ["Note 0", "Note 1", "Note 2", ""]


def test_nothing_is_lost_where_the_audit_knows_nothing_of_it_or_the_entries_do_not() -> None:
    file = Attachment("a1", AT, "photo.png", "image/png", 123_456)
    found = rows(Case(CONCERN, (STORY, REPLY), (file,)), (minutes(5), Act.PINGED, "signpost"), (minutes(30), Act.REPLIED, "deputy"))
    assert [(row[1], row[2]) for row in found] == [
        ("The reporter", "Reported"),
        ("The reporter", "Added a file"),
        ("Signpost", words_for.ACT[Act.PINGED]),
        ("Ann Lee (Designated safeguarding lead)", "Replied to the reporter"),
        ("Deputy safeguarding lead", "Replied to the reporter"),
    ]
    assert found[1][3] == "photo.png (image/png, 123 kB)"


def test_times_that_could_name_a_nameless_reporter_are_told_to_the_hour() -> None:
    exact = minutes(37)
    told = [(exact, Act.FILED, "reporter"), (exact, Act.PINGED, "signpost"), (exact, Act.READ_BY_REPORTER, "reporter")]
    case = Case(replace(CONCERN, filed_at=exact), (replace(STORY, at=exact),), (Attachment("a", exact, "f", "image/png", 1),))
    found = chronology(case, audit(*told))
    assert "14:37" not in str(found)
    named = replace(case, concern=replace(case.concern, route=Route.NAMED, reporter="Tom Bird"))
    found = chronology(named, audit(*told))
    assert "about" not in "".join(row.when for row in found.rows)
    assert found.rows[0].when == "Mon 2 Mar 2026, 14:37"
    assert dict(found.head)["Reporter"] == "Tom Bird"


def test_the_head_says_what_the_case_is() -> None:
    concern = replace(
        CONCERN, state=State.CLOSED, outcome=Outcome.SUPPORT, taken_by=LEAD, taken_at=minutes(11), also=frozenset({Role.DEPUTY})
    )
    head = dict(chronology(Case(concern, ()), ()).head)
    assert head["Reference"] == "K7M4Q2"
    assert head["State"] == "Closed"
    assert head["Received"] == "Mon 2 Mar 2026, about 14:00"
    assert head["About"] == "a pupil; the head"
    assert head["Taken by"] == "Ann Lee (Designated safeguarding lead), Mon 2 Mar 2026, 14:11"
    assert head["Handed over to"] == "Deputy safeguarding lead"
    assert head["Outcome"] == "Support given"
    assert head["To be kept until"] == "2 Mar 2032"
    assert "Reporter" not in head
    assert "anonym" not in head["How it came in"].lower()
    assert "network" in head["How it came in"]


def test_times_are_londons() -> None:
    assert in_words(datetime(2026, 7, 1, 23, 30, tzinfo=UTC)) == "Thu 2 Jul 2026, 00:30"
    assert in_words(datetime(2026, 7, 1, 13, 0, tzinfo=UTC), about=True) == "Wed 1 Jul 2026, about 14:00"
    assert in_words(datetime(2026, 12, 1, 13, 5, tzinfo=UTC)) == "Tue 1 Dec 2026, 13:05"
