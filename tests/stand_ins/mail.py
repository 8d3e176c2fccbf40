"""A local mail server: a real one that speaks SMTP, keeps the bytes it takes, and refuses, dawdles or hangs up when told to."""

from __future__ import annotations

import asyncio
import ssl
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

HOST = "127.0.0.1"
USER, PASSWORD = "signpost", "a-password-of-the-stand-in"


@dataclass
class MailStandIn:
    """What was taken, and what goes wrong. ``answers``: what a step ("MAIL", "RCPT", "DATA", "QUIT") is answered with; None hangs up.

    ``dawdles``: the step at which nothing comes back any more. ``certificate``: of whoever is to trust this server, as PEM.
    """

    port: int = 0
    certificate: str = ""
    answers: dict[str, str | None] = field(default_factory=dict)
    dawdles: str = ""
    taken: list[bytes] = field(default_factory=list)
    envelopes: list[tuple[str | None, list[str]]] = field(default_factory=list)
    greeted_by: list[str | None] = field(default_factory=list)
    passwords: list[bytes] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)

    def trusting(self) -> ssl.SSLContext:
        """A context that trusts this server's certificate and checks its name."""
        return ssl.create_default_context(cadata=self.certificate)

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802
        """What MAIL FROM is answered."""
        envelope.mail_from = address
        return await self._answer("MAIL", server, "250 OK")

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802
        """What RCPT TO is answered."""
        envelope.rcpt_tos.append(address)
        return await self._answer("RCPT", server, "250 OK")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """What the message is answered, once it is there."""
        answer = await self._answer("DATA", server, "250 taken")
        if answer.startswith("250"):
            self.taken.append(envelope.original_content or b"")
            self.envelopes.append((envelope.mail_from, list(envelope.rcpt_tos)))
            self.greeted_by.append(session.host_name)
            self.encrypted.append(session.ssl is not None or server.transport.get_extra_info("sslcontext") is not None)
        return answer

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """What QUIT is answered."""
        return await self._answer("QUIT", server, "221 Bye")

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, told: Any) -> AuthResult:
        """Whether the user and password are right."""
        self.passwords.append(told.password)
        return AuthResult(success=(told.login, told.password) == (USER.encode(), PASSWORD.encode()), handled=False)

    async def _answer(self, step: str, server: SMTP, otherwise: str) -> str:
        if self.dawdles == step:
            await asyncio.sleep(60)
        answer = self.answers.get(step, otherwise)
        if answer is None:
            server.transport.abort()
        return answer or "421 gone"


@contextmanager
def mail_server(*, from_the_start: bool = False, starttls: bool = True, sign_in: bool = False, name: str = HOST) -> Iterator[MailStandIn]:
    """A server at a free port of this machine. `name`: what its certificate is made out to."""
    certificate, key = _certificate(name)
    made = MailStandIn(certificate=certificate)
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
        file.write(certificate + key)
        file.flush()
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(Path(file.name))

    loop = asyncio.new_event_loop()

    def spoken() -> SMTP:
        return SMTP(
            made,
            hostname="stand-in.example",
            ident="stand-in",
            loop=loop,
            tls_context=context if starttls and not from_the_start else None,
            authenticator=made.authenticate if sign_in else None,
            auth_required=sign_in,
            auth_require_tls=starttls and not from_the_start,  # it does not see TLS that was there before it
        )

    async def open_up() -> asyncio.Server:
        return await loop.create_server(spoken, HOST, 0, ssl=context if from_the_start else None)

    async def close_down() -> None:
        server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    server = loop.run_until_complete(open_up())
    made.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        asyncio.run_coroutine_threadsafe(close_down(), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


@cache
def _certificate(name: str) -> tuple[str, str]:
    """A self-made certificate and its key, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "stand-in")])
    try:
        known: x509.GeneralName = x509.IPAddress(ip_address(name))
    except ValueError:
        known = x509.DNSName(name)
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([known]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return made.public_bytes(serialization.Encoding.PEM).decode(), private.decode()
