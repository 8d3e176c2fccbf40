"""The figures of the shipped weights on the sets that nothing has learned from: `python -m tools.unseen`.

Each set is scored once for a version, its misses are not read, and the figures go into tests/golden/LOG.md. Then it may be taken into
development: moved up one folder, so that the next weights learn from it.
"""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from knowledge.answering import Answerer
from knowledge.evaluation import Figures, score
from tools.cross_validation import given
from tools.learning import LabelledPolicy
from tools.sets import unseen_schools

SHOWN = ("right", "hit1", "hit3", "rank1", "rank3", "rank10", "silence_f1", "verdict", "headline_right", "headline_share", "unsafe")


def figures_of(policies: list[LabelledPolicy], plain: bool = False) -> Figures:
    """The figures of some policies' questions together."""
    rows = []
    for policy in policies:
        answerer = Answerer(policy.edition, plain=plain)
        rows += [(labelled, given(answerer.answer(labelled.question))) for labelled in policy.questions]
    return score(rows).all


def main() -> None:
    """Prints a row for each set, and one for all together, with the networks and without."""
    schools = unseen_schools()
    groups = {one.school: [one] for one in schools if "(fresh)" not in one.school}
    groups["five-fresh"] = [one for one in schools if "(fresh)" in one.school]
    groups["all"] = schools
    table = Table("set", "n", *SHOWN)
    for name, policies in groups.items():
        for plain in (False, True):
            figures = figures_of(policies, plain)
            shares = figures.shares()
            shown = [str(shares[one]) if one == "unsafe" else f"{shares[one]:.3f}" for one in SHOWN]
            table.add_row(f"{name}{', plain' if plain else ''}", str(figures.questions), *shown)
    Console(width=150).print(table)


if __name__ == "__main__":
    main()
