"""Every card for Teams, read and drawn by Microsoft's parser: replies of the sample schools, and invented ones, hostile or long."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from itertools import count

import pytest
from playwright.sync_api import Browser

from adapters.samples import sample_edition, sample_names
from adapters.teams.cards import Card, messages
from adapters.teams.kept import pack
from bot.conversation import EXAMPLES, Conversation, help_reply
from bot.heard import Heard, Place, Pressed
from bot.in_memory import InMemorySchools, Kept, NoCourier
from bot.reply import Button, Caution, Choices, Contact, Heading, Part, Quote, Reply, Says, Urgent
from bot.school import EditionKey, Holder, Published, Role, School
from bot.shelf import Shelves
from tests.e2e.pages import DISCLOSURE, QUESTION, UNCOVERED
from tests.e2e.running import HERE, PACKAGES

Look = Callable[[Card], list[str]]
NOW = datetime(2026, 9, 14, 9, 0, tzinfo=UTC)
MESSAGES = (
    *EXAMPLES,
    QUESTION,
    UNCOVERED,
    "Can I give a pupil my mobile number?",
    DISCLOSURE,
    "The head has been messaging a pupil at night",
    "Can I message pupils on WhatsApp, and can I post photos of them?",
    "what about it",
    "phone",
    "show me the policy",
    "who is the safeguarding lead?",
    "help",
    "hello",
    "   ",
)
TAKEN = 28 * 1024  # bytes: Teams refuses a larger message
HOSTILE = (
    "**bold** _it_ ~~no~~ `code` [press](javascript:alert(1)) ![](https://elsewhere.example/x.png) <at>everyone</at> "
    '<b onclick="alert(1)">x</b> &lt;script&gt; <script>alert(1)</script> {{DATE(2026-01-01T00:00:00Z,SHORT)}} ${$root} '
    "# heading\n- item\n1. item\n> quoted | a | b |\n\ttab \\* "
    "\u202eright to left\u202c \u0627\u0644\u0645\u062f\u0631\u0633\u0629 \U0001f600 \x07"
)
LONG = "Staff must not " + "accept, invite or keep any contact of this kind; and they tell the head where it is offered. " * 120


@pytest.fixture(scope="module")
def look(browser: Browser) -> Iterator[Look]:
    """Looks a card over: the troubles found."""
    context = browser.new_context()
    page = context.new_page()
    page.add_script_tag(content=(PACKAGES / "adaptivecards" / "dist" / "adaptivecards.min.js").read_text(encoding="utf-8"))
    look_over = (HERE / "cards.js").read_text(encoding="utf-8")
    look_over = look_over[look_over.index("(card) =>") :]
    yield lambda card: page.evaluate(look_over, card)
    context.close()


@pytest.mark.parametrize("school", sample_names())
def test_every_reply_of_a_sample_school_is_a_card_that_microsofts_parser_takes(look: Look, school: str) -> None:
    conversation = _conversation(school)
    replies = [conversation.hear(Heard(school, text, "teams:t:u", f"teams:t:{at}")) for at, text in enumerate(MESSAGES)]
    replies.append(conversation.hear(Heard(school, DISCLOSURE, "teams:t:u", "teams:t:shared", Place.SHARED)))
    replies += [pressed for reply in replies for pressed in _pressing(conversation, school, reply, depth=3)]
    assert len({reply.standing for reply in replies}) > 3, "too few kinds of reply to tell"
    looked_over(look, replies)


def test_hostile_and_long_words_stay_words(look: Look) -> None:
    looked_over(look, [help_reply(), *(Reply(_parts(words)) for words in (HOSTILE, LONG, HOSTILE * 30, "x" * 30_000))])


def test_a_card_that_is_wrong_is_found_out(look: Look) -> None:
    """The look itself: it must not pass whatever it is given."""
    run = {"type": "TextRun", "text": "words"}
    body = [
        {"type": "RichTextBlock", "inlines": [run], "wrap": True},
        {"type": "TextBlock", "text": "**strong**"},
        {"type": "Table", "columns": []},
        {"type": "TextBlock", "text": " "},
        {"type": "Container", "style": "loud", "items": []},
    ]
    wrong = json.loads(json.dumps({"type": "AdaptiveCard", "version": "1.5", "fallbackText": "", "body": body}))
    troubles = "\n".join(look(wrong))
    for found in ("knows no wrap", "drawn as <b", "Table", "drawn empty", "loud", "version 1.5", "no fallback text"):
        assert found in troubles


def looked_over(look: Look, replies: list[Reply]) -> None:
    """Nothing: each card of each reply is in order, of a size that Teams takes, and the replies are not without cards."""
    for reply in replies:
        shown = messages(reply, lambda parts, at: pack(parts, at, "teams:t:u", b"key"))
        assert shown
        for message in shown:
            card = message["attachments"][0]["content"]
            assert look(card) == [], card["fallbackText"][:200]
            assert len(json.dumps(message)) <= TAKEN


def _conversation(name: str) -> Conversation:
    edition = sample_edition(name)
    holders = tuple(Holder(role, f"Somebody {role.title()}", f"01632 96000{at}") for at, role in enumerate(Role))
    published = Published(EditionKey("social-media", 1, name), edition, NOW)
    ids = (f"{number:032x}" for number in count())
    kept = Kept(School(name, edition.school, "samples", holders), [published])
    return Conversation(InMemorySchools([kept]), Shelves(), NoCourier(), lambda: NOW, lambda: next(ids), "https://signpost.example")


def _pressing(conversation: Conversation, school: str, reply: Reply, depth: int) -> Iterator[Reply]:
    """What comes of each button of a reply, and of the buttons on that."""
    for part in reply.parts if depth else ():
        for button in part.buttons if isinstance(part, Choices) else ():
            pressed = conversation.press(Pressed(school, button.press, "teams:t:u", "teams:t:1", "Priya Shah"))
            yield pressed
            yield from _pressing(conversation, school, pressed, depth - 1)


def _parts(words: str) -> tuple[Part, ...]:
    """One of every kind of part, made of these words."""
    label = words[:75]
    return (
        Urgent((words[:900], "ring 999"), (Contact(label, "01632 960000"), Contact(label))),
        Heading(words[:900], words[:900]),
        Says(words),
        Quote(words, words[:900], words[10:60], label, label, f"https://signpost.example/a?clause={date(2026, 1, 1)}#x"),
        Caution(words),
        Choices(words[:900], tuple(Button(f"{number} {label}", f"{number}.yes") for number in range(5))),
    )
