"""What letters and sign-in links say, in chat and by e-mail. Nothing of a report can come in: there is no argument for it.

An address stands on a line of its own, where each way makes it something to press.
"""

from __future__ import annotations

import re
from datetime import timedelta

from bot.concerns.letters import ToSay
from bot.reply import Button, Choices, Part, Reply, Says

ACKNOWLEDGE = "Acknowledge"
OPEN, TAKE_IT = "Open at the desk:", "Acknowledge (you then look after it):"
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


def ping(reference: str, wait: timedelta, desk: str) -> ToSay:
    """That a report needs somebody. With the reference in the subject, two reports are not folded into one by a mail program."""
    # What is no reference is left out rather than said: it could only be something that must not be.
    known = f" Reference {reference}." if REFERENCE.fullmatch(reference) else ""
    text = f"A report needs you.{known} It has been waiting {waiting(wait)}."
    return ToSay(_subject("A report needs you", reference), text, desk, last_resort=True)


def news(reference: str, desk: str) -> ToSay:
    """That there is something new in a report that somebody looks after."""
    text = f"There is something new in a report you look after{_named(reference)}."
    return ToSay(_subject("A report has news", reference), text, desk, last_resort=True)


def taken(reference: str, role: str) -> ToSay:
    """That somebody else has taken a report. `role`: theirs, in words."""
    return ToSay(
        _subject("A report has been taken", reference),
        f"The report you were told of{_named(reference)} has been taken by the {role}. You need do nothing unless they ask.",
        last_resort=True,
    )


def unheard(school_name: str, wait: timedelta) -> ToSay:
    """To whoever runs Signpost for a school: that messages are not answered. Whom to nudge is not said: it would tell whom it is about."""
    return ToSay(
        "Signpost: messages are not being acknowledged",
        f"Signpost has been sending messages at {_line(school_name)} {waiting(wait)}, and nobody has acknowledged them. Please check with "
        "`signpost doctor` that messages go out and arrive. Speak of this to nobody whom it does not name: it may be about them.",
    )


def drill(school_name: str) -> ToSay:
    """To whoever runs Signpost for a school: the daily proof that messages arrive."""
    return ToSay(
        "Signpost drill: all is well",
        f"This is a drill. Messages about reports at {_line(school_name)} go the way this one came. There is nothing to do; "
        "if one day it does not come, run `signpost doctor`.",
    )


def chat(said: ToSay) -> Reply:
    """A letter in chat."""
    parts: list[Part] = [Says(said.text)]
    if said.desk:
        parts.append(Says(f"{OPEN}\n{said.desk}"))
    if said.press:
        parts.append(Choices("", (Button(ACKNOWLEDGE, said.press),)))
    return Reply(tuple(parts))


def mail(said: ToSay) -> str:
    """The same as the plain text of an e-mail."""
    taken = [f"{TAKE_IT}\n{said.acknowledge}"] if said.acknowledge else []
    opened = [f"{OPEN}\n{said.desk}"] if said.desk else []
    return "\n\n".join([said.text, *taken, *opened])


def sign_in_text(school_name: str, link: str) -> str:
    """A sign-in link for the one person it is made for, as plain text."""
    return (
        f"Your link to the desk of {_line(school_name)}:\n{link}\n"
        "It works once, for ten minutes. If you did not ask for it, ignore it; nobody is signed in by it alone."
    )


def sign_in_reply(school_name: str, link: str) -> Reply:
    """The same in chat."""
    return Reply((Says(sign_in_text(school_name, link)),))


def _subject(words: str, reference: str) -> str:
    return f"{words} ({reference})" if REFERENCE.fullmatch(reference) else words


def _named(reference: str) -> str:
    return f" ({reference})" if REFERENCE.fullmatch(reference) else ""


def _line(name: str) -> str:
    return " ".join(name.split())


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
