"""Words made safe for Slack, and long words cut into pieces that Slack takes. Nothing here leaves a word out."""

from __future__ import annotations

import html
import re

from knowledge.sentences import sentences

JOINER = "\u2060"  # a mark of no width: the eye sees the same words, Slack no longer sees a mention
MENTION = re.compile(r"<(?=\S)|@(?=(?:here|channel|everyone|group)\b)", re.IGNORECASE)
LINKED = re.compile(r"<(?P<mark>[!@#]?)(?P<target>[^<>|]+)(?:\|(?P<label>[^<>]*))?>")


def defanged(text: str) -> str:
    """The text with every mention in it (<!channel>, @here, <@U1>) and every tag broken, so that quoting it calls nobody."""
    return MENTION.sub(lambda found: found[0] + JOINER, text)


def escaped(text: str) -> str:
    """The text defanged and as Slack's top-level `text` and mrkdwn want it: & < > as entities."""
    return html.escape(defanged(text), quote=False)


def link(url: str, label: str) -> str:
    """A mrkdwn link; just the label where the address is not one of the web."""
    if not url.startswith(("https://", "http://")):
        return escaped(label)
    return f"<{html.escape(url, quote=False).replace('|', '%7C')}|{escaped(label)}>"


def as_typed(text: str, bot_user: str = "") -> str:
    """What a person typed, from the text Slack delivers: links and mentions as words, entities undone, this bot's name left out."""

    def plainly(found: re.Match[str]) -> str:
        if found["mark"] == "@":
            return "" if found["target"] == bot_user else "someone"
        if found["mark"]:
            return found["label"] or ""
        return found["label"] or found["target"].removeprefix("mailto:")

    return " ".join(html.unescape(LINKED.sub(plainly, text)).split())


def pieces(text: str, longest: int) -> list[str]:
    """The text in pieces of at most `longest` characters, cut between sentences, else between words; put together they are the text."""
    found: list[str] = []
    piece = ""
    for run in _runs(text, longest):
        if piece and len(piece) + len(run) > longest:
            found.append(piece)
            piece = ""
        piece += run
    return [*found, piece] if piece else found


def _runs(text: str, longest: int) -> list[str]:
    """The text as runs, none above `longest`, each with the white space that follows it: sentences, or words of too long ones."""
    runs: list[str] = []
    at = 0
    for sentence in sentences(text):
        start = text.index(sentence, at)
        end = start + len(sentence)
        end += len(text[end:]) - len(text[end:].lstrip())
        runs.append(text[at:end])
        at = end
    return [part for run in runs for part in ([run] if len(run) <= longest else _by_words(run, longest))]


def _by_words(run: str, longest: int) -> list[str]:
    words = re.findall(r"\s*\S+\s*", run)
    return [word[at : at + longest] for word in words for at in range(0, len(word), longest)]
