"""The README says what is so: its transcripts are what the commands print today, and what it names exists."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.adapters.installed import KEY, Installation

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DEPLOYING = (ROOT / "docs" / "DEPLOYING.md").read_text(encoding="utf-8")
SCALING, WEBHOOK = ((ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("SCALING.md", "WEBHOOK.md"))
TRANSCRIPTS = re.findall(r"<!-- transcript: (.*?) -->\n```\n(.*?)```", README, re.DOTALL)
OF_AN_INSTALLATION = re.findall(r"<!-- transcript of an installation: (.*?) -->\n```\n(.*?)```", README + DEPLOYING, re.DOTALL)


@pytest.mark.parametrize(("command", "printed"), TRANSCRIPTS)
def test_a_transcript_is_what_the_command_prints(command: str, printed: str) -> None:
    signpost = str(Path(sys.executable).parent / "signpost")
    ran = subprocess.run(
        [signpost, *shlex.split(command)], capture_output=True, encoding="utf-8", env={**os.environ, "COLUMNS": "80"}, check=False
    )
    assert ran.stdout.rstrip() == printed.rstrip()


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The school of docs/example-school.toml, set up as the README says."""
    made = Installation(
        tmp_path_factory.mktemp("installation"), {"SIGNPOST_KEYS": KEY, "PUBLIC_URL": "https://signpost.your-school.example"}
    )
    school = (ROOT / "docs" / "example-school.toml").read_text(encoding="utf-8").replace("policy.docx", "policy.txt")
    (made.folder / "SCHOOL.toml").write_text(school, encoding="utf-8")
    shutil.copy(ROOT / "tests" / "golden" / "oakfield.txt", made.folder / "social-media-policy.txt")
    assert made.run("migrate")[2] == 0
    assert made.run("school", "apply", "SCHOOL.toml")[2] == 0
    return made


@pytest.mark.parametrize(("command", "printed"), OF_AN_INSTALLATION)
def test_a_transcript_of_an_installation_is_what_the_command_prints_there(installation: Installation, command: str, printed: str) -> None:
    out, err, code = installation.run(*shlex.split(command))
    assert (code, (out + err).rstrip()) == (0, printed.rstrip())


def test_there_are_transcripts() -> None:
    assert len(TRANSCRIPTS) >= 2
    assert len(OF_AN_INSTALLATION) >= 3


def test_every_picture_and_file_that_is_linked_exists() -> None:
    for folder, text in ((ROOT, README), *((ROOT / "docs", text) for text in (DEPLOYING, SCALING, WEBHOOK))):
        for linked in set(re.findall(r"\]\((?!https?:)([^)#]+)\)", text)):
            assert (folder / linked).is_file(), linked


@pytest.mark.parametrize("text", [README, DEPLOYING], ids=["README", "DEPLOYING"])
def test_every_command_of_two_words_exists(text: str, installation: Installation) -> None:
    for first, second in set(re.findall(r"signpost (keys|audit|ladder|school|policy|slack|teams) ([a-z]+)", text)):
        assert installation.run(first, second, "--help")[2] == 0, (first, second)


def test_every_command_and_make_target_named_exists() -> None:
    help_text = subprocess.run(
        [str(Path(sys.executable).parent / "signpost"), "--help"], capture_output=True, encoding="utf-8", check=True
    ).stdout
    for command in set(re.findall(r"`?signpost (\w+)", README)) - {"ask"}:
        assert re.search(rf"^\s+{command}\s", help_text, re.MULTILINE), command
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"`make (\w+)`", README)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_no_file_names_a_package_index_or_a_path_of_some_machine() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    hosts = re.compile("|".join(["py" + r"pi\.org", "python" + r"hosted\.org", "registry" + r"\.npmjs"]))
    wrong = [
        name
        for name in listed.stdout.splitlines()
        if (ROOT / name).suffix in {".py", ".md", ".toml", ".txt", ".yaml", ".json", ""}
        and (ROOT / name).is_file()
        and hosts.search((ROOT / name).read_text(encoding="utf-8", errors="ignore"))
    ]
    assert wrong == []
