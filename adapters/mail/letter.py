"""One e-mail: the same words as plain text and as HTML, with nothing in it that calls anywhere or tells where it was made."""

from __future__ import annotations

import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from html import escape

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
PAGE = '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{title}</title></head>\n<body>\n{body}\n</body>\n</html>\n'


def letter(sender: Address, to: Address, subject: str, text: str, links: tuple[str, ...], at: datetime, message_id: str) -> EmailMessage:
    """The e-mail. `links`: the lines of the text that can be pressed. `at`: aware. `message_id`: a word, made an id of the sender's domain.

    Raises ValueError for words that no e-mail can hold.
    """
    made = EmailMessage(SMTP)
    title = CONTROL.sub(" ", subject).strip()
    made["From"] = sender
    made["To"] = to
    made["Subject"] = title
    made["Date"] = at
    made["Message-ID"] = f"<{message_id}@{sender.domain}>"
    made["Auto-Submitted"] = "auto-generated"  # so that no out-of-office answer comes back
    # Quoted-printable is ASCII: it arrives whole through any server.
    made.set_content(text + "\n", cte="quoted-printable")
    made.add_alternative(_page(title, text, links), subtype="html", cte="quoted-printable")
    return made


def _page(title: str, text: str, links: tuple[str, ...]) -> str:
    paragraphs = ["<br>\n".join(_line(line, links) for line in block.splitlines()) for block in text.split("\n\n")]
    return PAGE.format(title=escape(title), body="\n".join(f"<p>{one}</p>" for one in paragraphs if one))


def _line(line: str, links: tuple[str, ...]) -> str:
    """A line; a link is shown as the address it leads to, which is what people are told to look at before they press."""
    link = line.strip()
    if link in links and link.startswith(("https://", "http://")):
        return f'<a href="{escape(link)}">{escape(link)}</a>'
    return escape(line)
