"""The figures of this version on all labelled questions, by weights that never saw the school asked about: `make evaluate`.

--misses lists what went wrong; --quick leaves out the leak-controlled runs (which refit the topics once for each school). The encoder
has learned from no phrasing that shares words with these policies, the judge from none of these questions.
"""

from __future__ import annotations

import math
import sys
import warnings
from collections.abc import Callable, Sequence

from rich.console import Console
from rich.table import Table

from knowledge.baseline import bm25_answer
from knowledge.encoder import encoder
from knowledge.evaluation import Figures, Given, Labelled, Scores, score
from knowledge.judge import judge
from tools.cross_validation import left_out
from tools.learning import LabelledPolicy, Networks
from tools.sets import development_schools, invented_schools

SHOWN = ("right", "hit1", "hit3", "rank1", "rank3", "rank10", "silence_f1", "verdict", "headline_share", "headline_right", "unsafe")
Pairs = list[tuple[Labelled, Given]]


def interval(share: float, n: int) -> tuple[float, float]:
    """The 95 % interval (Wilson's) of a share of n questions."""
    z = 1.96
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return middle - half, middle + half


def run(policies: Sequence[LabelledPolicy], judged: Sequence[LabelledPolicy], control_leaks: bool, used: Networks) -> tuple[Pairs, Pairs]:
    """Our answers, with some networks or none, and BM25's for the judged policies' questions."""
    ours: Pairs = []
    baseline: Pairs = []
    for labelled, given, answerer in left_out(policies, judged, control_leaks, used):
        ours.append((labelled, given))
        baseline.append((labelled, bm25_answer(labelled.question, answerer.index)))
    return ours, baseline


def row(figures: Figures) -> list[str]:
    """A figure for each column of SHOWN, as printed."""
    shares = figures.shares()
    return [f"{shares[name]:.0f}" if name == "unsafe" else f"{shares[name]:.3f}" for name in SHOWN]


def table_of(title: str, rows: Sequence[tuple[str, Figures]]) -> Table:
    """A table with a row for each named set of figures."""
    table = Table(title=title, title_justify="left")
    table.add_column("")
    table.add_column("n", justify="right")
    for name in SHOWN:
        table.add_column(name.replace("_", "\n"), justify="right")
    for name, figures in rows:
        table.add_row(name, str(figures.questions), *row(figures))
    return table


def groups(scores: Scores, kind: Callable[[Scores], dict[str, Figures]]) -> list[tuple[str, Figures]]:
    """The named figures of one grouping, in the order of their names."""
    return sorted(kind(scores).items())


def main(arguments: Sequence[str]) -> None:
    """Prints the tables."""
    warnings.filterwarnings("ignore")
    console = Console(width=150)
    real, invented = development_schools(), invented_schools()
    networks = encoder(), judge()
    if not real:
        console.print("../shared is not there: only the invented schools are judged.")
    for name, judged in (("the five real schools", real), ("invented schools", invented)):
        if not judged:
            continue
        ours, baseline = run(real + invented, judged, control_leaks=False, used=networks)
        scores = score(ours)
        rows = [("Signpost", scores.all), ("plain", score(run(real + invented, judged, control_leaks=False, used=None)[0]).all)]
        if "--quick" not in arguments:
            rows.append(("leaks controlled", score(run(real + invented, judged, control_leaks=True, used=networks)[0]).all))
            rows.append(("plain, leaks controlled", score(run(real + invented, judged, control_leaks=True, used=None)[0]).all))
        rows.append(("BM25", score(baseline).all))
        console.print(table_of(f"{name}: each by weights of all other schools", rows))
        low, high = interval(scores.all.shares()["right"], len(ours))
        console.print(f"95 % interval of right: {low:.3f} to {high:.3f}\n")
        console.print(table_of("by school", groups(scores, lambda found: found.by_school)))
        console.print(table_of("by style", groups(scores, lambda found: found.by_style)))
        console.print(table_of("by labelled verdict", groups(scores, lambda found: found.by_verdict)))
        if "--misses" in arguments:
            for labelled, given, right in scores.misses:
                shown = (given.clauses or given.related or (("", "-"),))[0][1]
                console.print(
                    f"{labelled.id} {labelled.verdict} -> {given.verdict}{'' if right else ' WRONG'} | {labelled.question} | {shown[:110]}",
                    markup=False,
                )


if __name__ == "__main__":
    main(sys.argv[1:])
