"""Keys changed while Signpost runs lose nothing; a wrong or missing key is found before anything is sealed with it."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from sqlalchemy import Engine, select, update

from adapters.store.cases import StoreCases
from adapters.store.rotation import Rotated, check_keys, keys_in_use, keys_missing, rotate
from adapters.store.schools import StoreSchools
from adapters.store.sealing import Keys, KeysWrong
from adapters.store.tables.concerns import AttachmentRow, EntryRow, KeyCheckRow
from adapters.store.wholeness import broken_by_school
from bot.concerns.ports import CaseBroken
from tests.adapters.store.case_examples import AT, FULL, KEYS, NEW, OLD, PHOTO, STORY, file, fill_cases, numbered

BOTH, ONLY_NEW, OTHER = Keys([NEW, OLD]), Keys([NEW]), Keys([bytes(32)])


def cases(engine: Engine, keys: Keys) -> StoreCases:
    """The reports, with these keys."""
    return StoreCases(engine, keys, lambda: AT)


@pytest.fixture(autouse=True)
def filled(engine: Engine, schools: StoreSchools) -> None:
    check_keys(engine, KEYS)
    for school in ("alder", "birch"):
        fill_cases(engine, school)


def test_a_fresh_database_records_the_key_it_begins_with(engine: Engine) -> None:
    with engine.connect() as connection:
        assert connection.scalars(select(KeyCheckRow.key)).all() == [KEYS.newest]


def test_everything_is_sealed_anew_and_opens_with_the_new_key_alone(engine: Engine) -> None:
    assert keys_in_use(engine) == {KEYS.newest: 8}
    assert rotate(engine, BOTH) == Rotated(done=8, left=0, broken=0)
    assert keys_in_use(engine) == {BOTH.newest: 8}
    with cases(engine, ONLY_NEW).unit("alder") as unit:
        case = unit.case("c1")
        assert unit.content("c1", "a1") == b"pixel"
    assert case is not None
    assert (case.concern, case.entries, case.attachments) == (FULL, (STORY,), (PHOTO,))


def test_to_rotate_again_does_nothing(engine: Engine) -> None:
    rotate(engine, BOTH)
    told: list[int] = []
    assert rotate(engine, BOTH, told.append) == Rotated(0, 0, 0)
    assert told == []


def test_a_rotation_that_was_stopped_is_taken_up_where_it_ended(engine: Engine) -> None:
    def stop(done: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotate(engine, BOTH, stop)
    assert keys_in_use(engine) == {KEYS.newest: 5, BOTH.newest: 3}
    assert rotate(engine, BOTH) == Rotated(5, 0, 0)


def test_the_old_key_may_go_once_nothing_is_sealed_with_it_and_not_before(engine: Engine) -> None:
    check_keys(engine, BOTH)
    with pytest.raises(KeysWrong, match=KEYS.newest):
        check_keys(engine, ONLY_NEW)
    rotate(engine, BOTH)
    check_keys(engine, ONLY_NEW)
    with engine.connect() as connection:
        assert connection.scalars(select(KeyCheckRow.key)).all() == [ONLY_NEW.newest]


def test_another_key_is_refused_and_leaves_no_trace(engine: Engine) -> None:
    for use in (check_keys, rotate):
        with pytest.raises(KeysWrong, match=KEYS.newest) as refused:
            use(engine, OTHER)
        assert "do not make a new one" in refused.value.next_step
    with engine.connect() as connection:
        assert connection.scalars(select(KeyCheckRow.key)).all() == [KEYS.newest]


def test_an_old_key_that_has_sealed_nothing_but_a_file_is_missed_too(engine: Engine) -> None:
    with engine.connect() as connection:
        files = connection.execute(select(AttachmentRow.school, AttachmentRow.content)).all()
    rotate(engine, BOTH)
    with engine.begin() as connection:
        for row in files:
            connection.execute(update(AttachmentRow).where(AttachmentRow.school == row.school).values(content=row.content))
    with pytest.raises(KeysWrong, match=KEYS.newest):
        check_keys(engine, ONLY_NEW)


@pytest.mark.parametrize("altered", [b"", b"altered", b"\x01key?" + bytes(300)])
def test_one_value_that_was_damaged_keeps_signpost_from_nothing_else(engine: Engine, altered: bytes) -> None:
    """Whatever its first bytes are now: they may look like a key's that nobody has."""
    with engine.begin() as connection:
        connection.execute(update(EntryRow).where(EntryRow.school == "alder").values(sealed=altered))
    assert keys_missing(engine, KEYS) == set()
    check_keys(engine, KEYS)
    assert broken_by_school(engine, KEYS) == {"alder": 1}
    assert rotate(engine, BOTH).done == 7
    check_keys(engine, ONLY_NEW)


def test_a_key_that_is_on_no_record_and_has_sealed_a_report_is_missed(engine: Engine) -> None:
    with cases(engine, OTHER).unit("alder") as unit:
        file(unit, numbered(2))
        unit.commit()
    assert keys_missing(engine, KEYS) == {OTHER.newest}
    with pytest.raises(KeysWrong, match=OTHER.newest):
        check_keys(engine, KEYS)


def test_a_key_that_was_recorded_and_never_used_is_forgotten(engine: Engine) -> None:
    check_keys(engine, Keys([bytes(32), OLD]))
    check_keys(engine, KEYS)
    with engine.connect() as connection:
        assert connection.scalars(select(KeyCheckRow.key)).all() == [KEYS.newest]


def test_a_key_check_that_does_not_open_is_refused(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(update(KeyCheckRow).values(sealed=b"something else"))
    with pytest.raises(KeysWrong, match=KEYS.newest):
        check_keys(engine, KEYS)


def test_what_was_altered_is_left_as_it_is_and_told_and_the_rest_is_done(engine: Engine) -> None:
    with engine.begin() as connection:
        sealed = connection.scalar(select(EntryRow.sealed).where(EntryRow.school == "alder")) or b""
        altered = sealed[:-1] + bytes([sealed[-1] ^ 1])
        connection.execute(update(EntryRow).where(EntryRow.school == "alder").values(sealed=altered))
    assert rotate(engine, BOTH) == Rotated(done=7, left=1, broken=1)
    with engine.connect() as connection:
        assert connection.scalar(select(EntryRow.sealed).where(EntryRow.school == "alder")) == altered


def test_what_a_copy_of_signpost_seals_with_the_old_key_meanwhile_is_found_the_next_time(engine: Engine) -> None:
    rotate(engine, BOTH)
    with cases(engine, Keys([OLD, NEW])).unit("alder") as unit:
        file(unit, numbered(2))
        unit.commit()
    assert rotate(engine, BOTH) == Rotated(4, 0, 0)


def test_without_the_key_a_report_is_not_opened(engine: Engine) -> None:
    with cases(engine, OTHER).unit("alder") as unit, pytest.raises(CaseBroken, match=KEYS.newest):
        unit.concern("c1")


def test_rotation_under_load_loses_nothing(engine: Engine) -> None:
    """Two copies of Signpost write on, one still with the old key first, while everything is sealed anew again and again."""
    for at in range(2, 12):
        with cases(engine, KEYS).unit("alder") as unit:
            file(unit, numbered(at))
            unit.commit()
    ended, faults = threading.Event(), []

    def write(of: int, keys: Keys) -> None:
        try:
            for turn in range(20):
                with cases(engine, keys).unit("alder") as unit:
                    concern = unit.concern(f"c{2 + turn % 10}")
                    assert concern is not None
                    unit.put(replace(concern, linked=concern.linked | {f"{of}-{turn}"}))
                    unit.enter(concern.id, replace(STORY, id=f"{of}-{turn}", text=f"{of}-{turn}"))
                    unit.commit()
        except Exception as error:
            faults.append(error)

    def turn_keys() -> None:
        keys = [Keys([NEW, OLD]), Keys([OLD, NEW])]
        while not ended.is_set():
            rotate(engine, keys[0])
            keys.reverse()

    writers = [threading.Thread(target=write, args=(of, keys)) for of, keys in enumerate([BOTH, Keys([OLD, NEW])])]
    turning = threading.Thread(target=turn_keys)
    for thread in (*writers, turning):
        thread.start()
    for thread in writers:
        thread.join()
    ended.set()
    turning.join()
    assert faults == []
    rotate(engine, BOTH)
    linked, entered = set[str](), set[str]()
    with cases(engine, ONLY_NEW).unit("alder") as unit:
        for at in range(2, 12):
            case = unit.case(f"c{at}")
            assert case is not None
            linked |= case.concern.linked
            entered |= {entry.text for entry in case.entries}
            assert unit.content(f"c{at}", "a1") == b"pixel"
    assert linked == entered - {STORY.text} == {f"{of}-{turn}" for of in range(2) for turn in range(20)}
