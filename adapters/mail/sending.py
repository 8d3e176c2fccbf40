"""Handing an e-mail to the relay. How it came out is a value: nothing here raises for what a server or the network does."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from logging import DEBUG, INFO, getLogger

import aiosmtplib

from adapters.mail.letter import letter
from adapters.relay import Relay
from adapters.settings import on_this_machine
from bot.ports import NewId, Now, Outcome, Sent

WAY = "mail"
LIMIT = 10.0  # seconds for one e-mail, from connecting to its being taken
LAST_WORD = 1.0  # seconds for saying goodbye: by then the e-mail is taken
AGAIN = timedelta(minutes=1)
# Which step a refusal belongs to; any other is the server's own, on connecting, greeting or STARTTLS.
STEPS: dict[type[aiosmtplib.SMTPResponseException], str] = {
    aiosmtplib.SMTPAuthenticationError: "login",
    aiosmtplib.SMTPSenderRefused: "sender",
    aiosmtplib.SMTPRecipientRefused: "recipient",
    aiosmtplib.SMTPDataError: "message",
}

log = getLogger("signpost.mail")


class _Undone(Exception):
    """Why the relay was not used, by its code."""


def passing(why: str) -> bool:
    """Whether the same e-mail may well be taken later, by the code of why it was not."""
    return why.endswith("_deferred") or why in {"not_reached", "timeout"}


class Mail:
    """E-mail through one relay, from one sender. Certificates are always verified; without TLS it speaks to this machine alone.

    ``why`` of an outcome: the step ("server", "login", "sender", "recipient", "message") with "_refused" for good or "_deferred" for now;
    or "not_reached", "timeout" (both pass), "tls_failed", "no_starttls", "no_login", "bad_address", "bad_message", "error".
    `context`: whose certificates count; given one, TLS is spoken with a relay on this machine too. `limit`: seconds for one e-mail.
    """

    def __init__(
        self, relay: Relay, sender: Address, now: Now, new_id: NewId, context: ssl.SSLContext | None = None, limit: float = LIMIT
    ) -> None:
        self._relay = relay
        self._sender = sender
        self._now = now
        self._new_id = new_id
        self._context = context
        self._limit = limit

    async def send(self, to: str, subject: str, text: str, links: tuple[str, ...] = ()) -> Outcome:
        """How it came out. `to`: one address. `links`: the lines of the text that can be pressed.

        After a timeout it may have been taken all the same: whoever sends it again may send it twice.
        """
        why = await self._sent(to, subject, text, links)
        outcome = Outcome(Sent.FAILED, WAY, why, AGAIN if passing(why) else None) if why else Outcome(Sent.SENT, WAY)
        log.log(INFO if why else DEBUG, "mail.sent state=%s why=%s", outcome.state.value, outcome.why)
        return outcome

    async def reach(self) -> str:
        """Why the relay would not take e-mail from us now, "" where it would: connects, speaks TLS, signs in, and sends nothing."""
        try:
            async with self._relay_open():
                return ""
        except Exception as error:
            return _code(error)

    async def _sent(self, to: str, subject: str, text: str, links: tuple[str, ...]) -> str:
        try:
            recipient = Address(addr_spec=to)
        except (ValueError, IndexError, MessageError):  # whatever email.headerregistry stumbles over
            return "bad_address"
        if recipient.addr_spec != to:  # it reads some that are none in a way of its own
            return "bad_address"
        try:
            made = letter(self._sender, recipient, subject, text, links, self._now(), self._new_id())
        except ValueError:
            return "bad_message"
        return await self._handed_over(made, recipient.addr_spec)

    async def _handed_over(self, made: EmailMessage, to: str) -> str:
        taken = False
        try:
            async with self._relay_open() as client:
                await client.send_message(made, sender=self._sender.addr_spec, recipients=[to])
                taken = True
        except Exception as error:  # its words hold the address
            return "" if taken else _code(error)
        return ""

    @asynccontextmanager
    async def _relay_open(self) -> AsyncIterator[aiosmtplib.SMTP]:
        """The relay, ready to take e-mail, for as long as the limit lasts. Raises _Undone and what aiosmtplib raises."""
        relay = self._relay
        client = aiosmtplib.SMTP(
            hostname=relay.host,
            port=relay.port,
            use_tls=relay.encrypted,
            start_tls=False,  # below, where its being left out can be told from its failing
            tls_context=self._context,
            timeout=self._limit,
            local_hostname=self._sender.domain,  # else this computer's name is looked up and told
        )
        try:
            async with asyncio.timeout(self._limit):
                await client.connect()
                await client.ehlo()
                if not relay.encrypted and (self._context or not on_this_machine(relay.host)):
                    if not client.supports_extension("starttls"):
                        raise _Undone("no_starttls")
                    await client.starttls()
                    await client.ehlo()
                if relay.user:
                    if not client.supports_extension("auth"):
                        raise _Undone("no_login")
                    await client.login(relay.user, relay.password)
                yield client
            with suppress(Exception):
                await client.quit(timeout=LAST_WORD)
        finally:
            client.close()


def _code(error: Exception) -> str:
    """What went wrong, by a short code: no address, no words of the server or of ours."""
    match error:
        case _Undone():
            return str(error)
        case aiosmtplib.SMTPRecipientsRefused():
            return _refused(error.recipients[0])
        case aiosmtplib.SMTPResponseException():
            return _refused(error)
        case aiosmtplib.SMTPNotSupported() | UnicodeError():
            return "bad_address"  # one outside ASCII, which this relay does not take
        case TimeoutError():
            return "timeout"
        case OSError():
            return "tls_failed" if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError) else "not_reached"
    log.error("mail.failed error=%s", type(error).__name__)
    return "error"


def _refused(error: aiosmtplib.SMTPResponseException) -> str:
    return f"{STEPS.get(type(error), 'server')}_{'refused' if error.code >= 500 else 'deferred'}"
