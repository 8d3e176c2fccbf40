"""Reports put together from the settings and the store: keys, cases, the ways to those who look after them, and their papers."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from pathlib import Path

from adapters import demo
from adapters.mail.sending import Mail
from adapters.messenger import DoorsMessenger
from adapters.papers.chronology import chronology_csv, chronology_pdf
from adapters.papers.figures import figures_csv, figures_svg
from adapters.relay import read_relay, read_sender
from adapters.settings import Settings
from adapters.signer import SealedSigner
from adapters.store.cases import StoreCases
from adapters.store.engine import engine_of
from adapters.store.receipt_lock import Argon2Lock
from adapters.store.rotation import check_keys
from adapters.store.sealing import Keys, new_key
from adapters.webhook.sending import Webhook
from bot.concerns.chronology import chronology
from bot.concerns.concern import Concern
from bot.concerns.desk import OpenCase
from bot.concerns.figures import figures
from bot.concerns.reports import Reports, reports_of
from bot.digest import Digests
from bot.ports import NewId, Now, Schools


class DeskPapers:
    """What is written out of the desk as files."""

    def chronology_pdf(self, opened: OpenCase, school: str) -> bytes:
        """A case as PDF. `school`: its name."""
        return chronology_pdf(chronology(opened.case, opened.history), school)

    def chronology_csv(self, opened: OpenCase) -> bytes:
        """A case as CSV."""
        return chronology_csv(chronology(opened.case, opened.history))

    def figures_csv(self, concerns: Sequence[Concern]) -> bytes:
        """Governors' figures as CSV."""
        return figures_csv(figures(concerns))

    def figures_svg(self, concerns: Sequence[Concern]) -> str:
        """Governors' figures as a chart, to stand in a page."""
        return figures_svg(figures(concerns))


def keys_of(settings: Settings, *, showing: bool) -> Keys:
    """The keys that seal reports. In a demonstration one is made and kept beside its database. Raises KeysWrong."""
    return Keys.read(_demo_key() if showing else settings.value("SIGNPOST_KEYS"))


def reports_in(
    settings: Settings, keys: Keys, schools: Schools, messenger: DoorsMessenger, now: Now, new_id: NewId, *, showing: bool
) -> tuple[Reports, Digests]:
    """Reports kept in the database of these settings, a demonstration's in its own, and heads' digests of them.

    Raises KeysWrong, DatabaseUnusable.
    """
    engine = engine_of(demo.DATABASE if showing else settings.value("DATABASE_URL"), durable=True)
    check_keys(engine, keys)
    cases = StoreCases(engine, keys, now)
    digests = Digests(schools, cases, now, messenger.address)
    reports = reports_of(
        cases,
        Argon2Lock(),
        messenger,
        SealedSigner(keys.secrets, now),
        now,
        new_id,
        random=random.random,
        digest=digests.of,
        public_url=messenger.address,
    )
    return reports, digests


def mail_of(settings: Settings, now: Now, new_id: NewId) -> Mail | None:
    """E-mail, where it is set up."""
    if not settings.mail:
        return None
    return Mail(read_relay(settings.value("SMTP_URL")), read_sender(settings.value("MAIL_FROM")), now, new_id)


def webhook_of(settings: Settings, now: Now) -> Webhook | None:
    """The school's webhook, where it is set up."""
    return Webhook(settings.value("WEBHOOK_URL"), settings.value("WEBHOOK_SECRET"), now) if settings.webhook else None


def _demo_key() -> str:
    """The demonstration's key: for trying only, because it lies beside what it locks."""
    kept = Path(demo.KEY)
    if not kept.exists():
        with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"{new_key()}\n")
    return kept.read_text()
