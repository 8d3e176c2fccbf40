"""The report form as a Slack window, and what stands in it when it is sent. Pure: no client, no network."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    InputBlock,
    Option,
    PlainTextInputElement,
    RadioButtonsElement,
    StaticSelectElement,
)

from adapters.slack import report_ids as ids
from adapters.slack.views import modal, plain_words, shown, within
from bot.asking import EMERGENCY_LINE
from bot.concerns import form
from bot.concerns.concern import About, Evidence, Kind, Police, Route, Wish
from bot.concerns.filing import Draft
from bot.reply import Caution, Contact, Says, Urgent
from bot.school import School

TITLE = "Report privately"
LONGEST_BOX = 3000  # characters, by Slack's rule
LONGEST_OPTION = 75
LONGEST_LINK = 1000
BOXES = {"story": ids.STORY, "filing": ids.STORY, "about": ids.ABOUT, "name": ids.NAME}  # where a fault of a draft is shown

WAITING = "One moment. If nothing more comes, close this window and open it again."
TYPED = (
    "What you typed after /concern stands in the form already, so that nothing is lost. Slack has seen it. Nobody gets it from Signpost "
    "unless you press Send."
)
TYPED_TOO_MUCH = "This part of it does not fit into the form. Copy it: with your code you can add it to the report afterwards.\n\n"
LINK_NOT_HERE = (
    "No link to that message can go with your report, and nothing of it is taken over. Say in your own words what it says, when and where."
)
LINK_HINT = (
    "Only the link, not the message: whoever reads the report needs to be in that conversation to open it. In a small private channel "
    "the link may tell who you are."
)
LINKED = "Link to the message: {link}"
WHOSE = "With your name or without?"
NAME_ONLY_WITH = "Only if you report with your name; else it is not kept."
MORE_ASKED = "More of what happened, if you need more room"
LINK_ASKED = "The message you came from"
LINK_OPTION = "Attach a link to that message"
URGENT_LABEL = "How soon?"

Chosen = TypeVar("Chosen", bound=StrEnum)


def waiting() -> dict[str, Any]:
    """The window until the form is there."""
    return modal(ids.SHOWN, shown(Urgent((EMERGENCY_LINE,)), Says(WAITING)), title=TITLE)


def refused(text: str, contacts: tuple[Contact, ...] = ()) -> dict[str, Any]:
    """The window where no report can be made: why, and whom to ring."""
    return modal(ids.SHOWN, shown(Urgent((EMERGENCY_LINE,), contacts), Says(text)), title=TITLE)


def report_form(
    school: School, filing: str, *, address: str = "", typed: str = "", link: str = "", from_message: bool = False
) -> dict[str, Any]:
    """The form. `filing`: the id this report is known by however often it is sent. `address`: of the web form, "" where there is none.

    `typed`: what stood after the command. `link`: to the message the reporter came from, sent only if they tick it.
    """
    web = form.ANONYMOUS_PAGE.format(address=address) if address else ""
    first, more, rest = typed[:LONGEST_BOX], typed[LONGEST_BOX : 2 * LONGEST_BOX], typed[2 * LONGEST_BOX :]
    blocks = [
        *shown(Urgent((EMERGENCY_LINE,), form.to_ring(school))),
        *shown(Says(form.CONFIDENTIAL.format(platform="Slack", web=web)), Says(form.GIVES_WAY), Says(form.IMAGES)),
        *(shown(Caution(TYPED)) if typed else []),
        *(shown(Says(TYPED_TOO_MUCH + rest)) if rest else []),
        _route(),
        box(ids.NAME, form.NAME_ASKED, hint=NAME_ONLY_WITH, optional=True, multiline=False, longest=200),
        box(ids.STORY, form.STORY_ASKED, value=first),
        box(ids.MORE, MORE_ASKED, value=more, optional=True),
        *(_link(link) if from_message else []),
        *_about(school),
        select(ids.KIND, form.KIND_ASKED, form.KINDS, optional=True),
        select(ids.WISH, form.WISH_ASKED, form.WISHES, chosen=Wish.ACTION),
        _ticks(ids.URGENT, URGENT_LABEL, {"urgent": form.URGENT_ASKED}),
        select(ids.EVIDENCE, form.EVIDENCE_ASKED, form.EVIDENCES, hint=form.EVIDENCE_ADVICE, optional=True),
        select(ids.POLICE, form.POLICE_ASKED, form.POLICES, hint=form.POLICE_ADVICE, optional=True),
    ]
    kept = {"filing": filing, **({"link": link} if link else {})}
    return modal(ids.FORM, blocks, "Send", title=TITLE, close="Cancel", metadata=json.dumps(kept))


def draft_of(view: dict[str, Any]) -> Draft:
    """What a sent form holds. A name is left out unless the reporter chose to give it."""
    kept = metadata_of(view)
    story = "\n\n".join(words for words in (typed_in(view, ids.STORY), typed_in(view, ids.MORE)) if words.strip())
    if story and kept.get("link") and chosen_in(view, ids.LINK):
        story += "\n\n" + LINKED.format(link=kept["link"])
    route = Route.NAMED if chosen_in(view, ids.ROUTE) == [Route.NAMED.value] else Route.CONFIDENTIAL
    return Draft(
        filing=kept.get("filing", ""),
        story=story,
        about=frozenset(About(value) for value in chosen_in(view, ids.ABOUT) if value in set(About)),
        route=route,
        kind=_one(view, ids.KIND, Kind.OTHER),
        wish=_one(view, ids.WISH, Wish.ACTION),
        urgent=bool(chosen_in(view, ids.URGENT)),
        police=_one(view, ids.POLICE, Police.NOT_ASKED),
        evidence=_one(view, ids.EVIDENCE, Evidence.NOT_ASKED),
        name=typed_in(view, ids.NAME) if route is Route.NAMED else "",
    )


def metadata_of(view: dict[str, Any]) -> dict[str, str]:
    """What a window carried unseen; empty where it carried nothing of ours."""
    try:
        found = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        return {}
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}


def typed_in(view: dict[str, Any], action_id: str) -> str:
    """What was typed in a box, "" for nothing."""
    return str(_state(view, action_id).get("value") or "")


def chosen_in(view: dict[str, Any], action_id: str) -> list[str]:
    """What was ticked or chosen in a box."""
    state = _state(view, action_id)
    options = state.get("selected_options") or [state.get("selected_option")]
    return [str(option.get("value")) for option in options if option]


def block_of(view: dict[str, Any], *action_ids: str) -> str:
    """The block_id of the first of these boxes that a window has, "" where it has none: errors are shown by block."""
    found = {(block.get("element") or {}).get("action_id"): str(block.get("block_id") or "") for block in view.get("blocks") or []}
    return next((found[action] for action in action_ids if action in found), "")


def box(
    action_id: str,
    label: str,
    *,
    block_id: str = "",
    value: str = "",
    hint: str = "",
    optional: bool = False,
    multiline: bool = True,
    longest: int = LONGEST_BOX,
) -> InputBlock:
    """A box to type in."""
    element = PlainTextInputElement(action_id=action_id, multiline=multiline, max_length=longest, initial_value=value or None)
    return _input(block_id or action_id, label, element, hint=hint, optional=optional)


def select(
    action_id: str, label: str, words: Mapping[Chosen, str], *, chosen: Chosen | None = None, hint: str = "", optional: bool = False
) -> InputBlock:
    """A list to choose one of."""
    options = {one: _option(one, text) for one, text in words.items()}
    element = StaticSelectElement(action_id=action_id, options=list(options.values()), initial_option=options[chosen] if chosen else None)
    return _input(action_id, label, element, hint=hint, optional=optional)


def _route() -> InputBlock:
    options = {route: _option(route, form.ROUTES[route]) for route in (Route.CONFIDENTIAL, Route.NAMED)}
    element = RadioButtonsElement(action_id=ids.ROUTE, options=list(options.values()), initial_option=options[Route.CONFIDENTIAL])
    return _input(ids.ROUTE, WHOSE, element)


def _about(school: School) -> list[Block]:
    """Whom it is about. Names that a tick box has no room for stand whole above it: nobody must be ticked past."""
    words = form.abouts(school)
    long = [text for text in words.values() if len(within(text, LONGEST_BOX)) > LONGEST_OPTION]
    ticks = _ticks(ids.ABOUT, form.ABOUT_ASKED, words, hint=form.ABOUT_HINT, optional=False)
    return [*(shown(Says("\n".join(long))) if long else []), ticks]


def _link(link: str) -> list[Block]:
    if not link:
        return shown(Says(LINK_NOT_HERE))
    return [_ticks(ids.LINK, LINK_ASKED, {"link": LINK_OPTION}, hint=LINK_HINT)]


def _ticks(action_id: str, label: str, words: Mapping[Any, str], *, hint: str = "", optional: bool = True) -> InputBlock:
    element = CheckboxesElement(action_id=action_id, options=[_option(value, text) for value, text in words.items()])
    return _input(action_id, label, element, hint=hint, optional=optional)


def _input(block_id: str, label: str, element: Any, *, hint: str = "", optional: bool = False) -> InputBlock:
    return InputBlock(
        block_id=block_id,
        label=plain_words(label),
        element=element,
        hint=plain_words(hint) if hint else None,
        optional=optional or None,
    )


def _option(value: str, text: str) -> Option:
    return Option(value=str(value), text=plain_words(within(text, LONGEST_OPTION)))


def _one(view: dict[str, Any], action_id: str, default: Chosen) -> Chosen:
    chosen = chosen_in(view, action_id)
    return type(default)(chosen[0]) if chosen and chosen[0] in set(type(default)) else default


def _state(view: dict[str, Any], action_id: str) -> dict[str, Any]:
    values = (view.get("state") or {}).get("values") or {}
    return next((found[action_id] for found in values.values() if action_id in found), {})
