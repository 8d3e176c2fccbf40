"""`doctor`: the checks as they are printed."""

from __future__ import annotations

from dataclasses import asdict

from adapters import doctor, wiring
from adapters.checks import Check, State
from adapters.settings import SettingsWrong, read_settings
from adapters.terminal.lines import say
from adapters.terminal.schools import print_json
from adapters.terminal.screen import show

SIGNS = {State.OK: "ok  ", State.LOOK: "look", State.MEND: "MEND"}
STYLES = {State.OK: "green", State.LOOK: "yellow", State.MEND: "red bold"}


def show_checks(*, as_json: bool) -> int:
    """The exit code, 1 where something must be mended, once every check is printed."""
    found: list[Check] = []
    try:
        examination = doctor.Examination(read_settings(), wiring.now)
    except SettingsWrong as error:
        found.append(Check("settings", State.MEND, error.message, error.next_step))
        if not as_json:
            _show(found[0])
    else:
        for check in examination.checks():
            found.append(check)
            if not as_json:
                _show(check)
    to_mend = sum(check.state is State.MEND for check in found)
    if as_json:
        print_json({"well": not to_mend, "checks": [asdict(check) for check in found]})
    else:
        show(say(""), say(f"{to_mend} to mend." if to_mend else "Nothing to mend.", style="bold"))
    return 1 if to_mend else 0


def _show(check: Check) -> None:
    show(
        say(
            f"{SIGNS[check.state]}  {check.name}: {check.found}",
            style=STYLES[check.state] if check.state is not State.OK else "",
            hanging=6,
        )
    )
    if check.to_do:
        show(say(check.to_do, 6))
