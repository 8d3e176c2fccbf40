"""Where e-mail goes out and whom it is from: SMTP_URL and MAIL_FROM, read. Settings are checked by this, and the mail is sent by it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.utils import getaddresses
from urllib.parse import unquote, urlsplit

PORTS = {"smtps": 465, "smtp": 587}
SHAPE = 'must be like smtp://user:password@host:587; write "@", ":", "/", "?", "#" and "%" of a password as %40 and so on'
DOMAIN = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Relay:
    """The server that takes our mail. ``encrypted``: whether it speaks TLS from the first byte on. ``user``: "" where it asks for none."""

    host: str
    port: int
    encrypted: bool
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        """Without the password."""
        return f"Relay(port={self.port}, encrypted={self.encrypted})"


def read_relay(url: str) -> Relay:
    """The relay of "smtp://user:password@host:587" or "smtps://…:465". Raises ValueError: how it must be, without what was read."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError(SHAPE) from None
    if parts.scheme not in PORTS:
        raise ValueError("must begin with smtp:// (port 587, STARTTLS) or smtps:// (port 465)")
    extra = parts.path.rstrip("/") or parts.query or parts.fragment or parts.netloc.count("@") > 1 or port == 0
    if extra or not parts.hostname or re.search(r"\s", url) or not parts.hostname.isascii():
        raise ValueError(SHAPE)
    if bool(parts.username) is not bool(parts.password):
        raise ValueError("must have both a user and a password before the host, or neither")
    if (parts.scheme, port) == ("smtp", PORTS["smtps"]):
        raise ValueError("has port 465, where TLS is spoken from the start: begin it with smtps://")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if CONTROL.search(user + password):
        raise ValueError("has a line break or another control character in its user or password")
    return Relay(parts.hostname, PORTS[parts.scheme] if port is None else port, parts.scheme == "smtps", user, password)


def read_sender(text: str) -> Address:
    """The sender of "Signpost <signpost@school.example>" or of a bare address. Raises ValueError: how it must be."""
    wrong = ValueError("must be one e-mail address, with a name before it if you like: Signpost <signpost@school.example>")
    found = [] if CONTROL.search(text) else getaddresses([text])
    if len(found) != 1:
        raise wrong
    name, address = found[0]
    try:
        sender = Address(display_name=name, addr_spec=address)
    except (ValueError, IndexError, MessageError):
        raise wrong from None
    if not (sender.username and sender.username.isascii() and " " not in sender.username and DOMAIN.fullmatch(sender.domain)):
        raise wrong
    return sender
