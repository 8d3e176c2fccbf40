"""What a ping and a sign-in link say, in chat and by e-mail. Nothing of a report can come in: there is no argument for it.

An address stands on a line of its own, where each way makes it something to press.
"""

from __future__ import annotations

import re
from datetime import timedelta

from bot.reply import Button, Choices, Part, Reply, Says

ACKNOWLEDGE = "Acknowledge"
SUBJECT_OF_SIGN_IN = "Your link to the desk"
REFERENCE = re.compile(r"[0-9A-Z]{4,10}")
JUST_NOW = timedelta(minutes=2)


def waiting(wait: timedelta) -> str:
    """How long, in rough words and never longer than it is: "since just now", "for 25 minutes", "for 3 hours", "for 2 days"."""
    if wait < JUST_NOW:
        return "since just now"
    if wait < timedelta(hours=1):
        return f"for {_counted(wait // timedelta(minutes=1), 'minute')}"
    if wait < timedelta(days=1):
        return f"for {_counted(wait // timedelta(hours=1), 'hour')}"
    return f"for {_counted(wait // timedelta(days=1), 'day')}"


def subject_of_ping(reference: str) -> str:
    """The subject of a ping by e-mail. With the reference in it, two reports are not folded into one conversation by the mail program."""
    return f"A report needs you ({reference})" if REFERENCE.fullmatch(reference) else "A report needs you"


def ping_text(reference: str, wait: timedelta, desk: str) -> str:
    """A ping as plain text. `desk`: the address of the case there, "" where this installation has no address."""
    return "\n\n".join([_needed(reference, wait), *_opened(desk)])


def ping_reply(reference: str, wait: timedelta, desk: str, acknowledge: str) -> Reply:
    """A ping in chat. `acknowledge`: what comes back when that button is pressed."""
    said: list[Part] = [Says(text) for text in (_needed(reference, wait), *_opened(desk))]
    return Reply((*said, Choices("", (Button(ACKNOWLEDGE, acknowledge),))))


def sign_in_text(school_name: str, link: str) -> str:
    """A sign-in link for the one person it is made for, as plain text."""
    return (
        f"Your link to the desk of {' '.join(school_name.split())}:\n{link}\n"
        "It works once, for ten minutes. If you did not ask for it, ignore it; nobody is signed in by it alone."
    )


def sign_in_reply(school_name: str, link: str) -> Reply:
    """The same in chat."""
    return Reply((Says(sign_in_text(school_name, link)),))


def _needed(reference: str, wait: timedelta) -> str:
    # What is no reference is left out rather than said: it could only be something that must not be.
    known = f" Reference {reference}." if REFERENCE.fullmatch(reference) else ""
    return f"A report needs you.{known} It has been waiting {waiting(wait)}."


def _opened(desk: str) -> list[str]:
    return [f"Open at the desk:\n{desk}"] if desk else []


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
