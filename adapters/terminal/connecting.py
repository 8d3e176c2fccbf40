"""`slack manifest` and `teams package`: what to give to Slack and Microsoft so that they know this installation."""

from __future__ import annotations

from pathlib import Path

from adapters import wiring
from adapters.settings import read_settings
from adapters.terminal.schools import print_json
from adapters.terminal.screen import complain
from knowledge.errors import SignpostError


class CannotWrite(SignpostError):
    """The package cannot be written there: whoever named the file can choose another."""


def show_slack_manifest(*, socket_mode: bool) -> None:
    """Nothing: prints the manifest, and nothing else on standard output. Raises SettingsWrong."""
    print_json(wiring.slack_manifest(read_settings(), socket_mode=socket_mode))


def write_teams_package(out: Path) -> None:
    """Nothing: the package is in the file. Raises SettingsWrong, PackageFault, CannotWrite."""
    made = wiring.teams_package(read_settings())
    try:
        out.write_bytes(made)
    except OSError as error:
        raise CannotWrite(f"{out} cannot be written: {error.strerror or error}.", "Choose another place with --out FILE.") from None
    complain(f"Written to {out}. Upload it in the Teams admin centre: Teams apps, Manage apps, Upload new app.")
