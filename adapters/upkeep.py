"""What whoever runs Signpost does about reports from the command line: keys, audit, backups and the poster that says where to report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine

from adapters.settings import Settings, address_faults, missing, settings_wrong
from adapters.store import auditing, backup, rotation, sealing
from adapters.store.auditing import Verified
from adapters.store.backup import Contents
from adapters.store.engine import engine_of
from adapters.store.rotation import Rotated
from adapters.store.sealing import Keys
from adapters.store.slack_tokens import keys_of_tokens
from adapters.wiring import keeping, migrated, now, schools_of
from bot.links import report_path


def new_key() -> str:
    """A new key as SIGNPOST_KEYS takes it."""
    return sealing.new_key()


def keys_of(settings: Settings) -> Keys:
    """The keys in these settings. Raises KeysWrong."""
    return Keys.read(settings.value("SIGNPOST_KEYS"))


def keys_found(settings: Settings) -> tuple[Keys, dict[str, int]]:
    """The keys in these settings, and how many sealed values in their database there are of each key, by its id.

    Raises KeysWrong, NotMigrated, DatabaseUnusable.
    """
    keys = keys_of(settings)
    with keeping():
        database = _database(settings)
        found = Counter(rotation.keys_in_use(database)) + Counter(keys_of_tokens(database))
        del found[""]  # tokens in clear, from before they were sealed; `doctor` tells
        return keys, dict(found)


def rotate_keys(settings: Settings, told: Callable[[int], object] = lambda _: None) -> tuple[Keys, Rotated]:
    """The keys in these settings, and what came of sealing everything anew with the newest. `told`: called with how many are done.

    Raises KeysWrong, NotMigrated, DatabaseUnusable.
    """
    keys = keys_of(settings)
    with keeping():
        return keys, rotation.rotate(_database(settings), keys, told)


def verify_audit(settings: Settings, school: str | None, noted: tuple[int, str] | None) -> tuple[Verified, ...]:
    """What each school's audit turned out to be. `noted`: number and digest of a line as once noted down.

    Raises UnknownSchool, NotMigrated, DatabaseUnusable.
    """
    with keeping():
        return auditing.verify(_database(settings), school, noted)


def back_up(settings: Settings, out: Path, *, overwrite: bool) -> Contents:
    """What was written of the database in these settings, whatever its revision. Raises BackupNotWritten, DatabaseUnusable."""
    with keeping():
        return backup.back_up(engine_of(settings.value("DATABASE_URL")), out, now(), overwrite=overwrite)


def restore(settings: Settings, file: Path) -> Contents:
    """What was restored into the database in these settings. Raises BackupUnusable, DatabaseInUse, DatabaseUnusable."""
    with keeping():
        return backup.restore(engine_of(settings.value("DATABASE_URL"), durable=True), file)


def poster(settings: Settings, school: str, *, as_svg: bool) -> tuple[str, bytes]:
    """The address that a school's poster shows, and the poster. Raises SettingsWrong, UnknownSchool, NotMigrated, DatabaseUnusable."""
    from adapters.papers.poster import poster_pdf, poster_svg

    if wrong := missing(settings, "PUBLIC_URL") or address_faults(settings):
        raise settings_wrong(wrong)
    with schools_of(settings).unit(school) as unit:
        found = unit.school
    address = f"{settings.base_url}{report_path(found.id)}"
    return address, poster_svg(found, address).encode() if as_svg else poster_pdf(found, address)


def _database(settings: Settings) -> Engine:
    return migrated(engine_of(settings.value("DATABASE_URL"), durable=True))
