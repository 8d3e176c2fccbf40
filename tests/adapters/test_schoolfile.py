"""SCHOOL.toml: read strictly, and each fault named by its key with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.schoolfile import SchoolFile, SchoolFileWrong, read_school_file
from bot.school import Role

EXAMPLE = (Path(__file__).parents[2] / "docs" / "example-school.toml").read_text(encoding="utf-8")


def read(folder: Path, text: str) -> SchoolFile:
    """What a SCHOOL.toml of this text says, its policy file being there."""
    (folder / "social-media-policy.docx").touch()
    (folder / "SCHOOL.toml").write_text(text, encoding="utf-8")
    return read_school_file(folder / "SCHOOL.toml")


def refused(folder: Path, text: str) -> str:
    """Why a SCHOOL.toml of this text is refused."""
    with pytest.raises(SchoolFileWrong) as error:
        read(folder, text)
    return str(error.value)


def test_the_example_is_read_whole(tmp_path: Path) -> None:
    told = read(tmp_path, EXAMPLE)
    assert (told.school.id, told.school.owner) == ("oakfield", "northern-trust")
    assert [holder.role for holder in told.school.holders] == [Role.LEAD, Role.DEPUTY, Role.HEAD, Role.CHAIR, Role.IT]
    lead = told.school.holders[0]
    assert (lead.phone, lead.slack, lead.teams) == ("01632 960001", "U012ABCDEF", "12345678-abcd-1234-abcd-123456789012")
    assert told.workspaces == (("slack", "T012ABCDEF"), ("teams", "87654321-abcd-1234-abcd-123456789012"))
    assert told.policies == (("social-media", tmp_path / "social-media-policy.docx"),)


def test_two_heads_and_no_options_are_enough(tmp_path: Path) -> None:
    people = '[contacts.lead]\nname = "A"\n[[contacts.head]]\nname = "B"\n[[contacts.head]]\nname = "C"\n'
    told = read(tmp_path, f'id = "oak"\nname = "Oak"\n{people}')
    assert [(one.role, one.name) for one in told.school.holders] == [(Role.LEAD, "A"), (Role.HEAD, "B"), (Role.HEAD, "C")]
    assert told.school.helpline.startswith("NSPCC")
    assert (told.workspaces, told.policies) == ((), ())


@pytest.mark.parametrize(
    ("line", "instead", "said"),
    [
        ('id = "oakfield"', 'id = "Oak Field"', "id must be a short name"),
        ('id = "oakfield"', 'id = "topics"', "id cannot be topics"),
        ('id = "oakfield"', "", "id is missing: add a short name"),
        ('name = "Oakfield Primary School"', "name = 7", "name must be text in quotes"),
        ('name = "Oakfield Primary School"', 'name = " "', "name is empty"),
        ('hours = "', 'ours = "', "ours is not known here: did you mean hours? "),
        ('phone = "01632 960001"', 'phone = "call Ann"', "contacts.lead.phone must be a telephone number"),
        ('phone = "01632 960002"', "phone = 1632960002", "contacts.deputies.phone must be text in quotes"),
        ('email = "head@oakfield.example"', 'email = "head at oakfield"', "contacts.head.email must be one e-mail address"),
        ('slack = "U012ABCDEF"', 'slack = "@ann"', "contacts.lead.slack must be a Slack member ID"),
        ('slack = ["T012ABCDEF"]', 'slack = "T012ABCDEF"', "workspaces.slack must be a list in [ ]"),
        ('slack = ["T012ABCDEF"]', 'slack = ["T012ABCDEF", "oakfield.slack.com"]', "workspaces.slack (number 2) must be a Slack workspace"),
        ("[contacts.head]", "[contacts.heads]", "contacts.head is missing: add [contacts.head]"),
        ("[contacts.lead]", "[contacts.leader]", "contacts.leader is not known here: did you mean lead"),
        ('social-media = "', 'Social-Media = "', "policies.Social-Media must be a short name"),
        ("social-media-policy.docx", "policy.docx", "policies.social-media: there is no file “"),
        ('name = "Sam Patel"', 'nam = "Sam Patel"', "contacts.deputies.nam is not known here: did you mean name"),
        ('name = "Sam Patel"', "name = Sam Patel", "is not TOML"),
        ('name = "Sam Patel"', "name = Sam Patel", "line "),
        ('phone = "01632 960001"', "phone = 01632960001", "telephone numbers stand in quotes"),
        ('"social-media-policy.docx"', '".."', "/..”. Correct these"),
    ],
)
def test_a_fault_is_named_by_its_key_with_what_to_do(tmp_path: Path, line: str, instead: str, said: str) -> None:
    assert line in EXAMPLE
    assert said in refused(tmp_path, EXAMPLE.replace(line, instead))


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    spoilt = EXAMPLE.replace("01632 960001", "none").replace("it@oakfield.example", "it").replace('id = "oakfield"', 'id = ""')
    told = refused(tmp_path, spoilt)
    assert told.count("\n- ") == 3
    assert "nothing was changed" in told


def test_a_file_that_is_not_there_is_told_plainly(tmp_path: Path) -> None:
    with pytest.raises(SchoolFileWrong, match="cannot be read"):
        read_school_file(tmp_path / "none.toml")
