"""`signpost policy corrections` and `policy correct`: what is listed, what is kept, and what is said where something is not there."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters import wiring
from adapters.samples import file_edition
from tests.adapters.installed import Installation
from tests.adapters.test_school_commands import OAK, POLICY
from tests.shared_files import clause_with


@pytest.fixture
def signpost(tmp_path: Path) -> Installation:
    made = Installation(tmp_path)
    assert made.run("migrate")[2] == 0
    made.write("policy.md", POLICY)
    made.write("oak.toml", OAK)
    assert made.run("school", "apply", "oak.toml")[2] == 0
    return made


@pytest.fixture
def anchor(signpost: Installation) -> str:
    """Of the clause on friends."""
    return clause_with(file_edition(signpost.folder / "policy.md"), "friend requests").anchor


def correct(
    signpost: Installation, *more: str, anchor: str, topic: str = "befriend_parent", policy: str = "social-media"
) -> tuple[str, int]:
    """What `policy correct` says, and its exit code."""
    out, err, code = signpost.run("policy", "correct", "oak", policy, anchor, "--topic", topic, *more)
    return " ".join((out + err).split()), code


def clauses(signpost: Installation, *more: str) -> list[dict[str, object]]:
    """The clauses of the one policy as other programs are told of them."""
    (policy,) = json.loads(signpost.run("policy", "corrections", "oak", "--json", *more)[0])["policies"]
    return list(policy["clauses"])


def test_a_correction_is_kept_listed_and_taken_back(signpost: Installation, anchor: str) -> None:
    assert clauses(signpost) == []
    said, code = correct(signpost, "--stance", "advises-against", anchor=anchor)
    assert (code, "Advises against (by its words: forbids)" in said) == (0, True)
    assert [(one["anchor"], one["corrections"]) for one in clauses(signpost)] == [
        (anchor, [{"topic": "befriend_parent", "stance": "advises against"}])
    ]
    assert correct(signpost, "--not-about", anchor=anchor)[1] == 0
    listed = " ".join(signpost.run("policy", "corrections", "oak")[0].split())
    assert "Friend or follow request between staff and a current parent or carer (befriend_parent): not about it" in listed
    said, code = correct(signpost, "--take-back", anchor=anchor)
    assert (code, "Taken back." in said, clauses(signpost)) == (0, True, [])
    assert [one["anchor"] for one in clauses(signpost, "--all")][:1] == [anchor]


def test_the_clauses_that_answered_worst_come_first(signpost: Installation) -> None:
    engine = wiring.engine_of(f"sqlite:///{signpost.folder}/signpost.db")
    passwords = clause_with(file_edition(signpost.folder / "policy.md"), "passwords").anchor
    with wiring.StoreSchools(engine, wiring.now).unit("oak") as unit:
        for useful in (False, False, True):
            unit.count_feedback("social-media", passwords, datetime.now(UTC).date().replace(day=1), useful=useful)
        unit.commit()
    engine.dispose()
    assert [(one["anchor"], one["no"], one["yes"]) for one in clauses(signpost)] == [(passwords, 2, 1)]
    assert next(one["anchor"] for one in clauses(signpost, "--all")) == passwords
    assert "No: 2, yes: 1." in signpost.run("policy", "corrections", "oak")[0]


def test_what_is_not_there_is_answered_with_what_is(signpost: Installation, anchor: str) -> None:
    for told, (said, code) in {
        f"The policy has no clause “none”. Choose one of: {anchor}, ": correct(signpost, "--not-about", anchor="none"),
        "There is no topic “none”. Choose one of: ": correct(signpost, "--not-about", anchor=anchor, topic="none"),
        "There is no stance “may”. Choose one of: forbids, requires, allows, allows-with-conditions, advises-against, informs.": correct(
            signpost, "--stance", "may", anchor=anchor
        ),
        "There is no policy “none”. Choose one of: social-media.": correct(signpost, "--not-about", anchor=anchor, policy="none"),
        "Give one of --stance STANCE, --not-about, --take-back.": correct(signpost, anchor=anchor),
        "Nothing was corrected about this clause.": correct(signpost, "--take-back", anchor=anchor),
    }.items():
        assert (told in said, code) == (True, 2), said
    assert "befriend_parent" in correct(signpost, "--not-about", anchor=anchor, topic="none")[0]
    assert correct(signpost, "--not-about", "--stance", "allows", anchor=anchor)[1] == 2
    assert clauses(signpost) == []
    assert "signpost school list" in signpost.run("policy", "corrections", "elm")[1]
