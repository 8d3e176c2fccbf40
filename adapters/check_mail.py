"""The check of `signpost doctor` whether the relay takes our e-mail."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime

from adapters.checks import Check, State
from adapters.mail.sending import Mail, passing
from adapters.relay import read_relay, read_sender
from adapters.settings import Settings

TO_DO = {
    "tls_failed": "Name the server in SMTP_URL as its certificate does; the certificate must be one that this computer trusts.",
    "no_starttls": "Use a server that speaks TLS: smtps:// with port 465, or smtp:// with STARTTLS.",
    "login_refused": "Correct the user and password in SMTP_URL; some providers want one made for programs alone.",
    "no_login": "The server takes no user and password there: leave them out of SMTP_URL, or use another port.",
}


def check_mail(settings: Settings, patience: float) -> Iterator[Check]:
    """How the relay of these settings takes us: connected to and signed in at; nothing is sent. `patience`: seconds."""
    if not settings.mail:
        yield Check("e-mail", State.OK, "not set up")
        return
    try:
        relay, sender = read_relay(settings.value("SMTP_URL")), read_sender(settings.value("MAIL_FROM"))
    except ValueError:
        return  # said among the settings
    mail = Mail(relay, sender, lambda: datetime.now(UTC), secrets.token_urlsafe, limit=patience)
    why = asyncio.run(mail.reach())
    if not why:
        yield Check("e-mail", State.OK, "the server of SMTP_URL would take it; nothing was sent")
    elif passing(why):
        to_do = "Correct its host and port in SMTP_URL, or let this computer call it; it may also be down for a moment."
        yield Check("e-mail", State.MEND, f"the server of SMTP_URL cannot be reached from here ({why})", to_do)
    else:
        to_do = TO_DO.get(why, "Ask whoever runs that server.")
        yield Check("e-mail", State.MEND, f"the server of SMTP_URL does not take it ({why})", to_do)
