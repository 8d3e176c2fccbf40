"""`keys`: made, looked at, and changed for a newer one while Signpost runs."""

from __future__ import annotations

from adapters import upkeep
from adapters.settings import read_settings
from adapters.terminal.lines import say
from adapters.terminal.screen import complain, show

WHAT_TO_DO = """
Put this key into SIGNPOST_KEYS wherever Signpost runs, where your platform keeps secrets.
Keep a copy in a safe place, away from the database and its backups: without it nobody can
ever read the reports again, and whoever has both it and the database can read them all.
Where there is a key already, leave it there: `signpost keys rotate --help` says how one
takes the place of the other."""


def show_new_key() -> None:
    """Nothing: prints a key alone on standard output, so that it can be piped to where it is kept, and on standard error what to do."""
    print(upkeep.new_key(), flush=True)  # noqa: T201
    complain(WHAT_TO_DO)


def rotate() -> bool:
    """Whether nothing in the database is sealed with an older key any more; it is said what was done. Raises KeysWrong."""
    keys, came = upkeep.rotate_keys(read_settings())
    show(say(f"Sealed anew with the key {keys.newest}: {came.done}."))
    if came.broken:
        show(
            say(
                f"{came.broken} cannot be opened: they were altered, or stand in another's place. They stay as they are; a backup from "
                "before has them as they were."
            )
        )
    if came.left > came.broken:
        show(
            say(
                f"{came.left - came.broken} were sealed with an older key meanwhile: start every copy of Signpost again with the new key "
                "first in SIGNPOST_KEYS, then run this once more."
            )
        )
    if came.left:
        return False
    older = keys.ids[1:]
    if not older:
        show(say("Everything is sealed with the only key there is. To change it: `signpost keys new`."))
        return True
    show(
        say(
            f"Nothing is sealed with {', '.join(older)} any more. Once every copy of Signpost was started with the new key first in "
            "SIGNPOST_KEYS, run this again; if it says 0, take the old key out. Keep it elsewhere as long as you keep backups made "
            "before now: they open with no other."
        )
    )
    return True


def check() -> bool:
    """Whether every key in use is in SIGNPOST_KEYS; prints each with how much it has sealed. Raises KeysWrong."""
    keys, found = upkeep.keys_found(read_settings())
    for key in dict.fromkeys([*keys.ids, *sorted(found)]):
        kind = "newest" if key == keys.newest else "older" if key in keys.ids else "MISSING from SIGNPOST_KEYS"
        show(say(f"{key}  {kind}: {found.get(key, 0)} sealed"))
    missing = [key for key in found if key not in keys.ids]
    if missing:
        show(say("What a missing key has sealed cannot be read: put that key back into SIGNPOST_KEYS, after the newest."))
    elif set(found) - {keys.newest}:
        show(say("`signpost keys rotate` seals everything with the newest key."))
    return not missing
