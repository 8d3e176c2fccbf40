"""The TOML tables beside this file, read once, and their patterns compiled."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from knowledge.errors import DataFault


@cache
def table(name: str) -> dict[str, Any]:
    """The contents of one table by its name (`references`, `drafting`).

    Raises DataFault where it is not TOML.
    """
    try:
        return tomllib.loads(files("knowledge.health").joinpath(f"{name}.toml").read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise DataFault(f"knowledge/health/{name}.toml: {error}.", "Mend the line it names.") from error


@cache
def compiled(name: str, alternatives: tuple[str, ...], flags: re.RegexFlag = re.IGNORECASE) -> re.Pattern[str]:
    """The alternatives as one pattern.

    Raises DataFault naming the table where one does not compile.
    """
    try:
        return re.compile("|".join(alternatives), flags)
    except (re.error, TypeError) as error:
        raise DataFault(f"knowledge/health/{name}.toml: {alternatives!r}: {error}.", "Mend the pattern it names.") from error


def all_of(name: str, patterns: Sequence[str]) -> tuple[re.Pattern[str], ...]:
    """Patterns that must all be found, compiled one by one.

    Raises DataFault naming the table where one does not compile.
    """
    return tuple(compiled(name, (pattern,)) for pattern in patterns)
