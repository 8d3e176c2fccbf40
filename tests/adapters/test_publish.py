"""`signpost policy publish`: what changes is shown, nothing is published unasked, and old addresses keep their clauses."""

from __future__ import annotations

import os
import pty
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from adapters import wiring
from adapters.terminal.comparing import compare, word_changes
from knowledge.policy import Clause, Edition
from tests.adapters.installed import SIGNPOST, Installation, clean_environment
from tests.adapters.test_school_commands import OAK

FIRST = """# Social Media Policy

## 1 Friends

Staff must not accept friend requests from parents of pupils at this school.

## 2 Passwords

Staff must use strong passwords on every account they have.

## 3 Photographs

Staff may take photographs of pupils with the school's own camera alone.
"""
SECOND = """# Social Media Policy

## 1 Friends

Staff must not accept friend requests from parents or pupils at this school.

## 2 Photographs

Staff may take photographs of pupils with the school's own camera alone.

## 3 Groups

Staff may run a class page only where the head has agreed to it in writing.
"""


@pytest.fixture
def signpost(tmp_path: Path) -> Installation:
    made = Installation(tmp_path, {"PUBLIC_URL": "https://a.example"})
    made.run("migrate")
    made.write("policy.md", FIRST)
    made.write("oak.toml", OAK.partition("[policies]")[0])
    assert made.run("school", "apply", "oak.toml")[2] == 0
    return made


def anchors(signpost: Installation, number: int) -> dict[str, str]:
    """The clauses of an edition by anchor."""
    engine = wiring.engine_of(f"sqlite:///{signpost.folder}/signpost.db")
    with wiring.StoreSchools(engine, wiring.now).unit("oak") as unit:
        published = unit.published("social-media", number)
    engine.dispose()
    assert published is not None
    return {clause.anchor: clause.text for clause in published.edition.clauses}


def test_a_new_edition_is_previewed_published_and_the_old_one_stays_at_its_address(signpost: Installation) -> None:
    first, _, code = signpost.run("policy", "publish", "policy.md", "--school", "oak", "--yes")
    assert code == 0
    assert "first edition: 3 clauses" in first
    assert "https://a.example/oak/policies/social-media" in first
    signpost.write("policy.md", SECOND)
    out, _, code = signpost.run("policy", "publish", "policy.md", "--school", "oak", "--yes")
    assert code == 0
    assert "1 added, 1 removed, 1 changed, 1 moved, 0 the same" in out
    assert "parents [-of-] {+or+} pupils" in " ".join(out.split())
    assert "Health check:" in out
    assert "Edition 1 stays at https://a.example/oak/policies/social-media/editions/1" in out
    before, after = anchors(signpost, 1), anchors(signpost, 2)
    assert len(before.keys() & after.keys()) == 2  # the moved one, and the one with a word changed
    assert before != after


def test_the_same_words_publish_nothing(signpost: Installation) -> None:
    signpost.run("policy", "publish", "policy.md", "--school", "oak", "--yes")
    out, _, code = signpost.run("policy", "publish", "policy.md", "--school", "oak")
    assert code == 0
    assert "edition 1 of social-media is the same" in out


def test_where_nobody_can_be_asked_nothing_is_published(signpost: Installation) -> None:
    out, err, code = signpost.run("policy", "publish", "policy.md", "--school", "oak")
    assert code == 2
    assert "first edition" in out
    assert "--yes" in err
    assert '"policies": []' in signpost.run("school", "show", "oak", "--json")[0]


@pytest.mark.parametrize(("typed", "published"), [("y\n", True), ("\n", False)])
def test_at_a_terminal_it_asks_first(signpost: Installation, typed: str, published: bool) -> None:
    ours, theirs = pty.openpty()
    command = [SIGNPOST, "policy", "publish", "policy.md", "--school", "oak"]
    with subprocess.Popen(
        command, cwd=signpost.folder, env=clean_environment(), stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as running:
        os.close(theirs)
        os.write(ours, typed.encode())
        out, _ = running.communicate(timeout=60)
    os.close(ours)
    assert "Publish this as edition 1 of social-media for oak?" in out
    assert ("Published: edition 1" in out) is published
    assert ('"edition": 1' in signpost.run("school", "show", "oak", "--json")[0]) is published


def test_which_of_several_policies_is_meant_must_be_said(signpost: Installation) -> None:
    for name in ("social-media", "phones"):
        assert signpost.run("policy", "publish", "policy.md", "--school", "oak", "--policy", name, "--yes")[2] == 0
    _, err, code = signpost.run("policy", "publish", "policy.md", "--school", "oak", "--yes")
    assert code == 2
    assert "phones, social-media" in err
    assert signpost.run("policy", "publish", "policy.md", "--school", "oak", "--policy", "Our Policy", "--yes")[2] == 2


def test_a_file_that_is_no_policy_leaves_the_published_edition(signpost: Installation) -> None:
    signpost.run("policy", "publish", "policy.md", "--school", "oak", "--yes")
    signpost.write("broken.pdf", "no PDF")
    assert signpost.run("policy", "publish", "broken.pdf", "--school", "oak", "--yes")[2] == 2
    assert len(anchors(signpost, 1)) == 3


def _edition(*clauses: Clause) -> Edition:
    return Edition("Policy", "Oak", clauses)


def test_clauses_that_changed_places_are_moved_and_those_that_stayed_are_not() -> None:
    one, two, three = (Clause(name, f"Words of the clause that is called {name}.", number=name) for name in ("a", "b", "c"))
    assert not compare(_edition(one, two, three), _edition(one, two, three))
    assert [now.anchor for _, now in compare(_edition(one, two, three), _edition(one, three, two)).moved] == ["b"]
    assert [now.anchor for _, now in compare(_edition(one, two), _edition(one, replace(two, number="9"))).moved] == ["b"]


def test_long_runs_of_words_that_stayed_are_shortened_and_no_changed_word_is_lost() -> None:
    same = " ".join(f"w{at}" for at in range(60))
    runs = list(word_changes(f"{same} old {same}", f"{same} new {same} more"))
    assert [run.words for run in runs if run.kind in {"out", "in"}] == ["old", "new", "more"]
    assert sum(len(run.words.split()) for run in runs if run.kind == "same") < 40
