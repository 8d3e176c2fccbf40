"""The `signpost` command: what it can be asked to do. Each command imports what it needs when it runs, so that all start quickly."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from adapters.terminal import operating
from knowledge.errors import SignpostError

NOT_COVERED, CLOSEST, BAD_INPUT = 3, 4, 2

HELP = """Ask what your school's social media policy says, and get the school's own rule, word for word.

Try it on a bundled sample, then on your own policy (.docx, .pdf, .md, .txt or .html):

\b
  signpost ask "can I accept a parent's friend request?" --school bledington
  signpost import policy.pdf
  signpost ask "who may take photos on a trip?" --policy policy.pdf
  signpost chat --policy policy.pdf

Open it to your school's Slack, Teams and browsers:

\b
  signpost serve --demo
  signpost doctor

\b
Exit codes: 0 answered · 2 wrong input (standard error says what to do)
            3 the policy doesn't cover it · 4 only the closest rules shown

Nothing you ask here in the terminal is kept or sent anywhere, but for
`evaluate --reader`."""


class Commands(TyperGroup):
    """Commands whose declared errors are told in plain words, without a traceback, and end with exit code 2."""

    def invoke(self, ctx: Any) -> Any:
        """What the command returns."""
        try:
            return super().invoke(ctx)
        except SignpostError as error:
            from adapters.terminal.screen import complain

            complain(f"{error.message}\n{error.next_step}")
            raise typer.Exit(BAD_INPUT) from None


app = typer.Typer(
    cls=Commands,
    help=HELP,
    add_completion=False,
    rich_markup_mode=None,  # plain help: it reads the same in a pipe, without colour and to a screen reader
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)

School = Annotated[str | None, typer.Option("--school", "-s", metavar="NAME", help="A bundled sample: see `signpost policies`.")]
Policy = Annotated[Path | None, typer.Option("--policy", "-p", metavar="FILE", help="Your school's policy document.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]
File = Annotated[Path, typer.Argument(metavar="FILE", show_default=False, help="The policy: .docx, .pdf, .md, .txt or .html.")]


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"signpost {version('signpost')}")
        raise typer.Exit


@app.callback()
def signpost(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")] = False,
) -> None:
    """Nothing: options that stand before any command."""


@app.command(no_args_is_help=True, context_settings={"allow_extra_args": True})
def ask(
    context: typer.Context,
    question: Annotated[str, typer.Argument(metavar="QUESTION", show_default=False, help="What you want to know, best in quotes.")],
    school: School = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """Answer one question.

    \b
      signpost ask "can I give a pupil my mobile number?" --school dobcroft
      signpost ask "am I banned from LinkedIn?" --policy policy.docx --json

    \b
    Exit codes: 0 answered (a worry is met with whom to tell), 2 wrong input,
    3 the policy doesn't cover it, 4 only the closest rules could be shown.
    """
    from adapters.terminal.talking import ask_once

    code = {"answered": 0, "silent": NOT_COVERED, "closest": CLOSEST}[
        ask_once(" ".join([question, *context.args]), school, policy, as_json=json)
    ]
    raise typer.Exit(code)


@app.command()
def chat(school: School = None, policy: Policy = None) -> None:
    """Ask one question after another.

    On a terminal it asks which school where none is given. Otherwise it answers
    each line given on standard input, from the Bledington sample if need be.

    \b
      signpost chat --policy policy.pdf
      signpost chat --school cbc < questions.txt

    In the chat: help, school (choose another), policy (what is being asked), bye.
    """
    from adapters.terminal.talking import chat as talk

    talk(school, policy)


@app.command(name="import", no_args_is_help=True)
def import_(file: File, json: Json = False) -> None:
    """Show what Signpost understands of a policy document.

    The clauses it would quote, what it left out and why, and the health check.
    Nothing is stored.

    \b
      signpost import policy.docx
      signpost import policy.pdf --json > clauses.json
    """
    from adapters.terminal.reading import show_import

    show_import(file, as_json=json)


@app.command(no_args_is_help=True)
def health(file: File, json: Json = False) -> None:
    """List what the keeper of a policy should mend, worst first.

    Overdue reviews, drafting notes left in, rules that contradict each other,
    references out of date, weak wording, and what staff ask that it doesn't say.

    \b
      signpost health policy.pdf
    """
    from adapters.terminal.reading import show_health

    show_health(file, as_json=json)


@app.command()
def policies(json: Json = False) -> None:
    """List the bundled sample policies.

    They restate real schools' rules so that Signpost can be tried; the school's
    own document is the authority.
    """
    from adapters.terminal.reading import show_policies

    show_policies(as_json=json)


@app.command(no_args_is_help=True)
def answer(
    policy: Annotated[Path, typer.Option("--policy", "-p", metavar="FILE", show_default=False, help="The policy to answer from.")],
    plain: Annotated[bool, typer.Option("--plain", help="Leave out the sentence encoder: starts sooner, less often right.")] = False,
) -> None:
    """Answer a program's questions: JSON Lines in and out.

    Each line of standard input is {"id": ..., "question": ...} (or "message").
    Each is answered by one line at once: id, intent, verdict, confident, clauses
    (at most 10, best first), contradiction, related (near misses where the
    policy is silent).

    \b
      echo '{"id": 1, "question": "may I tweet?"}' | signpost answer -p policy.md
      signpost answer -p policy.md < questions.jsonl > answers.jsonl

    A malformed line is named on standard error, the others are still answered,
    and the exit code is 1 at the end.
    """
    from adapters.terminal.answering import answer_lines

    if answer_lines(policy, sys.stdin.buffer, sys.stdout.buffer, plain=plain):
        raise typer.Exit(1)


@app.command(no_args_is_help=True)
def evaluate(
    questions: Annotated[list[Path], typer.Argument(metavar="QUESTIONS.jsonl...", show_default=False, help="Labelled questions.")],
    policies: Annotated[Path, typer.Option("--policies", metavar="DIR", show_default=False, help="A folder with each school's policy.")],
    misses: Annotated[bool, typer.Option("--misses", help="List every answer that differs from its label.")] = False,
    reader: Annotated[bool, typer.Option("--reader", help="Measure the reader of your settings too: questions are sent to it.")] = False,
    json: Json = False,
) -> None:
    """Score answers against your own list, beside plain BM25.

    Each line: {"id", "school", "question", "verdict", "gold": [quotes]}; the
    verdict is no, yes, conditional, info or not_covered, gold the words of the
    policy of which any one answers (empty where it is silent). "school" is the
    policy file's name without its ending.

    \b
      signpost evaluate questions.jsonl --policies policies/ --misses

    right: the first clause answers, or silence is told as silence · hit3: an
    answer is among the first three · rank3: the same, near misses counting ·
    headline share: answers given with a headline, and how many of those are
    right · unsafe: "yes" where the label is "no" (a count; it must be 0).
    """
    from adapters.terminal.evaluating import show_evaluation

    show_evaluation(questions, policies, with_misses=misses, with_reader=reader, as_json=json)


operating.add_to(app)
