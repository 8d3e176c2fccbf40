"""The commands that show and correct how a policy is read. Each imports what it needs when it runs, so that all start quickly."""

from __future__ import annotations

from typing import Annotated

import typer

OfSchool = Annotated[str, typer.Argument(metavar="SCHOOL", show_default=False, help="See `signpost school list`.")]


def corrections(
    of_school: OfSchool,
    everything: Annotated[bool, typer.Option("--all", help="Every clause, with its anchor.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")] = False,
) -> None:
    """List how clauses are read where somebody corrected or complained.

    \b
      signpost policy corrections oakfield
      signpost policy corrections oakfield --all

    Those clauses come first after which staff most often said, in the last
    twelve months, that they did not answer them. The head sees the same at the
    desk, under Policies, and can correct it there.
    """
    from adapters.terminal.correcting import show_corrections

    show_corrections(of_school, everything=everything, as_json=json)


def correct(
    of_school: OfSchool,
    policy: Annotated[str, typer.Argument(metavar="POLICY", show_default=False, help="Its short name: see `signpost school show`.")],
    anchor: Annotated[str, typer.Argument(metavar="ANCHOR", show_default=False, help="The clause: see `policy corrections --all`.")],
    topic: Annotated[str, typer.Option("--topic", metavar="TOPIC", show_default=False, help="What you are speaking of.")],
    stance: Annotated[
        str | None,
        typer.Option(
            "--stance",
            metavar="STANCE",
            show_default=False,
            help="What the clause says of it: forbids, requires, allows, allows-with-conditions, advises-against or informs.",
        ),
    ] = None,
    not_about: Annotated[bool, typer.Option("--not-about", help="The clause is not about that topic at all.")] = False,
    take_back: Annotated[bool, typer.Option("--take-back", help="Read the clause by its own words again.")] = False,
) -> None:
    """Say what a clause is about and what it says of it.

    \b
      signpost policy correct oakfield social-media ANCHOR \\
          --topic befriend_parent --stance forbids
      signpost policy correct oakfield social-media ANCHOR \\
          --topic befriend_parent --not-about
      signpost policy correct oakfield social-media ANCHOR \\
          --topic befriend_parent --take-back

    The words of the clause stay as they are. It holds for every later edition
    in which the clause stays. It never makes an answer a yes: that is said only
    where the policy's own words plainly allow it. A topic that does not exist
    is answered with the list of all.
    """
    from adapters.terminal.correcting import change

    change(of_school, policy, anchor, topic, stance, not_about=not_about, back=take_back)
