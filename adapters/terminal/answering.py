"""`signpost answer`: the machine contract over two streams."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import BinaryIO

from adapters import samples
from adapters.terminal.contract import Malformed, read_lines, record
from adapters.terminal.screen import complain, progress_bar
from knowledge.answering import Answerer


def answer_lines(policy: Path, questions: BinaryIO, answers: BinaryIO, *, plain: bool = False) -> int:
    """How many lines were malformed, once every other line has been answered. Each answer is written at once.

    ``plain``: the sentence encoder is left out.
    """
    with progress_bar(f"Reading {policy.name}") as advance:
        answerer = Answerer(samples.file_edition(policy, advance), plain=plain)
    faults = 0
    for asked in read_lines(questions):
        if isinstance(asked, Malformed):
            faults += 1
            complain(str(asked))
            continue
        answers.write(json.dumps(record(asked, answerer)).encode() + b"\n")
        answers.flush()
    if faults:
        complain(f"{faults} line{'s were' if faults > 1 else ' was'} not answered.")
    sys.stderr.flush()
    return faults
