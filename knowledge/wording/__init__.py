"""Wording by which questions and clauses are read: regular expressions as data, one alternative a line, in the TOML files beside this."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from knowledge.errors import DataFault


@cache
def patterns(name: str) -> dict[str, re.Pattern[str]]:
    """The patterns of one file (`stance`, `questions`, `clues`) by their names; case does not matter to them.

    Raises DataFault naming the file and the pattern that does not compile.
    """
    raw = tomllib.loads(files("knowledge.wording").joinpath(f"{name}.toml").read_text(encoding="utf-8"))
    found: dict[str, re.Pattern[str]] = {}
    for key, alternatives in raw.items():
        try:
            found[key] = re.compile("|".join(alternatives), re.IGNORECASE)
        except (re.error, TypeError) as error:
            raise DataFault(f"knowledge/wording/{name}.toml: {key}: {error}.", "Mend the alternative it names.") from error
    return found
