"""Where the terminal door writes: consoles as wide as reading wants, and a progress bar that only long work shows."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console, RenderableType
from rich.markup import escape

WIDEST = 100  # columns: longer lines of text are hard to read
SOON = 1.0  # seconds: shorter work needs no bar

Advance = Callable[[int, int], None]  # called with (done, in all)


def console(stream: TextIO | None = None, widest: int | None = WIDEST) -> Console:
    """A console on standard output (or `stream`): 80 columns where nobody says otherwise, colours only on a terminal.

    Policy text must come out as it stands, so nothing in it is taken for markup, emoji or something to highlight.
    """
    made = Console(file=stream or sys.stdout, markup=False, emoji=False, highlight=False)
    if widest and made.width > widest:
        made.width = widest
    return made


def show(*renderables: RenderableType, widest: int | None = WIDEST) -> None:
    """Prints to standard output, and at once: a script that waits for the answer gets it, without the blanks that fill a screen."""
    out = console(widest=widest)
    with out.capture() as printed:
        for renderable in renderables:
            out.print(renderable)
    text = printed.get()
    if not out.is_terminal:
        text = "".join(f"{line.rstrip()}\n" for line in text.splitlines())
    out.file.write(text)
    out.file.flush()


def complain(text: str) -> None:
    """Prints a line on standard error, uncut and unwrapped so that scripts can find it."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


@contextmanager
def progress_bar(what: str, clock: Callable[[], float] = time.monotonic) -> Iterator[Advance]:
    """A function to call as work goes on; it draws a bar on standard error once the work has taken a second."""
    err = console(sys.stderr)
    started = clock()
    bar: LateBar | None = None

    def advance(done: int, total: int) -> None:
        nonlocal bar
        if bar is None and err.is_terminal and clock() - started >= SOON:
            bar = LateBar(what, err)
        if bar:
            bar.update(done, total)

    try:
        yield advance
    finally:
        if bar:
            bar.close()


class LateBar:
    """A progress bar that is there from the moment it is made; rich's is imported only then."""

    def __init__(self, what: str, err: Console) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self._bar = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=err, transient=True
        )
        self._task = self._bar.add_task(escape(what), total=None)
        self._bar.start()

    def update(self, done: int, total: int) -> None:
        """Draws how much is done."""
        self._bar.update(self._task, completed=done, total=total)

    def close(self) -> None:
        """Takes the bar off the screen."""
        self._bar.stop()
