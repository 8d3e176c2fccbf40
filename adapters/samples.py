"""Bundled samples and policy files as editions, and editions made ready to answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.errors import SignpostError
from knowledge.policy import SAMPLE_MARK as SAMPLE_MARK

if TYPE_CHECKING:  # numpy and the readers are imported where they are needed: `signpost --help` should not wait for them
    from knowledge.answering import Answerer
    from knowledge.index import PolicyIndex
    from knowledge.policy import Edition

Progress = Callable[[int, int], None]

FIRST_SAMPLE = "bledington"
READABLE = (".md", ".txt", ".docx", ".html", ".htm", ".pdf")  # quickest to read first


class UnknownSchool(SignpostError):
    """The school named is none of the bundled samples: whoever typed it can choose another."""


class NoPolicyFor(SignpostError):
    """A folder of policies holds none for a school: whoever keeps the folder can add it."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A bundled sample policy: its short name, its school and its title."""

    name: str
    school: str
    title: str


def today() -> date:
    """This day where the computer stands."""
    return datetime.now(UTC).astimezone().date()


def samples() -> tuple[Sample, ...]:
    """The bundled sample policies by name. Only their headers are read."""
    return tuple(_sample(name) for name in sample_names())


def sample_names() -> tuple[str, ...]:
    """The short names of the bundled sample policies, sorted."""
    entries = files("knowledge.samples").iterdir()
    return tuple(sorted(entry.name.removesuffix(".md") for entry in entries if entry.name.endswith(".md")))


def sample_named(wanted: str) -> str:
    """The short name of the sample meant: by its short name, its number in the list, or some words of the school's name.

    Raises UnknownSchool listing those there are.
    """
    names = sample_names()
    asked = " ".join(wanted.lower().replace("-", " ").split())
    by_name = {name.replace("-", " "): name for name in names} | {str(at): name for at, name in enumerate(names, start=1)}
    if asked in by_name:
        return by_name[asked]
    found = [sample.name for sample in samples() if asked and asked in sample.school.lower().replace("-", " ")]
    if len(found) == 1:
        return found[0]
    raise UnknownSchool(f"There is no sample policy for “{wanted}”.", schools_to_choose())


def schools_to_choose() -> str:
    """What to do where no school is known: the names there are, and how to use one's own policy."""
    return f"Choose --school {', '.join(sample_names())}; or give your own school's policy with --policy FILE."


def sample_edition(name: str) -> Edition:
    """The edition of a bundled sample policy."""
    from knowledge.clauses import edition_of
    from knowledge.documents import read_bytes

    source = files("knowledge.samples").joinpath(f"{name}.md")
    return edition_of(read_bytes(source.read_bytes(), source.name), source.name)


def file_edition(path: Path, progress: Progress | None = None) -> Edition:
    """The edition in a policy file.

    Raises PolicyUnreadable where it cannot be read as a policy.
    """
    from knowledge.clauses import edition_of
    from knowledge.documents import read

    return edition_of(read(path, progress), path.name)


def policy_file(folder: Path, school: str) -> Path:
    """The policy of a school in a folder: the file of that name with an ending Signpost reads.

    Raises NoPolicyFor where there is none.
    """
    for ending in READABLE:
        if school and (found := folder / f"{school}{ending}").is_file():
            return found
    known = sorted({path.stem for path in folder.iterdir() if path.suffix.lower() in READABLE}) if folder.is_dir() else []
    there = f"The folder has {', '.join(known)}." if known else "The folder has no policy that Signpost reads."
    raise NoPolicyFor(
        f"There is no policy for the school “{school}” in {folder}.",
        f"{there} A question's school is its policy file's name without ending.",
    )


def answerer_of(edition: Edition) -> Answerer:
    """What answers questions from an edition."""
    from knowledge.answering import Answerer

    return Answerer(edition)


def index_of(edition: Edition) -> PolicyIndex:
    """An edition made ready for questions and for the health check."""
    from knowledge.index import PolicyIndex
    from knowledge.topics.fitted import topic_model

    return PolicyIndex(edition, topic_model())


def _sample(name: str) -> Sample:
    from knowledge.documents.markdown import HEADER

    text = files("knowledge.samples").joinpath(f"{name}.md").read_text(encoding="utf-8")
    found = HEADER.match(text)
    lines = found["body"].splitlines() if found else []
    told = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    return Sample(name, told.get("school", name), told.get("title", ""))
