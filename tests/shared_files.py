"""The files kept beside the project (../shared): found, or the test is skipped; under CI a missing one is a failure."""

from __future__ import annotations

import os
import re
from functools import cache
from html import unescape
from pathlib import Path

import pytest

from knowledge.clauses import edition_of
from knowledge.documents import read_bytes
from knowledge.policy import Clause, Edition

SHARED = Path(__file__).parent.parent.parent / "shared"
FIVE = ("astley-park", "bledington", "cbc", "cookridge", "dobcroft")
BULLET = re.compile(r"^\s*(?:[-–•]\s+)+")


def shared(path: str) -> Path:
    """The file or folder ../shared/<path>; where it is missing the test is skipped, or fails if CI is set."""
    found = SHARED / path
    if not found.exists():
        reason = f"../shared/{path} is not beside this clone: the test reads it there"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def five(name: str) -> str:
    """The source text of one of the five policies."""
    return shared(f"policies/{name}.txt").read_text(encoding="utf-8")


@cache
def five_edition(name: str) -> Edition:
    """One of the five policies, imported."""
    return edition_of(read_bytes(shared(f"policies/{name}.txt").read_bytes(), f"{name}.txt"), name)


def edition(text: str, ending: str = ".txt") -> Edition:
    """An invented policy, imported."""
    return edition_of(read_bytes(text.encode(), f"policy{ending}"), "policy")


def clause_with(edition: Edition, fragment: str) -> Clause:
    """The one clause whose own text holds some words; fails where there is none or more than one."""
    found = [clause for clause in edition.clauses if fragment.lower() in clause.text.lower()]
    assert len(found) == 1, f"{fragment!r} is in {len(found)} clauses: {[clause.text[:60] for clause in found]}"
    return found[0]


def printed_words(text: str) -> list[str]:
    """The words of some source lines or of a clause as printed: bullets, table bars, HTML and Markdown marks taken off."""
    lines = [BULLET.sub("", line) for line in text.splitlines() if re.search(r"\w", line)]
    bare = re.sub(r"<(https?://[^>\s]+)>", r"\1", " ".join(lines))
    bare = unescape(re.sub(r"</?[a-zA-Z][^<>]*>", " ", bare))
    return re.sub(r"[*•|]", " ", bare.replace("*", "")).split()
