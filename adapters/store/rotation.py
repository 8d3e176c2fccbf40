"""The keys of a database: which have sealed what is in it, whether all are known, and everything sealed anew with the newest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Engine, LargeBinary, Table, delete, func, select, update

from adapters.store.concerns import CONTENT, ENTRY, HEAD, META
from adapters.store.engine import empty_log
from adapters.store.keeping import AnyRow, keeping
from adapters.store.of_school import insert_into
from adapters.store.sealing import HEADER_BYTES, ID_BYTES, VERSION, Keys, KeysWrong, Place, SealBroken
from adapters.store.slack_tokens import seal_anew, tokens
from adapters.store.tables.concerns import AttachmentRow, ConcernRow, EntryRow, KeyCheckRow

KNOWN_WORDS = b"signpost"
PASSES = 5  # over the database: what running copies of Signpost seal meanwhile is sealed anew in the next


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column whose values are sealed. ``place``: where the value of a row, given by its primary key, belongs."""

    table: Table
    name: str
    place: Callable[[AnyRow], Place]


@dataclass(frozen=True, slots=True)
class Rotated:
    """What came of a rotation, in sealed values. ``left``: still sealed with an older key. ``broken``: of those, what opens with none."""

    done: int
    left: int
    broken: int


def _part(field: str) -> Callable[[AnyRow], Place]:
    return lambda row: Place(row.school, row.concern, row.id, field)


COLUMNS = (
    SealedColumn(ConcernRow.metadata.tables["concerns"], "head", lambda row: Place(row.school, row.id, row.id, HEAD)),
    SealedColumn(EntryRow.metadata.tables["entries"], "sealed", _part(ENTRY)),
    SealedColumn(AttachmentRow.metadata.tables["attachments"], "meta", _part(META)),
    SealedColumn(AttachmentRow.metadata.tables["attachments"], "content", _part(CONTENT)),
)
SMALL = COLUMNS[:2]  # what every start of Signpost can look through


def check_keys(engine: Engine, keys: Keys) -> None:
    """Nothing: every report in the database can be opened with these keys, and the newest is on record from now on.

    Raises KeysWrong, NotKept. Called at each start, before anything is sealed. Slack's tokens are not asked about: one that does not open
    is had anew by adding the app again, and is no reason to take no report.
    """
    with keeping(), engine.connect() as connection:
        checks = {row.key: row.sealed for row in connection.execute(select(KeyCheckRow.key, KeyCheckRow.sealed))}
    missing = keys_missing(engine, keys, SMALL)
    if gone := set(checks) - set(keys.ids):  # taken out of the settings: rightly so where nothing is sealed with them any more
        missing |= gone & set(keys_in_use(engine))
    if missing:
        raise KeysWrong(
            f"This database holds reports sealed with another key than those in SIGNPOST_KEYS: {', '.join(sorted(missing))}.",
            "Put that key back into SIGNPOST_KEYS, after the newest one. Nobody can read those reports without it; do not make a new one.",
        )
    for key in set(checks) & set(keys.ids):
        _same_key(keys, key, checks[key])
    with keeping(), engine.begin() as connection:
        connection.execute(delete(KeyCheckRow).where(KeyCheckRow.key.in_(gone)))
        new = insert_into(engine.dialect.name, KeyCheckRow).values(
            key=keys.newest, sealed=keys.seal(KNOWN_WORDS, _check_place(keys.newest))
        )
        connection.execute(new.on_conflict_do_nothing())


def keys_in_use(engine: Engine, columns: tuple[SealedColumn, ...] = COLUMNS) -> dict[str, int]:
    """How many sealed values of reports there are of each key, by its id. What does not even look sealed is left out. Raises NotKept."""
    found: Counter[str] = Counter()
    with keeping(), engine.connect() as connection:
        for column in columns:
            key = _beginning(column, len(VERSION) + 1, ID_BYTES)
            sealed = _beginning(column, 1, len(VERSION)) == VERSION
            for sealed_with, count in connection.execute(select(key, func.count()).where(sealed).group_by(key)):
                found[bytes(sealed_with).hex()] += count
    return dict(found)


def keys_missing(engine: Engine, keys: Keys, columns: tuple[SealedColumn, ...] = COLUMNS) -> set[str]:
    """The ids of keys that have sealed something and are not among these. Raises NotKept.

    One value alone that names a key which was never on record was damaged: that must not shut away all others. A report has two at least.
    """
    with keeping(), engine.connect() as connection:
        recorded = set(connection.scalars(select(KeyCheckRow.key)))
    used = keys_in_use(engine, columns)
    return {key for key, count in used.items() if key not in keys.ids and (key in recorded or count > 1)}


def rotate(engine: Engine, keys: Keys, told: Callable[[int], object] = lambda _: None) -> Rotated:
    """What came of sealing everything anew that the newest key has not sealed, Slack's tokens too. Safe to do again, and while in use.

    `told`: called with how many are done. Raises KeysWrong, NotKept.
    """
    check_keys(engine, keys)
    done, broken = 0, set[tuple[int, AnyRow]]()
    for _ in range(PASSES):
        found = [one for one in _older(engine, keys) if one not in broken]
        for at, row in found:
            try:
                done += _seal_anew(engine, keys, COLUMNS[at], row)
            except SealBroken:
                broken.add((at, row))
            told(done)
        if not found:
            break
    slack = _rotate_tokens(engine, keys)
    return Rotated(done + slack.done, sum(1 for _ in _older(engine, keys)) + slack.left, len(broken) + slack.broken)


def _rotate_tokens(engine: Engine, keys: Keys) -> Rotated:
    """What came of it for Slack's tokens, of which there are a few for each workspace; those in clear are sealed."""
    done = broken = 0
    for token in tokens(engine):
        try:
            done += token.key != keys.newest and seal_anew(engine, keys, token)
        except SealBroken:
            broken += 1
    empty_log(engine)  # or what stood in clear would stay in SQLite's log for a while
    return Rotated(done, sum(token.key != keys.newest for token in tokens(engine)), broken)


def _older(engine: Engine, keys: Keys) -> Iterator[tuple[int, AnyRow]]:
    """The place in COLUMNS and the primary key of everything that the newest key has not sealed."""
    with keeping(), engine.connect() as connection:
        for at, column in enumerate(COLUMNS):
            older = _beginning(column, 1, HEADER_BYTES) != keys.mark
            for row in connection.execute(select(*column.table.primary_key).where(older)).all():
                yield at, row


def _seal_anew(engine: Engine, keys: Keys, column: SealedColumn, row: AnyRow) -> bool:
    """Whether it was done: not where it was changed or deleted meanwhile. A transaction for each, so that none waits for two rows."""
    mine = [one == row._mapping[one] for one in column.table.primary_key]
    value = column.table.c[column.name]
    with keeping():
        with engine.connect() as connection:
            sealed = connection.scalar(select(value).where(*mine))
        if sealed is None:
            return False
        place = column.place(row)
        anew = keys.seal(keys.open(sealed, place), place)
        with engine.begin() as connection:
            change = update(column.table).where(*mine, value == sealed).values({column.name: anew})
            return connection.execute(change.returning(column.table.c.school)).first() is not None


def _beginning(column: SealedColumn, first: int, length: int) -> ColumnElement[bytes]:
    return func.substr(column.table.c[column.name], first, length, type_=LargeBinary)


def _same_key(keys: Keys, key: str, sealed: bytes) -> None:
    """Nothing. Raises KeysWrong where a key has the id of another."""
    try:
        keys.open(sealed, _check_place(key))
    except SealBroken:
        raise KeysWrong(
            f"The key {key} in SIGNPOST_KEYS is not the one that sealed the reports in this database.",
            "Put back the key that was there before, or restore the database from a backup if somebody has altered it.",
        ) from None


def _check_place(key: str) -> Place:
    return Place("", "", key, "key check")
