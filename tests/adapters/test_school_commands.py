"""Setting up schools from the command line, on real databases: applied whole or not at all, and told what changed."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, event

from adapters import wiring
from adapters.settings import Settings
from adapters.store.schools import WorkspaceTaken
from adapters.store.unit import StoreUnit
from bot.ports import Gap, PassedQuestion
from bot.school import School
from knowledge.policy import Edition
from tests.adapters.installed import Installation
from tests.databases import BOTH, migrated_database

POLICY = (
    "# Social Media Policy\n\n## 1 Friends\n\nStaff must not accept friend requests from parents.\n\nStaff must use strong passwords.\n"
)
SCHOOL = """id = "{id}"
name = "{name}"
[contacts.lead]
name = "Ann Lee"
phone = "01632 960001"
[contacts.head]
name = "Jo Hall"
[workspaces]
slack = ["{team}"]
[policies]
social-media = "policy.md"
"""
OAK = SCHOOL.format(id="oak", name="Oak School", team="T1")
ASH = SCHOOL.format(id="ash", name="Ash School", team="T2")


@pytest.fixture
def signpost(tmp_path: Path) -> Installation:
    made = Installation(tmp_path)
    assert made.run("migrate")[2] == 0
    made.write("policy.md", POLICY)
    made.write("oak.toml", OAK)
    return made


def shown(signpost: Installation, school: str = "oak") -> dict[str, object]:
    """A school as other programs are told of it."""
    return dict(json.loads(signpost.run("school", "show", school, "--json")[0]))


def test_migrating_again_changes_nothing_and_says_so(signpost: Installation) -> None:
    out, _, code = signpost.run("migrate")
    assert "up to date already" in out
    assert code == 0


@pytest.mark.parametrize(
    "arguments", [("school", "list"), ("school", "apply", "oak.toml"), ("gaps", "-s", "oak"), ("serve", "--port", "0")]
)
def test_without_tables_every_command_says_what_to_run(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    empty = Installation(tmp_path)
    empty.write("policy.md", POLICY)
    empty.write("oak.toml", OAK)
    _, err, code = empty.run(*arguments)
    assert "signpost migrate" in err
    assert code == 2


def test_a_school_applied_twice_is_the_same_and_its_policy_has_one_edition(signpost: Installation) -> None:
    out, err, code = signpost.run("school", "apply", "oak.toml")
    assert (err, code) == ("", 0)
    assert "New school." in out
    assert "Policy social-media: edition 1 published from policy.md (clauses: 2)" in out
    first = shown(signpost)
    again, _, _ = signpost.run("school", "apply", "oak.toml")
    assert "Nothing has changed." in again
    assert shown(signpost) == first


def test_what_changed_is_applied_and_said(signpost: Installation) -> None:
    signpost.run("school", "apply", "oak.toml")
    signpost.write("policy.md", POLICY.replace("strong", "long"))
    signpost.write("oak.toml", OAK.replace("Oak School", "Oak Academy").replace("Ann Lee", "Bo Diaz").replace("T1", "T7"))
    out, _, _ = signpost.run("school", "apply", "oak.toml")
    for said in (
        "Name: Oak Academy",
        "added: Designated safeguarding lead: Bo Diaz",
        "removed: Designated",
        "Slack added: T7",
        "edition 2",
    ):
        assert said in out
    assert shown(signpost)["workspaces"] == {"slack": ["T7"], "teams": []}


def test_where_the_policy_pages_are_is_told_with_and_without_an_address(signpost: Installation) -> None:
    assert "wherever `signpost serve` listens, then /oak/policies" in " ".join(signpost.run("school", "apply", "oak.toml")[0].split())
    signpost.settings["PUBLIC_URL"] = "https://a.example"
    assert "Policy pages: https://a.example/oak/policies" in signpost.run("school", "apply", "oak.toml")[0]


def test_a_file_left_behind_does_not_bring_an_older_edition_back(signpost: Installation) -> None:
    signpost.run("school", "apply", "oak.toml")
    signpost.write("newer.md", POLICY.replace("strong", "long"))
    out = signpost.run("policy", "publish", "newer.md", "--school", "oak", "--yes")[0]
    assert "name this one there too: newer.md" in " ".join(out.split())
    before = shown(signpost)
    signpost.write("oak.toml", OAK.replace("Jo Hall", "Bo Diaz"))
    _, err, code = signpost.run("school", "apply", "oak.toml")
    assert (code, shown(signpost)) == (2, before)
    assert "policy.md holds the words of edition 1" in err
    assert "signpost policy publish" in err
    signpost.write("oak.toml", OAK.replace("policy.md", "newer.md"))
    assert "Nothing has changed." in signpost.run("school", "apply", "oak.toml")[0]


def test_old_words_that_were_meant_are_published_and_applied_again(signpost: Installation) -> None:
    signpost.run("school", "apply", "oak.toml")
    signpost.write("newer.md", POLICY.replace("strong", "long"))
    for file in ("newer.md", "policy.md"):
        assert signpost.run("policy", "publish", file, "--school", "oak", "--policy", "social-media", "--yes")[2] == 0
    out, _, code = signpost.run("school", "apply", "oak.toml")
    assert (code, "Nothing has changed." in out) == (0, True)


@pytest.mark.parametrize("command", [("school", "apply", "oak.toml"), ("policy", "publish", "policy.md", "--school", "oak", "--yes")])
def test_a_database_that_cannot_keep_it_is_one_message_and_nothing_is_changed(
    signpost: Installation, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    signpost.run("school", "apply", "oak.toml")
    before = shown(signpost)
    signpost.write("policy.md", POLICY + "".join(f"\nStaff must keep record {number} safe.\n" for number in range(500)))

    def full(connection: Any, record: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # SQLite makes of it: as many pages as there are

    with monkeypatch.context() as patched:
        engine_of = wiring.engine_of

        def small(url: str) -> Engine:
            engine = engine_of(url)
            event.listen(engine, "connect", full)
            return engine

        patched.setattr(wiring, "engine_of", small)
        _, err, code = signpost.run(*command)
    assert code == 2
    assert "The database could not keep it: database or disk is full." in err
    assert "Nothing was changed." in err
    assert shown(signpost) == before


def test_a_policy_left_out_of_the_file_stays_published(signpost: Installation) -> None:
    signpost.run("school", "apply", "oak.toml")
    signpost.write("oak.toml", OAK.partition("[policies]")[0])
    assert "stays published" in signpost.run("school", "apply", "oak.toml")[0]
    assert len(shown(signpost)["policies"]) == 1  # type: ignore[arg-type]


def test_a_workspace_of_another_school_is_refused_and_nothing_of_the_school_is_kept(signpost: Installation) -> None:
    signpost.run("school", "apply", "oak.toml")
    signpost.write("ash.toml", ASH.replace("T2", "T1"))
    _, err, code = signpost.run("school", "apply", "ash.toml")
    assert code == 2
    assert "T1 belongs to the school “oak”" in err
    assert [one["id"] for one in json.loads(signpost.run("school", "list", "--json")[0])] == ["oak"]


def test_a_policy_that_cannot_be_read_leaves_everything_as_it_was(signpost: Installation) -> None:
    signpost.run("school", "apply", "oak.toml")
    before = shown(signpost)
    signpost.write("second.pdf", "this is no PDF")
    signpost.write("oak.toml", OAK.replace("Oak School", "Oak Academy") + 'phones = "second.pdf"\n')
    _, err, code = signpost.run("school", "apply", "oak.toml")
    assert code == 2
    assert err.startswith("second.pdf")
    assert err.count("second.pdf") == 1
    assert "Nothing was changed." in err
    assert shown(signpost) == before


def test_a_failure_half_way_keeps_nothing(signpost: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(StoreUnit, "publish", fails)
        with pytest.raises(AssertionError):
            signpost.run("school", "apply", "oak.toml")
    assert json.loads(signpost.run("school", "list", "--json")[0]) == []


@pytest.mark.parametrize("kind", BOTH)
def test_on_either_database_a_school_and_its_policies_are_kept_together_or_not_at_all(kind: str) -> None:
    oak, ash = School("oak", "Oak School"), School("ash", "Ash School")
    policy = [("social-media", wiring.demo.samples.sample_edition("cbc"), "cbc.md")]
    broken = [*policy, ("phones", cast(Edition, None), "none.md")]
    with migrated_database(kind) as engine:
        settings = Settings(database_url=SecretStr(engine.url.render_as_string(hide_password=False)))
        schools = wiring.schools_of(settings)
        assert [key.number for key in wiring.apply_school(settings, oak, [("slack", "T1")], policy)] == [1]
        with pytest.raises(WorkspaceTaken):
            wiring.apply_school(settings, ash, [("slack", "T1")], policy)
        with pytest.raises(TypeError):
            wiring.apply_school(settings, ash, [("slack", "T2")], broken)
        assert schools.ids() == ("oak",)
        assert schools.school_of("slack", "T2") is None
        assert [key.number for key in wiring.apply_school(settings, oak, [], policy)] == [1]
        assert schools.workspaces("oak") == ()


COMMANDS = (
    *("serve", "migrate", "school", "school apply", "school list", "school show"),
    *("policy", "policy publish", "policy corrections", "policy correct"),
    *("gaps", "doctor", "slack", "slack manifest", "teams", "teams package", "ladder", "ladder preview"),
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_s_help_fits_the_screen(tmp_path: Path, command: str) -> None:
    out, _, code = Installation(tmp_path).run(*command.split(), "--help")
    assert code == 0
    assert f"signpost {command} " in " ".join(out.split()).replace("root", "signpost")
    assert max(map(len, out.splitlines())) <= 80


def test_a_school_nobody_knows_is_told_plainly(signpost: Installation) -> None:
    _, err, code = signpost.run("school", "show", "elm")
    assert code == 2
    assert "signpost school list" in err


def test_the_lists_for_people_name_schools_policies_and_chats(signpost: Installation) -> None:
    assert "no school yet" in signpost.run("school", "list")[0]
    signpost.run("school", "apply", "oak.toml")
    listed = signpost.run("school", "list")[0]
    assert all(word in listed for word in ("oak", "Oak School", "social-media (1)", "Slack"))
    assert "Teams" not in listed
    one = signpost.run("school", "show", "oak")[0]
    assert all(word in one for word in ("Ann Lee, 01632 960001", "T1", "edition 1", "/oak/policies"))


def test_gaps_are_told_by_month_with_their_topics_and_what_was_passed_on(signpost: Installation) -> None:
    signpost.run("school", "apply", "oak.toml")
    engine = wiring.engine_of(f"sqlite:///{signpost.folder}/signpost.db")
    with wiring.StoreSchools(engine, wiring.now).unit("oak") as unit:
        for month in (date(2026, 1, 1), date(2026, 3, 1), date(2026, 3, 1)):
            unit.count_gap("cyberbully_evidence", month, Gap.SILENT)
        unit.pass_on(PassedQuestion("1", "May I join the parents' chat?", "", datetime(2026, 3, 4, tzinfo=UTC), "Sam Reed"))
        unit.commit()
    engine.dispose()
    told = json.loads(signpost.run("gaps", "--school", "oak", "--since", "2026-02", "--json")[0])
    assert [(one["month"], one["why"], one["count"]) for one in told["gaps"]] == [("2026-03", "silent", 2)]
    assert [one["text"] for one in told["passed_on"]] == ["May I join the parents' chat?"]
    out, _, _ = signpost.run("gaps", "--school", "oak", "--since", "2026-01")
    assert "2 × Keeping evidence of online abuse" in out
    assert out.index("\nMarch 2026") < out.index("\nJanuary 2026") < out.index("Sam Reed: “May I join")
    _, err, code = signpost.run("gaps", "--school", "oak", "--since", "last year")
    assert (code, "--since 2026-01" in err) == (2, True)


def test_the_slack_manifest_is_json_for_this_installation(signpost: Installation) -> None:
    _, err, code = signpost.run("slack", "manifest")
    assert code == 2
    assert "PUBLIC_URL" in err
    assert "--socket-mode" in err
    assert json.loads(signpost.run("slack", "manifest", "--socket-mode")[0])["settings"]["socket_mode_enabled"] is True
    signpost.settings["PUBLIC_URL"] = "a.example"
    out, err, code = signpost.run("slack", "manifest")
    assert (out, code, "PUBLIC_URL must be an address" in err) == ("", 2, True)
    signpost.settings["PUBLIC_URL"] = "https://a.example/"
    made = json.loads(signpost.run("slack", "manifest")[0])
    assert made["settings"]["event_subscriptions"]["request_url"] == "https://a.example/slack/events"


def test_the_teams_package_is_a_zip_where_it_was_wanted(signpost: Installation) -> None:
    _, err, code = signpost.run("teams", "package")
    assert code == 2
    assert "MICROSOFT_APP_ID" in err
    assert "PUBLIC_URL" in err
    signpost.settings |= {"PUBLIC_URL": "https://a.example", "MICROSOFT_APP_ID": "12345678-abcd-1234-abcd-123456789012"}
    assert signpost.run("teams", "package", "--out", "our.zip")[2] == 0
    with zipfile.ZipFile(io.BytesIO((signpost.folder / "our.zip").read_bytes())) as package:
        assert "manifest.json" in package.namelist()
    assert signpost.run("teams", "package", "--out", "none/our.zip")[2] == 2
