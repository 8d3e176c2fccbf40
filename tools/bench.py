"""How fast answers come, beside bm25s and SQLite FTS5 on the same clauses and questions in the same run: `make bench`."""

from __future__ import annotations

import os
import re
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import bm25s
import numpy as np
from rich.console import Console
from rich.table import Table

from knowledge.answering import Answerer
from knowledge.policy import Clause, Edition
from knowledge.words import STOP_WORDS, stems, tokens
from tools.sets import invented_schools

CLAUSES = 100
COLD_STARTS = 7
QUESTION = "can I accept a parent's friend request?"


def hundred_clauses() -> tuple[Edition, list[str]]:
    """An edition of 100 clauses taken from the invented schools, and all their labelled questions."""
    schools = invented_schools()
    clauses: dict[str, Clause] = {}
    for school in schools:
        for clause in school.edition.clauses:
            clauses.setdefault(clause.anchor, clause)
    chosen = tuple(clauses.values())[:CLAUSES]
    return replace(schools[0].edition, clauses=chosen), [labelled.question for school in schools for labelled in school.questions]


def timed(ask: Callable[[str], object], questions: list[str]) -> tuple[float, float]:
    """The median and the 99th percentile of milliseconds a question, after a warm-up."""
    for question in questions[:30]:
        ask(question)
    spent = []
    for question in questions:
        start = time.perf_counter()
        ask(question)
        spent.append((time.perf_counter() - start) * 1000)
    return float(np.percentile(spent, 50)), float(np.percentile(spent, 99))


def with_bm25s(edition: Edition) -> Callable[[str], object]:
    """A function that ranks the clauses with bm25s over the same stems."""
    retriever = bm25s.BM25()
    retriever.index([stems(clause.quotation) for clause in edition.clauses], show_progress=False)
    return lambda question: retriever.retrieve([stems(question) or ["x"]], k=10, show_progress=False)


def with_fts5(edition: Edition) -> Callable[[str], object]:
    """A function that ranks the clauses with SQLite's full text search (porter stemmer, its own BM25)."""
    database = sqlite3.connect(":memory:")
    database.execute("create virtual table clause using fts5(text, tokenize='porter')")
    database.executemany("insert into clause(text) values (?)", [(clause.quotation,) for clause in edition.clauses])

    def ask(question: str) -> object:
        words = [word for word in tokens(question) if word not in STOP_WORDS] or ["x"]
        return database.execute(
            "select rowid from clause where clause match ? order by rank limit 10", (" OR ".join(f'"{word}"' for word in words),)
        ).fetchall()

    return ask


def cold_start() -> tuple[list[float], float]:
    """Seconds from process start to printed answer, sorted, and the peak memory in MB, of `signpost ask`."""
    asked = ["ask", QUESTION, "--school", "bledington"]
    command = [str(Path(sys.executable).parent / "signpost"), *asked]
    seconds = []
    for _ in range(COLD_STARTS):
        start = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        seconds.append(time.perf_counter() - start)
    # The process tells its own peak: what the system counts for a child begins with the memory of the parent it was forked from.
    script = f"import sys; sys.argv = ['signpost', *{asked!r}]\nfrom adapters.__main__ import main\ntry: main()\nexcept SystemExit: pass\n"
    told = subprocess.run(
        [sys.executable, "-c", f"{script}print(open('/proc/self/status').read())"], capture_output=True, text=True, check=True
    )
    peak = re.search(r"VmHWM:\s+(\d+) kB", told.stdout)
    return sorted(seconds), int(peak[1]) / 1024 if peak else 0.0


def main() -> None:
    """Prints the table of times."""
    os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[0]})  # one core, as promised
    edition, questions = hundred_clauses()
    start = time.perf_counter()
    answerer = Answerer(edition)
    ready = time.perf_counter() - start
    table = Table(title=f"{len(edition.clauses)} clauses, {len(questions)} questions, one core")
    for column in ("", "median ms", "p99 ms"):
        table.add_column(column, justify="right" if column else "left")
    for name, ask in (
        ("Signpost (full ruling)", answerer.answer),
        ("the same, plain", Answerer(edition, plain=True).answer),
        ("bm25s (ranking only)", with_bm25s(edition)),
        ("SQLite FTS5 (ranking only)", with_fts5(edition)),
    ):
        median, p99 = timed(ask, questions)
        table.add_row(name, f"{median:.2f}", f"{p99:.2f}")
    console = Console()
    console.print(table)
    console.print(f"Making the policy ready to answer: {ready:.2f} s, with loading the encoder.")
    console.print(f"This process, all three loaded: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB resident at most.")
    seconds, peak = cold_start()
    median = seconds[len(seconds) // 2]
    console.print(f"signpost ask, cold: median {median:.2f} s, slowest {seconds[-1]:.2f} s of {len(seconds)}; {peak:.0f} MB at most.")


if __name__ == "__main__":
    main()
