"""`backup` and `restore`: everything the database holds, written to a file and read from it."""

from __future__ import annotations

from pathlib import Path

from adapters import upkeep
from adapters.settings import read_settings
from adapters.terminal.lines import say
from adapters.terminal.screen import show

NOT_IN_IT = (
    "The keys (SIGNPOST_KEYS) are not in it. Reports in it can only be read with the keys in use now: keep a copy of them somewhere else."
)
WHAT_IS_IN_IT = (
    "Names, numbers and Slack's tokens stand in it as they are: keep it where only those may read who may read the database. "
    "Reports deleted later are still in it, so do not keep it longer than you need."
)


def back_up(file: Path, *, force: bool) -> None:
    """Nothing: the backup is in the file, and what it holds is said. Raises BackupNotWritten, DatabaseUnusable."""
    made = upkeep.back_up(read_settings(), file, overwrite=force)
    show(
        say(f"Written to {file}: {made.rows['schools']} schools, {made.rows.get('concerns', 0)} reports; revision {made.revision}."),
        say(NOT_IN_IT),
        say(WHAT_IS_IN_IT),
    )


def restore(file: Path) -> None:
    """Nothing: the database holds what the backup held, and that is said. Raises BackupUnusable, DatabaseInUse, DatabaseUnusable."""
    made = upkeep.restore(read_settings(), file)
    at = made.made_at
    show(
        say(
            f"Restored: {made.rows['schools']} schools, {made.rows.get('concerns', 0)} reports, as they were on "
            f"{at.day} {at:%B %Y} at {at:%H:%M} UTC."
        ),
        say("Reports can only be read with the keys in use when the backup was made: SIGNPOST_KEYS must hold them."),
        say("Nobody is signed in at the desk: everybody asks for a new link. What came in after the backup is not there."),
    )
