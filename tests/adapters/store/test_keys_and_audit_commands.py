"""`signpost keys` and `signpost audit`, run as whoever keeps Signpost would."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, delete

from adapters.settings import read_settings
from adapters.store.cases import StoreCases
from adapters.store.engine import engine_of
from adapters.store.schools import StoreSchools
from adapters.store.sealing import Keys
from adapters.store.tables.concerns import AuditRow
from bot.concerns.ports import Act
from bot.school import School
from tests.adapters.installed import Installation
from tests.adapters.store.case_examples import AT, file


@pytest.fixture
def signpost(tmp_path: Path) -> Installation:
    """With a key, one school and one report."""
    made = Installation(tmp_path)
    assert made.run("migrate")[2] == 0
    made.settings["SIGNPOST_KEYS"] = made.run("keys", "new")[0].strip()
    kept = engine(made)
    StoreSchools(kept, lambda: AT).apply(School("alder", "Alder Primary"), [])
    with StoreCases(kept, Keys.read(made.settings["SIGNPOST_KEYS"]), lambda: AT).unit("alder") as unit:
        file(unit)
        unit.audit(AT, Act.FILED, "reporter", "K7M4Q2")
        unit.audit(AT, Act.READ, "lead", "K7M4Q2")
        unit.commit()
    kept.dispose()
    return made


def engine(signpost: Installation) -> Engine:
    """The installation's database."""
    return engine_of(f"sqlite:///{signpost.folder}/signpost.db")


def test_a_new_key_stands_alone_on_standard_output(tmp_path: Path) -> None:
    out, err, code = Installation(tmp_path).run("keys", "new")
    assert code == 0
    assert len(Keys.read(out).ids) == 1
    assert "SIGNPOST_KEYS" in err
    assert "away from the database" in err
    assert max(map(len, err.splitlines())) <= 100


@pytest.mark.parametrize("command", ["rotate", "check"])
@pytest.mark.parametrize("told", ["", "not-a-key"])
def test_without_a_key_it_is_said_how_to_make_one(tmp_path: Path, command: str, told: str) -> None:
    empty = Installation(tmp_path, {"SIGNPOST_KEYS": told})
    empty.run("migrate")
    _, err, code = empty.run("keys", command)
    assert code == 2
    assert "signpost keys new" in err
    assert "not-a-key" not in err


@pytest.mark.parametrize("arguments", [("keys", "rotate"), ("keys", "check"), ("audit", "verify")])
def test_without_tables_it_is_said_what_to_run(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    empty = Installation(tmp_path)
    empty.settings["SIGNPOST_KEYS"] = empty.run("keys", "new")[0].strip()
    _, err, code = empty.run(*arguments)
    assert (code, "signpost migrate" in err) == (2, True)


def test_a_key_takes_the_place_of_another(signpost: Installation) -> None:
    old = signpost.settings["SIGNPOST_KEYS"]
    new = signpost.run("keys", "new")[0].strip()
    old_id, new_id = Keys.read(old).newest, Keys.read(new).newest
    out, _, code = signpost.run("keys", "check")
    assert (code, f"{old_id}  newest: 4 sealed" in out) == (0, True)
    signpost.settings["SIGNPOST_KEYS"] = f"{new},{old}"
    out, _, code = signpost.run("keys", "rotate")
    assert code == 0
    assert f"{new_id}: 4." in out
    assert old_id in out
    assert "take the old key out" in " ".join(out.split())
    assert f"{new_id}: 0." in signpost.run("keys", "rotate")[0]
    signpost.settings["SIGNPOST_KEYS"] = new
    out, _, code = signpost.run("keys", "check")
    assert (code, f"{new_id}  newest: 4 sealed" in out) == (0, True)
    for told in (old, new):
        assert told not in out


def test_a_key_that_is_missing_is_told(signpost: Installation) -> None:
    old = Keys.read(signpost.settings["SIGNPOST_KEYS"]).newest
    signpost.settings["SIGNPOST_KEYS"] = signpost.run("keys", "new")[0].strip()
    out, _, code = signpost.run("keys", "check")
    assert (code, f"{old}  MISSING" in out) == (1, True)
    _, err, code = signpost.run("keys", "rotate")
    assert (code, old in err) == (2, True)


def test_an_audit_is_told_with_its_last_line_to_note_down(signpost: Installation) -> None:
    out, _, code = signpost.run("audit", "verify")
    assert code == 0
    school, head = out.split()
    assert (school, head.partition(":")[0]) == ("alder", "2")
    assert signpost.run("audit", "verify", "--school", "alder", "--expect", head)[2] == 0
    assert signpost.run("audit", "verify", "--school", "alder", "--expect", f"2:{'0' * 64}")[2] == 1
    kept = engine(signpost)
    with kept.begin() as connection:
        connection.execute(delete(AuditRow).where(AuditRow.number == 2))
    kept.dispose()
    out, _, code = signpost.run("audit", "verify")
    assert (code, "BROKEN at line 2" in out) == (1, True)


@pytest.mark.parametrize("arguments", [("--expect", "2"), ("--school", "alder", "--expect", "two"), ("--school", "elm")])
def test_what_cannot_be_verified_is_told_plainly(signpost: Installation, arguments: tuple[str, ...]) -> None:
    _, err, code = signpost.run("audit", "verify", *arguments)
    assert code == 2
    assert err


def test_a_school_without_an_audit_is_told_so(tmp_path: Path) -> None:
    empty = Installation(tmp_path)
    empty.run("migrate")
    assert "no school yet" in empty.run("audit", "verify")[0]
    kept = engine(empty)
    StoreSchools(kept, lambda: AT).apply(School("alder", "Alder Primary"), [])
    kept.dispose()
    out, _, code = empty.run("audit", "verify")
    assert (code, "nothing recorded yet" in out) == (0, True)


@pytest.mark.parametrize("command", ["keys new", "keys rotate", "keys check", "audit verify"])
def test_every_command_s_help_fits_the_screen(tmp_path: Path, command: str) -> None:
    out, _, code = Installation(tmp_path).run(*command.split(), "--help")
    assert code == 0
    assert max(map(len, out.splitlines())) <= 80


def test_keys_are_a_secret_among_the_settings(signpost: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGNPOST_KEYS", signpost.settings["SIGNPOST_KEYS"])
    assert signpost.settings["SIGNPOST_KEYS"] not in repr(read_settings())
