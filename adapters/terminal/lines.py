"""Lines of text as the terminal prints them: wrapped at words, indented, without blanks at their ends."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text


@dataclass(frozen=True, slots=True)
class Lines:
    """A text wrapped to the screen, `left` columns in; its second and later lines `hanging` columns further."""

    text: Text
    left: int = 0
    hanging: int = 0

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yields the lines. Rich's own padding would fill each of them with blanks."""
        width = max(options.max_width - self.left - self.hanging, 10)
        for at, line in enumerate(self.text.wrap(console, width, overflow="fold")):
            line.rstrip()
            line.no_wrap = True
            indent = self.left + (self.hanging if at else 0)
            yield Text.assemble(" " * indent, line, no_wrap=True, overflow="ignore") if line.plain else Text("")


def say(text: str | Text, left: int = 0, style: str = "", hanging: int = 0) -> Lines:
    """Some words of ours or the policy's as lines."""
    return Lines(text if isinstance(text, Text) else Text(text, style=style), left, hanging)
