"""Two checks of `signpost doctor`: whether the relay takes our e-mail, and whether those who look after reports can be reached at all."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from adapters.checks import Check, State
from adapters.mail.sending import Mail, passing
from adapters.relay import read_relay, read_sender
from adapters.settings import Settings
from bot.concerns.exclusion import DESK_ROLES
from bot.school import ROLE_NAMES, Holder, School

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


def check_desk(settings: Settings, school: School, workspaces: Sequence[tuple[str, str]]) -> Iterator[Check]:
    """What is amiss with the ways to those who look after a school's reports; nothing where all can be reached. It names no person."""
    doors = {door for door, _ in workspaces}
    slack, teams = settings.slack and "slack" in doors, settings.teams and "teams" in doors

    def reached(holder: Holder) -> bool:
        return bool((slack and holder.slack) or (teams and holder.teams) or (settings.mail and holder.email))

    lost = [holder for holder in school.holding(*DESK_ROLES) if not reached(holder)]
    if lost:
        roles = ", ".join(dict.fromkeys(ROLE_NAMES[holder.role] for holder in lost))
        found = f"{school.id}: neither a message that a report waits nor a sign-in link can reach: {roles}"
        to_do = "Add their email, slack or teams in SCHOOL.toml and apply it; e-mail needs SMTP_URL and MAIL_FROM too."
        yield Check("desk", State.LOOK, found, to_do)
