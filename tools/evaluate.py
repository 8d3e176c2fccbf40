"""The figures of this version on all labelled questions, by weights that never saw the school asked about: `make evaluate`.

Under each figure stands its 95 % interval; beside Signpost stand Signpost without each of its sources, with no policy phrasing that shares
words with the policy (leaks controlled), and what any search box could do. The last column tells how much more or less is right than with
Signpost in full, on the same questions. --misses lists what went wrong; --quick leaves out the rows that take long; --only A,B judges some
schools alone; --images also writes the two curves into docs/images. The encoder has learned from no phrasing that shares words with these
policies, the judge from none of these questions. Two workers need some eight minutes.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from knowledge.evaluation import Figures
from tools.charts import reliability_chart, risk_chart
from tools.curves import calibration_error, reliability, risk_coverage
from tools.intervals import Interval, difference_interval, f1_interval, wilson
from tools.sets import ROOT, development_schools, invented_schools
from tools.variants import FULL, LEAKS, PLAIN, VARIANTS, Judged, answers_of, answers_of_baselines, answers_without_leaks, total

SHOWN = ("right", "hit1", "hit3", "rank1", "rank3", "rank10", "silence_f1", "verdict", "headline_share", "headline_right", "unsafe")
WORKERS = 2
Answers = dict[str, list[Judged]]  # by the name of the row


def all_answers(judged: Sequence[str], quick: bool) -> Answers:
    """Every row's answers to the questions of some schools, in the order the rows are printed."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # each worker has a core of its own
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as workers:
        jobs = {name: workers.submit(answers_of, name, judged) for name in ([FULL, PLAIN] if quick else VARIANTS)}
        searched = workers.submit(answers_of_baselines, judged)
        waiting = []
        if not quick:
            learned = {name: jobs[name].result()[1] for name in LEAKS}
            waiting = [
                workers.submit(answers_without_leaks, school, {name: weights[school] for name, weights in learned.items()})
                for school in judged
            ]
        found = {name: job.result()[0] for name, job in jobs.items()}
        for job in waiting:
            for name, answers in job.result().items():
                found.setdefault(LEAKS[name], []).extend(answers)
        return found | searched.result()


def flags(answers: Iterable[Judged], count: str) -> np.ndarray:
    """For each answer whether it counts as that."""
    return np.array([one.figures.counts[count] > 0 for one in answers], bool)


def interval(name: str, figures: Figures, answers: Sequence[Judged]) -> Interval | None:
    """The 95 % interval of a figure; None for one that needs none."""
    share = figures.shares().get(name, 0.0)
    if name in {"right", "verdict"}:
        return wilson(share, figures.questions)
    if name in {"rank1", "rank3"}:
        return wilson(share, figures.covered)
    if name == "headline_right":
        return wilson(share, figures.counts["headline"])
    if name == "silence_f1":
        silent = np.array([not one.labelled.gold for one in answers])
        return f1_interval(flags(answers, "true_silence"), flags(answers, "false_silence"), silent)
    return None


def short(value: float, sign: str = "") -> str:
    """A share as printed in an interval: no digit before the point."""
    return f"{value:{sign}.2f}".replace("0.", ".")


def tells(name: str, figures: Figures) -> bool:
    """Whether there is anything to count for a figure."""
    if name == "headline_right":
        return figures.counts["headline"] > 0
    if name == "silence_f1":
        return figures.questions > figures.covered
    return figures.covered > 0 or not name.startswith(("hit", "rank"))


def row(answers: Sequence[Judged]) -> list[str]:
    """A cell for n and for each figure of SHOWN, its interval below it."""
    figures = total(answers)
    shares, cells = figures.shares(), [str(figures.questions)]
    for name in SHOWN:
        if not tells(name, figures):
            cells.append("–")
            continue
        around = interval(name, figures, answers)
        span = f"\n{short(around[0])}–{short(around[1])}" if around else ""
        cells.append(f"{shares[name]:.0f}" if name == "unsafe" else f"{shares[name]:.3f}{span}")
    return cells


def against(answers: Sequence[Judged], full: Sequence[Judged]) -> str:
    """A cell for how much more is right than in full, on the same questions."""
    ours, theirs = flags(answers, "right"), flags(full, "right")
    low, high = difference_interval(ours, theirs)
    return "" if answers is full else f"{ours.mean() - theirs.mean():+.3f}\n{short(low, '+')} {short(high, '+')}"


def table_of(title: str, rows: Sequence[tuple[str, Sequence[Judged]]], full: Sequence[Judged] = ()) -> Table:
    """A table with a row for each named list of answers; with ``full``, how much more than there is right stands in the last column."""
    table = Table(title=title, title_justify="left", padding=(0, 1, 0, 0))
    table.add_column("")
    for name in ("n", *SHOWN, *(["right_against_Signpost"] if full else [])):
        table.add_column(name.replace("_", "\n"), justify="right")
    for name, answers in rows:
        table.add_row(name, *row(answers), *([against(answers, full)] if full else []))
    return table


def groups(answers: Sequence[Judged], key: Callable[[Judged], str]) -> list[tuple[str, list[Judged]]]:
    """The answers by a key, in the order of the keys."""
    return [(name, [one for one in answers if key(one) == name]) for name in sorted({key(one) for one in answers})]


def curves(found: Answers) -> dict[str, str]:
    """The two curves as SVGs, by file name."""
    series = {name: ([one.confidence for one in found[name]], [one.right for one in found[name]]) for name in (FULL, PLAIN)}
    bins = [(name, reliability(*both)) for name, both in series.items()]
    for name, one in bins:
        print(f"{name}: confidence and share right lie {calibration_error(one):.3f} apart.")
    shares = {name: total(found[name]).shares() for name in series}
    chosen = [(one["headline_share"], one["headline_right"]) for one in shares.values()]
    risks = [(name, risk_coverage(*both)) for name, both in series.items()]
    return {"reliability.svg": reliability_chart(bins), "risk-coverage.svg": risk_chart(risks, chosen)}


def write(images: dict[str, str], folder: Path) -> None:
    """Nothing: writes the images into a folder, which is made where it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, svg in images.items():
        (folder / name).write_text(svg, encoding="utf-8")
        print(f"{(folder / name).relative_to(ROOT)} written.")


def missed(answers: Iterable[Judged]) -> list[str]:
    """A line for each answer that was wrong, or whose verdict was."""
    lines = []
    for one in answers:
        if not one.right or one.given.verdict != one.labelled.verdict:
            shown = (one.given.clauses or one.given.related or (("", "-"),))[0][1]
            wrong = "" if one.right else " WRONG"
            lines.append(
                f"{one.labelled.id} {one.labelled.verdict} -> {one.given.verdict}{wrong} | {one.labelled.question} | {shown[:110]}"
            )
    return lines


def main(arguments: Sequence[str]) -> None:
    """Prints the tables and writes the curves into build/."""
    console = Console(width=170)
    real, invented = ([policy.school for policy in found] for found in (development_schools(), invented_schools()))
    if not real:
        console.print("../shared is not there: only the invented schools are judged.")
    only = arguments[arguments.index("--only") + 1].split(",") if "--only" in arguments else real + invented
    if unknown := set(only) - {*real, *invented}:
        sys.exit(f"No such school: {', '.join(sorted(unknown))}. There are: {', '.join(real + invented)}.")
    found = all_answers([school for school in real + invented if school in only], "--quick" in arguments)
    for title, schools in (("the real schools", real), ("invented schools", invented)):
        here = {name: [one for one in answers if one.policy in schools] for name, answers in found.items()}
        ours = here[FULL]
        if not ours:
            continue
        console.print(
            table_of(f"{title}: each by weights of all other schools; below each figure its 95 % interval", list(here.items()), ours)
        )
        console.print(table_of("by school", groups(ours, lambda one: one.policy)))
        console.print(table_of("by style", groups(ours, lambda one: one.labelled.style)))
        console.print(table_of("by labelled verdict", groups(ours, lambda one: one.labelled.verdict)))
        if "--misses" in arguments:
            for line in missed(ours):
                print(line)
    images = curves(found)
    write(images, ROOT / "build")
    if "--images" in arguments:
        write(images, ROOT / "docs" / "images")


if __name__ == "__main__":
    main(sys.argv[1:])
