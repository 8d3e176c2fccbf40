"""The thousand schools that are asked, in a real SQLite file as the product keeps it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from slack_sdk.oauth.installation_store import Bot
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from sqlalchemy import Engine, event

from adapters.samples import sample_edition, sample_names
from adapters.store.engine import engine_of
from adapters.store.migrations import migrate
from adapters.store.schools import StoreSchools
from bot.school import Holder, Role, School
from knowledge.policy import Edition

POLICY = "social-media"
CLIENT_ID = "bench-client"


def school_id(number: int) -> str:
    """The short name of a school."""
    return f"school-{number:04d}"


def workspace(number: int) -> str:
    """A school's Slack workspace."""
    return f"T{number:04d}"


def tenant(number: int) -> str:
    """A school's Teams tenant."""
    return f"tenant-{number:04d}"


def bot_token(team: str) -> str:
    """The token the app was given in a workspace."""
    return f"xoxb-{team}"


def keep_schools(file: Path, count: int, *, different: bool) -> str:
    """The DATABASE_URL of a new database with so many schools: on the bundled samples in turn, or each on a text of its own."""
    url = f"sqlite:///{file}"
    engine = engine_of(url)
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = OFF"))  # only while it is filled
    migrate(engine)
    samples = [sample_edition(name) for name in sample_names()]
    now = datetime.now(UTC)
    with engine.begin() as connection:
        schools = StoreSchools(cast(Engine, connection), lambda: now)
        for number in range(count):
            edition = samples[number % len(samples)]
            school = School(school_id(number), f"School {number}", holders=(Holder(Role.LEAD, "Alex Morgan (example)", "01632 960001"),))
            schools.apply(school, (("slack", workspace(number)), ("teams", tenant(number))))
            with schools.unit(school.id) as unit:
                unit.publish(POLICY, _own(edition, number) if different else edition, "policy.md")
                unit.commit()
    installations = SQLAlchemyInstallationStore(client_id=CLIENT_ID, engine=engine)
    for number in range(count):
        installations.save_bot(_bot(workspace(number), now))
    engine.dispose()
    return url


def _own(edition: Edition, number: int) -> Edition:
    """The same policy with a few words that no other school has, so that it shares no index."""
    first, *others = edition.clauses
    return replace(edition, clauses=(replace(first, text=f"{first.text} This holds at school {number}."), *others))


def _bot(team: str, now: datetime) -> Bot:
    return Bot(
        app_id="A1",
        team_id=team,
        bot_token=bot_token(team),
        bot_id=f"B{team}",
        bot_user_id=f"UBOT{team}",
        bot_scopes="chat:write,im:history",
        installed_at=now.timestamp(),
    )
