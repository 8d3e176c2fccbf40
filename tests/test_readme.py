"""The README says what is so: its transcripts are what the commands print today, and what it names exists."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
TRANSCRIPTS = re.findall(r"<!-- transcript: (.*?) -->\n```\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize(("command", "printed"), TRANSCRIPTS)
def test_a_transcript_is_what_the_command_prints(command: str, printed: str) -> None:
    signpost = str(Path(sys.executable).parent / "signpost")
    ran = subprocess.run(
        [signpost, *shlex.split(command)], capture_output=True, encoding="utf-8", env={**os.environ, "COLUMNS": "80"}, check=False
    )
    assert ran.stdout.rstrip() == printed.rstrip()


def test_there_are_transcripts() -> None:
    assert len(TRANSCRIPTS) >= 2


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
