"""Where people can be written to in Teams: our own fields, so that no change of SDK can make them unreadable."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from adapters.store.of_school import put
from adapters.store.tables.teams import TeamsReferenceRow
from bot.ports import Now


@dataclass(frozen=True, slots=True)
class ConversationReference:
    """A personal conversation with one person. ``user``: their Entra object id. ``bot``: the bot's id there. ``scope``: "personal"."""

    tenant: str
    user: str
    conversation: str
    service_url: str
    bot: str
    scope: str = "personal"


class TeamsReferences:
    """The newest conversation with each person of each tenant."""

    def __init__(self, engine: Engine, now: Now) -> None:
        self._engine = engine
        self._now = now

    def keep(self, reference: ConversationReference) -> None:
        """Nothing: this is the conversation with that person from now on."""
        values = {**asdict(reference), "kept_at": self._now()}
        with self._engine.begin() as connection:
            connection.execute(put(self._engine.dialect.name, TeamsReferenceRow), values)

    def of_user(self, tenant: str, user: str) -> ConversationReference | None:
        """The conversation with a person of a tenant; None where the bot has never met them."""
        with Session(self._engine) as session:
            row = session.scalar(select(TeamsReferenceRow).where(TeamsReferenceRow.tenant == tenant, TeamsReferenceRow.user == user))
            if row is None:
                return None
            return ConversationReference(row.tenant, row.user, row.conversation, row.service_url, row.bot, row.scope)

    def forget(self, tenant: str, user: str) -> None:
        """Nothing: the bot was taken off that person's Teams."""
        with Session(self._engine) as session, session.begin():
            row = session.get(TeamsReferenceRow, (tenant, user))
            if row is not None:
                session.delete(row)
