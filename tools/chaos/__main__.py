"""`make chaos`, or `python -m tools.chaos [--seconds 30 --concerns 100]`: the kill test, and SQLite with a full or a locked database.

Three replicas of `signpost serve`, a clock in each, on a real PostgreSQL; stand-ins of Slack and of a mail server that write down what
they deliver. One replica is killed every second and the providers fail in turn while reports come in at the web form.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import tempfile
from pathlib import Path
from random import Random

from rich.console import Console
from rich.table import Table

from tests.databases import empty_url
from tools.chaos import store_away
from tools.chaos.run import Outcome, Run, Size


def shown(size: Size, outcome: Outcome) -> Table:
    """The figures."""
    verdict, table = outcome.verdict, Table(title=f"Kill test: {size.replicas} replicas on PostgreSQL, {os.cpu_count()} cores")
    table.add_column("what")
    table.add_column("figure", justify="right")
    rows = (
        ("reports filed / in the database", f"{size.concerns} / {verdict.concerns}"),
        ("processes killed", f"{outcome.kills} in {size.seconds:.0f} s; ended by themselves {outcome.ended}"),
        ("tries that got no answer, or “not kept”", ", ".join(f"{count} × {what}" for what, count in sorted(outcome.troubles.items()))),
        ("providers failed", ", ".join(f"{count} × {what}" for what, count in sorted(outcome.faults.items()))),
        ("reports lost", str(len(verdict.lost_concerns) + outcome.closed)),
        ("steps due × people", str(verdict.steps)),
        ("pings lost", str(len(verdict.lost_pings))),
        ("pings delivered", f"{verdict.deliveries} ({', '.join(f'{count} by {way}' for way, count in sorted(verdict.by_way.items()))})"),
        ("of these more than once", f"{verdict.duplicates} ({verdict.share_of_duplicates:.2%})"),
        ("letters", ", ".join(f"{count} {state}" for state, count in sorted(verdict.letters.items()))),
        ("from due to sent, p50 / p90 / p99 / most", " / ".join(f"{verdict.at(share):.1f} s" for share in (0.5, 0.9, 0.99, 1.0))),
        ("lead unreachable: until the next was told, most", f"{max(verdict.unreachable, default=0.0):.1f} s ({len(verdict.unreachable)})"),
        ("acknowledged by link", str(outcome.acknowledged)),
        ("other letters (taken, unheard, drill, digest)", str(outcome.others)),
        ("quiet until all had arrived", f"{outcome.quiet:.0f} s"),
    )
    for what, figure in rows:
        table.add_row(what, figure)
    return table


def main() -> None:
    """Nothing: exits with 1 where a promise was not kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=Size.seconds, help="in which reports are filed and processes killed")
    parser.add_argument("--concerns", type=int, default=Size.concerns)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=("kill", "sqlite"), help="the kill test, or SQLite with a full or locked database, alone")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the processes it has started end with it
    console, broken = Console(width=140), []
    if given.only != "kill":
        results = store_away.cases()
        console.print(store_away.shown(results))
        broken += [f"{one.name}: {fault}" for one in results for fault in one.faults]
    if given.only != "sqlite":
        size = Size(concerns=given.concerns, seconds=given.seconds)
        with tempfile.TemporaryDirectory(prefix="signpost-chaos-") as folder:
            outcome = asyncio.run(Run(size, empty_url("postgresql", Path(folder)), Path(folder), Random(given.seed)).go())
        console.print(shown(size, outcome))
        broken += outcome.breaches
    for line in dict.fromkeys(broken):
        console.print(f"BROKEN: {line} ({broken.count(line)} ×)", style="red")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
