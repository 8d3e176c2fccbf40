"""`ask` and `chat`: questions from the command line, the prompt or standard input, answered on standard output."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_urlsafe

from rich.console import RenderableType

from adapters import samples
from adapters.terminal.lines import say
from adapters.terminal.render import edition_line, reply_lines, without_sample_note
from adapters.terminal.screen import progress_bar, show
from bot.asking import Standing, ask
from bot.conversation import Conversation
from bot.heard import Heard, Pressed
from bot.in_memory import InMemorySchools, Kept, NoCourier
from bot.reply import Choices, Part, Reply
from bot.replying import answer_parts
from bot.school import EditionKey, Published, School
from bot.shelf import Shelf, Shelves
from knowledge.errors import SignpostError
from knowledge.policy import Edition

PROMPT = "> "
HERE, POLICY = "here", "policy"  # in the terminal there is one school with one policy
LEAVING = frozenset({"bye", "exit", "quit", "q", "goodbye", ":q"})
CHAT_HELP = "Type a question. Or: help, school (choose another), policy (what is being asked), bye."


class NothingAsked(SignpostError):
    """The question is empty: whoever runs the command can type one."""


class NoSchool(SignpostError):
    """No school was named and nobody can be asked which: whoever runs the command can name one."""


def ask_once(question: str, school: str | None, policy: Path | None, *, as_json: bool) -> Standing:
    """How the question came out, once the answer is printed."""
    if not question.strip():
        raise NothingAsked("There is no question.", 'Put it in quotation marks: signpost ask "can I accept a parent\'s friend request?"')
    edition = _edition(school, policy)
    key = EditionKey(POLICY, 1, POLICY)
    shelf = Shelf([key], [edition], samples.answerer_of(edition))
    answer = ask(question, shelf.answerer, samples.today())
    if as_json:
        from adapters.terminal.contract import answer_record

        print(json.dumps(answer_record(answer, edition), ensure_ascii=False, indent=1), flush=True)  # noqa: T201
    else:
        parts = answer_parts(answer, School(HERE, edition.school), shelf, samples.today(), public_url="")
        show(reply_lines(without_sample_note(parts, edition), edition, history=True))
    return answer.standing


def chat(school: str | None, policy: Path | None) -> None:
    """Nothing: answers until there is nothing more to answer."""
    interactive = sys.stdin.isatty()
    if school is None and policy is None and not interactive:
        show(say(f"No school was named, so the sample policy of {samples.FIRST_SAMPLE} answers. Use --school or --policy for another."))
        school = samples.FIRST_SAMPLE
    talk = Chat(_edition(school, policy))
    show(edition_line(talk.edition), say(CHAT_HELP) if interactive else say(""))
    for line in _typed() if interactive else _piped():
        if line.lower().strip(" .!") in LEAVING:
            break
        show(*talk.reply(line))
    if interactive:
        show(say("Bye."))


class Chat:
    """One conversation in the terminal: the policy being asked, and what each line typed gets."""

    def __init__(self, edition: Edition) -> None:
        self._ask_of(edition)

    def _ask_of(self, edition: Edition) -> None:
        self.edition = edition
        self.choices: dict[str, str] = {}  # what can be typed instead of pressing a button, and what the button carries
        published = Published(EditionKey(POLICY, 1, POLICY), edition, datetime.now(UTC))
        self.conversation = Conversation(
            InMemorySchools([Kept(School(HERE, edition.school), [published])]),
            Shelves(make=samples.answerer_of),
            NoCourier(),
            now=lambda: datetime.now(UTC),
            new_id=lambda: token_urlsafe(16),
            offers=False,
        )

    def reply(self, line: str) -> list[RenderableType]:
        """What to print for one line: a command's reply, what was chosen, or the answer to a question."""
        word, _, rest = line.partition(" ")
        match word.lower().strip(" .!?"):
            case "help" if not rest:
                return [say(CHAT_HELP), say("")]
            case "policy" if not rest:
                return [*_about(self.edition), say("")]
            case "school" if not rest or _names_sample(rest):
                return self._choose(rest)
        if press := self.choices.get(line.lower().strip(" .!?")):
            return self._shown(self.conversation.press(Pressed(HERE, press, HERE, HERE)))
        return self._shown(self.conversation.hear(Heard(HERE, line, HERE, HERE)))

    def _shown(self, reply: Reply) -> list[RenderableType]:
        offered = [button for part in reply.parts if isinstance(part, Choices) for button in part.buttons]
        self.choices = {str(at): button.press for at, button in enumerate(offered, start=1)} | {
            button.label.lower(): button.press for button in offered
        }
        parts: list[Part] = list(without_sample_note(reply.parts, self.edition))
        return [reply_lines(parts), say("")]

    def _choose(self, wanted: str) -> list[RenderableType]:
        try:
            name = samples.sample_named(wanted) if wanted else _choose_sample() if sys.stdin.isatty() else ""
        except SignpostError as error:
            return [say(str(error)), say("")]
        if not name:
            return [*_listed(), say("Type school and a name, for example: school cbc"), say("")]
        self._ask_of(samples.sample_edition(name))
        return [edition_line(self.edition), say("")]


def _edition(school: str | None, policy: Path | None) -> Edition:
    """The edition to ask: the file's or the sample's; where neither is given the person at the terminal chooses."""
    if school is not None and policy is not None:
        raise NoSchool("--school and --policy were both given.", "Give one of them: a bundled sample or your own document.")
    if policy is not None:
        with progress_bar(f"Reading {policy.name}") as advance:
            return samples.file_edition(policy, advance)
    if school is None and not sys.stdin.isatty():
        raise NoSchool("Which school's policy?", samples.schools_to_choose())
    name = samples.sample_named(school) if school is not None else _choose_sample()
    if not name:
        raise NoSchool("No school was chosen.", samples.schools_to_choose())
    return samples.sample_edition(name)


def _choose_sample() -> str:
    """The sample chosen from a numbered list by the person at the terminal; "" where none was."""
    show(*_listed())
    for line in _typed("Which one? "):
        try:
            return samples.sample_named(line)
        except SignpostError:
            show(say(f"Type a number from 1 to {len(samples.sample_names())}, or a name from the list."))
    return ""


def _names_sample(words: str) -> bool:
    try:
        return bool(samples.sample_named(words))
    except SignpostError:
        return False


def _listed() -> Iterator[RenderableType]:
    yield say(f"Schools ({samples.SAMPLE_MARK}):")
    for at, sample in enumerate(samples.samples(), start=1):
        yield say(f"  {at}  {sample.name:<12} {sample.school}")


def _about(edition: Edition) -> Iterator[RenderableType]:
    """What is being asked: title, dates and sections."""
    yield edition_line(edition)
    due = f"{edition.review_due.day} {edition.review_due:%B %Y}" if edition.review_due else "no date stated"
    overdue = " (overdue)" if edition.overdue(samples.today()) else ""
    yield say(f"{len(edition.clauses)} clauses; review due: {due}{overdue}")
    for path in edition.headings:
        yield say(path[-1], 2 * len(path), hanging=2)


def _typed(prompt: str = PROMPT) -> Iterator[str]:
    """The lines typed at a prompt until Ctrl-D; nothing typed is written to any history."""
    with suppress(ImportError):  # Windows has none, and its console edits lines by itself
        import readline  # noqa: F401 - importing it is what lets a line be edited
    while True:
        try:
            line = input(prompt).strip()
        except EOFError:
            print()  # noqa: T201
            return
        if line:
            yield line


def _piped() -> Iterator[str]:
    """The lines of standard input, each printed before it is answered, as if it had been typed."""
    for raw in sys.stdin.buffer:
        line = raw.decode("utf-8", "replace").strip().removeprefix("\ufeff")
        if line:
            show(say(f"{PROMPT}{line}"))
            yield line
