"""Reports in Teams: every card of the dialogs, drawn by Microsoft's parser and filled in through it; and the demo's answers to dialogs.

Microsoft's Agents Playground opens no dialog from a card, so what Teams would send is sent to the demo here, and its cards drawn.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, Page

from adapters.teams import wording
from adapters.teams.elements import Card
from adapters.teams.report_form import Trouble, form_card
from adapters.teams.report_visit import adding_card, code_card, receipt_card, visit_card, withdraw_card
from bot.concerns.concern import Attachment, Entry, EntryKind, Police, State
from bot.concerns.returning import Visit
from bot.reply import OPEN_REPORT, Contact
from bot.school import Holder, Role, School
from tests.e2e.running import HERE, PACKAGES, Running
from tests.e2e.teams_client import PERSONAL, teams
from tests.e2e.test_cards import HOSTILE, LONG

NOW = datetime(2026, 9, 14, 9, 0, tzinfo=UTC)
CODE = "4F2K-9QXT-0ABC-DEFG-HJKM"
HOLDERS = (Holder(Role.LEAD, "Ann *Lee* _QTS_", "01632 960001"), Holder(Role.CHAIR, "[Sam](https://bad.example)", "01632 960002"))
SCHOOL = School("alder", "Alder School", holders=HOLDERS, lado="Kim Park, 01632 960009")
FILLED = {"story": HOSTILE, "about": "lead,pupil", "route": "named", "name": HOSTILE[:200], "kind": "child", "urgent": "true"}

# What stands beside a tick box may be read as Markdown: that it then means nothing is checked below, by its letters.
PLAIN_BOXES = "AdaptiveCards.GlobalSettings.useMarkdownInRadioButtonAndCheckbox = false"
FILL = """([card, filled, label]) => {
  const { AdaptiveCard, SerializationContext, Versions } = AdaptiveCards;
  const parsed = new AdaptiveCard();
  parsed.parse(card, new SerializationContext(Versions.v1_4));
  let sent = null;
  parsed.onExecuteAction = (action) => { sent = action.data; };
  document.body.replaceChildren(parsed.render());
  for (const input of parsed.getAllInputs()) {
    if (!(input.id in filled)) continue;
    const value = filled[input.id];
    const drawn = input.renderedInputControlElement;
    const boxes = [...drawn.querySelectorAll("input")];
    if (drawn.matches("input, textarea, select")) {
      drawn.value = value;
      for (const told of ["input", "change"]) drawn.dispatchEvent(new Event(told));
    } else if (input.getJsonTypeName() === "Input.Toggle") {
      if (boxes[0].checked !== (value === "true")) boxes[0].click();
    } else for (const box of boxes) if (value.split(",").includes(box.value) !== box.checked) box.click();
  }
  [...document.body.querySelectorAll("button")].find((one) => one.innerText.trim() === label).click();
  return [sent, document.body.innerText];
}"""


@dataclass
class Parser:
    """Microsoft's parser in a page."""

    page: Page
    look_over: str

    def look(self, card: Card) -> list[str]:
        """The troubles found with a card."""
        found: list[str] = self.page.evaluate(self.look_over, card)
        return found

    def send(self, card: Any, label: str, **filled: str) -> tuple[dict[str, Any] | None, str]:
        """What a button sends once the inputs are filled in, None where the client keeps it back; and what stands on the screen."""
        sent, shown = self.page.evaluate(FILL, [card, filled, label])
        return sent, shown


@pytest.fixture(scope="module")
def parser(browser: Browser) -> Iterator[Parser]:
    """The parser."""
    context = browser.new_context()
    page = context.new_page()
    page.add_script_tag(content=(PACKAGES / "adaptivecards" / "dist" / "adaptivecards.min.js").read_text(encoding="utf-8"))
    page.evaluate(PLAIN_BOXES)
    look_over = (HERE / "cards.js").read_text(encoding="utf-8")
    yield Parser(page, look_over[look_over.index("(card) =>") :])
    context.close()


def visit(*texts: str, state: State = State.IN_ACTION) -> Visit:
    """A report come back to, with these words in it."""
    kinds = (EntryKind.STORY, EntryKind.ADDED, EntryKind.REPLY)
    entries = tuple(Entry(str(at), NOW, kinds[at % 3], text, Role.LEAD if at % 3 == 2 else None) for at, text in enumerate(texts))
    files = (Attachment("1", NOW, HOSTILE[:80], "image/png", 1),)
    return Visit("K7M4Q2", state, "It is being acted on.", NOW, entries, files, Police.UNDECIDED, can_withdraw=state is State.IN_ACTION)


TROUBLE = Trouble((wording.NOT_KEPT, wording.NOT_KEPT_NEXT), (Contact("Head: Jo Hall", "01632 960003"), Contact(HOSTILE[:60])))
CARDS: dict[str, Callable[[], Card]] = {
    "the form": lambda: form_card(SCHOOL, "f" * 22, "https://signpost.example/alder/report"),
    "the form given back": lambda: form_card(SCHOOL, "f" * 22, "", FILLED, TROUBLE),
    "the form given back with a long story": lambda: form_card(SCHOOL, "f" * 22, "", {**FILLED, "story": LONG}, TROUBLE),
    "the form of no school": lambda: form_card(School("", ""), "f" * 22, "", FILLED, TROUBLE),
    "the code": lambda: receipt_card(CODE, [wording.RECEIVED, HOSTILE]),
    "the code typed wrong": lambda: receipt_card(CODE, [wording.RECEIVED], Trouble((wording.TYPED_WRONG,))),
    "the code asked for": code_card,
    "a wrong code": lambda: code_card("x", TROUBLE),
    "what was not added": lambda: adding_card(CODE, "s" * 22, HOSTILE, TROUBLE),
    "withdrawing": lambda: withdraw_card(CODE, "s" * 22, "unsent"),
    "a report": lambda: visit_card(visit(HOSTILE, "more", HOSTILE), CODE, "s" * 22, note=wording.ADDED),
    "a report withdrawn": lambda: visit_card(visit("one", state=State.WITHDRAWN), CODE, "s" * 22),
    "a long report": lambda: visit_card(visit(LONG, LONG, LONG), CODE, "s" * 22, text="unsent", until=6),
}


@pytest.mark.parametrize("name", CARDS)
def test_every_card_of_the_dialogs_is_taken_by_microsofts_parser(parser: Parser, name: str) -> None:
    assert parser.look(CARDS[name]()) == []


def test_what_stands_beside_a_tick_box_means_nothing_in_markdown() -> None:
    titles = [choice["title"] for element in CARDS["the form"]()["body"] for choice in element.get("choices", ())]  # type: ignore[attr-defined]
    assert "Designated safeguarding lead: Ann ∗Lee∗ ＿QTS＿" in titles
    assert not [title for title in titles if set(title) & set("*_[]`<>~#\\")]


def test_a_client_sends_what_is_filled_in_and_keeps_back_what_is_not_finished(parser: Parser) -> None:
    card = CARDS["the form"]()
    sent, shown = parser.send(card, wording.SEND_REPORT, story="words")
    assert sent is None
    assert wording.ABOUT_MISSING in shown
    sent, _ = parser.send(card, wording.SEND_REPORT, story="words", about="lead,pupil", police="yes", urgent="true")
    assert sent == {
        "report": "file",
        "filing": "f" * 22,
        "route": "confidential",
        "story": "words",
        "about": "pupil,lead",
        "wish": "action",
        "urgent": "true",
        "evidence": "not_asked",
        "police": "yes",
        **{name: sent.get(name) for name in ("kind", "name") if sent and name in sent},
    }
    given_back, _ = parser.send(CARDS["the form given back"](), wording.SEND_REPORT)
    assert given_back is not None
    assert {name: given_back[name] for name in ("about", "route", "kind", "urgent")} == {
        "about": "pupil,lead",
        "route": "named",
        "kind": "child",
        "urgent": "true",
    }


def test_the_demo_takes_a_report_in_a_dialog_and_shows_it_again_for_its_code(demo: Running, parser: Parser) -> None:
    teams = Sending(demo)
    form = teams.task("task/fetch", {"msteams": {"type": "task/fetch"}, "report": "open"})
    assert parser.look(card_of(form)) == []
    sent, _ = parser.send(card_of(form), wording.SEND_REPORT, story="They post about me.", about="pupil", kind="cyberbullying")
    receipt = card_of(teams.task("task/submit", sent))
    assert parser.look(receipt) == []
    code = str(button(receipt, wording.TYPED)["code"])
    wrong, _ = parser.send(receipt, wording.TYPED, typed="no")
    assert wording.TYPED_WRONG in str(teams.task("task/submit", wrong))
    right, _ = parser.send(receipt, wording.TYPED, typed=code.lower())
    assert teams.task("task/submit", right) == {"type": "message", "value": wording.DONE}
    asked = card_of(teams.task("task/fetch", {"msteams": {"type": "task/fetch"}, "report": "check"}))
    opened, _ = parser.send(asked, wording.OPEN_MINE, code=code)
    report = card_of(teams.task("task/submit", opened))
    assert parser.look(report) == []
    assert "They post about me." in str(report)
    added, _ = parser.send(report, wording.SEND_ADDED, text="And again.")
    report = card_of(teams.task("task/submit", added))
    assert "And again." in str(report)
    first, _ = parser.send(report, wording.WITHDRAW_FIRST)
    second, _ = parser.send(card_of(teams.task("task/submit", first)), wording.WITHDRAW_NOW)
    assert wording.WITHDRAWN in str(teams.task("task/submit", second))


def test_the_offer_is_shown_under_a_worry_in_microsofts_client(browser: Browser, playground: Running) -> None:
    with teams(browser, playground) as client:
        client.open(PERSONAL)
        client.say("report")
        client.card(OPEN_REPORT)


class Sending:
    """Teams, as far as dialogs go: what it sends to the demo."""

    def __init__(self, demo: Running) -> None:
        self._url = f"{demo.url}/api/messages"
        self._count = count()

    def task(self, name: str, data: Any) -> dict[str, Any]:
        """What the dialog shows next."""
        activity = {
            "type": "invoke",
            "name": name,
            "id": f"dialog-{next(self._count)}",
            "channelId": "msteams",
            "serviceUrl": "http://127.0.0.1:9/",
            "from": {"id": "29:u", "name": "Sam Reed", "aadObjectId": "u"},
            "recipient": {"id": "28:bot", "name": "Signpost"},
            "conversation": {"id": "a:u", "conversationType": "personal", "tenantId": "t"},
            "channelData": {"tenant": {"id": "t"}},
            "value": {"data": data, "context": {"theme": "default"}},
        }
        asked = Request(self._url, json.dumps(activity).encode(), {"Content-Type": "application/json"})  # noqa: S310 - the demo's own
        with urlopen(asked, timeout=30) as answer:  # noqa: S310
            found: dict[str, Any] = json.loads(answer.read())["task"]
            return found


def card_of(task: dict[str, Any]) -> Any:
    """The card in a dialog."""
    return task["value"]["card"]["content"]


def button(card: Any, label: str) -> dict[str, Any]:
    """What a button of a card carries."""
    (found,) = (one for element in card["body"] for one in element.get("actions", ()) if one["title"] == label)
    return dict(found["data"])
