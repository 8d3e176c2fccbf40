"""`policy publish`: what a new edition changes is shown, then it is published if that was meant."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import typer
from rich.console import RenderableType
from rich.text import Text

from adapters import samples, wiring
from adapters.schoolfile import NAME
from adapters.settings import read_settings
from adapters.terminal.comparing import Changes, Run, compare, word_changes
from adapters.terminal.lines import say
from adapters.terminal.render_policy import edition_facts
from adapters.terminal.screen import progress_bar, show
from bot.links import edition_path, policy_path
from bot.replying import place
from bot.school import EditionKey, Published
from knowledge.errors import SignpostError
from knowledge.policy import Clause, Edition

FIRST_NAME = "social-media"
STYLES = {"same": "", "gap": "dim", "out": "red strike", "in": "green bold"}


class NotPublished(SignpostError):
    """A policy was not published, and nothing has changed: whoever asked for it can say what is meant."""


def publish(file: Path, school: str, name: str | None, *, yes: bool) -> None:
    """Nothing: the edition is published, unless the answer was no or there is nothing new in it.

    Raises PolicyUnreadable, UnknownSchool, NotMigrated, NotPublished.
    """
    settings = read_settings()
    schools = wiring.schools_of(settings)
    with schools.unit(school) as unit:
        policy = _policy(name, unit.current())
        before = unit.published(policy)
    with progress_bar(f"Reading {file.name}") as advance:
        edition = samples.file_edition(file, advance)
    with wiring.keeping(), schools.unit(school) as unit:  # rolled back: only to learn whether there would be a new edition
        key = unit.publish(policy, edition, file.name)
    show(*edition_facts(edition, samples.today()), say(""))
    if before is not None and key == before.key:
        show(say(f"Nothing has changed: edition {key.number} of {policy} is the same. Nothing was published."))
        return
    show(*_preview(before, edition), say(""))
    show(*_health(before, edition), say(""))
    if not yes and not _agreed(f"Publish this as edition {key.number} of {policy} for {school}?"):
        show(say("Nothing was published."))
        return
    with wiring.keeping(), schools.unit(school) as unit:
        if _current(unit.current(), policy) != (before.key if before else None):
            raise NotPublished("Somebody else has published this policy meanwhile.", "Run the command again to see what would change now.")
        key = unit.publish(policy, edition, file.name)
        unit.commit()
    show(say(f"Published: edition {key.number} of {policy}."))
    show(say(f"Read it at   {settings.base_url}{policy_path(school, policy)}"))
    if before is not None:
        show(say(f"Edition {before.key.number} stays at {settings.base_url}{edition_path(school, policy, before.key.number)}"))
    if not settings.base_url:
        show(say("(Set PUBLIC_URL to have whole addresses shown.)"))
    show(say(f"Where SCHOOL.toml names a file for {policy}, name this one there too: {file.name}"))


def _policy(name: str | None, current: tuple[EditionKey, ...]) -> str:
    """The short name of the policy meant. Raises NotPublished."""
    if name is not None:
        if not NAME.fullmatch(name):
            raise NotPublished(f"“{name}” cannot be a policy's short name.", "Use small letters, digits and hyphens, such as social-media.")
        return name
    if len(current) > 1:
        names = ", ".join(key.policy for key in current)
        raise NotPublished("This school has several policies.", f"Say which one it is, or a new name: --policy NAME ({names}).")
    return current[0].policy if current else FIRST_NAME


def _current(keys: tuple[EditionKey, ...], policy: str) -> EditionKey | None:
    return next((key for key in keys if key.policy == policy), None)


def _agreed(question: str) -> bool:
    """Whether the person at the terminal said yes. Raises NotPublished where nobody is there."""
    if not sys.stdin.isatty():
        raise NotPublished("Nobody can be asked here, so nothing was published.", "Give --yes to publish what is shown above.")
    return typer.confirm(question)


def _preview(before: Published | None, edition: Edition) -> Iterator[RenderableType]:
    if before is None:
        yield say(f"This is the first edition: {len(edition.clauses)} clauses.", style="bold")
        return
    changes = compare(before.edition, edition)
    yield say(f"Against edition {before.key.number}: {_counts(changes)}", style="bold")
    for title in ("title", "adopted", "review_due"):
        was, now = getattr(before.edition, title), getattr(edition, title)
        if was != now:
            yield say(f"{title.replace('_', ' ').capitalize()}: {now or 'not stated'} (was {was or 'not stated'})", 2)
    for clause in changes.added:
        yield from _clause("Added", clause, [Run("in", clause.quotation)])
    for clause in changes.removed:
        yield from _clause("Removed", clause, [Run("out", clause.quotation)])
    for was, now in changes.changed:
        yield from _clause("Changed", now, word_changes(was.quotation, now.quotation))
    for was, now in changes.moved:
        yield say(f"Moved: {place(now)}" + (f" (was {place(was)})" if place(was) != place(now) else ""), 2)


def _counts(changes: Changes) -> str:
    counted = {
        "added": len(changes.added),
        "removed": len(changes.removed),
        "changed": len(changes.changed),
        "moved": len(changes.moved),
        "the same": changes.same,
    }
    return ", ".join(f"{count} {what}" for what, count in counted.items())


def _clause(what: str, clause: Clause, runs: Iterator[Run] | list[Run]) -> Iterator[RenderableType]:
    """A clause with its words that go and come marked: by colour on a terminal, and by signs that a pipe shows as well."""
    yield say(f"{what}: {place(clause)}", 2)
    words = Text()
    for run in runs:
        shown = {"out": f"[-{run.words}-]", "in": "{+" + run.words + "+}"}.get(run.kind, run.words)
        words.append(shown, STYLES[run.kind]).append(" ")
    yield say(words, 6)


def _health(before: Published | None, edition: Edition) -> Iterator[RenderableType]:
    """The health check in one line, and what it finds that it did not find in the edition before."""
    from knowledge.health import check

    found = check(samples.index_of(edition), samples.today())
    known = check(samples.index_of(before.edition), samples.today()) if before else []
    counted = Counter(str(finding.severity) for finding in found)
    yield say("Health check: " + (", ".join(f"{many} {severity}" for severity, many in counted.items()) or "nothing to mend"), style="bold")
    seen = {(finding.kind, finding.quote, finding.why) for finding in known}
    new = [finding for finding in found if (finding.kind, finding.quote, finding.why) not in seen] if before else []
    for finding in new:
        quoted = f" “{finding.quote}”" if finding.quote else ""
        yield say(f"New: {finding.kind} ({finding.severity}): {finding.why}{quoted}", 2, hanging=2)
    yield say(f"`signpost health` shows {'them' if found else 'more'} in full.", 2)
