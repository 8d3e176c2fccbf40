"""Letters, why the clock looks at a concern, the days and weeks seen to, and when a clock was here last."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

TIME = sa.DateTime(timezone=True)
UNSETTLED = sa.text("state IN ('pending', 'sending', 'uncertain')")
PINGS = ("school", "id", "concern", "due_at", "lease_until", "attempts", "why")
OF_A_CONCERN, OF_NO_CONCERN = sa.text("concern IS NOT NULL"), sa.text("concern IS NULL")


def upgrade() -> None:
    """Nothing: the tables are there, and every open report has the moments that a ladder needs."""
    op.add_column("pings", sa.Column("why", sa.Text(), nullable=False, server_default="climb"))
    _letters()
    op.create_table(
        "marks",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["school"], ["schools.id"], name="fk_marks_school", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("school", "kind", "number", name="pk_marks"),
    )
    op.create_index("ix_marks_kind_number", "marks", ["kind", "number"])
    op.create_index("ix_marks_at", "marks", ["at"])
    op.create_table(
        "clock_beats",
        sa.Column("clock", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("clock", name="pk_clock_beats"),
    )
    _moments()


def _letters() -> None:
    op.create_table(
        "letters",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("concern", sa.Text()),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("ways", sa.JSON(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("lease_until", TIME),
        sa.ForeignKeyConstraint(["school"], ["schools.id"], name="fk_letters_school", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["school", "concern"], ["concerns.school", "concerns.id"], name="fk_letters_school_concern", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("school", "id", name="pk_letters"),
    )
    _index("uq_letters_of_concern", "school", "concern", "kind", "number", "recipient", only=OF_A_CONCERN, unique=True)
    _index("uq_letters_of_none", "school", "kind", "number", "recipient", only=OF_NO_CONCERN, unique=True)
    _index("ix_letters_unsettled_due_at", "due_at", only=UNSETTLED)
    _index("ix_letters_of_none_due_at", "due_at", only=OF_NO_CONCERN)


def _index(name: str, *columns: str, only: sa.TextClause, unique: bool = False) -> None:
    op.create_index(name, "letters", [*columns], unique=unique, sqlite_where=only, postgresql_where=only)


def _moments() -> None:
    """Nothing: moments from before there were ladders are what a ladder expects, and what had none has one.

    How often a ping was sent is not the number of a step: where nobody has taken a report, its ladder begins anew, now. Somebody may be
    told twice by that; to count on could pass over the one who was never told. What was taken is looked at for the first time.
    """
    pings = sa.table("pings", *(sa.column(name, sa.Text()) for name in PINGS))
    concerns = sa.table("concerns", *(sa.column(name, sa.Text()) for name in ("school", "id", "state")))
    now = sa.literal(datetime.now(UTC), TIME)
    mine = (concerns.c.school == pings.c.school, concerns.c.id == pings.c.concern)
    waits = sa.exists().where(*mine, concerns.c.state == "received")
    op.execute(sa.update(pings).values(attempts=sa.literal(0), lease_until=sa.null(), why=sa.case((waits, "climb"), else_="news")))
    op.execute(sa.update(pings).where(waits).values(due_at=now))
    for state, why in (("received", "climb"), ("acknowledged", "act_by")):
        none = concerns.c.state == state, ~sa.exists().where(*mine, pings.c.why == why)
        new = sa.select(concerns.c.school, why + "-" + concerns.c.id, concerns.c.id, now, sa.null(), sa.literal(0), sa.literal(why))
        op.execute(sa.insert(pings).from_select(PINGS, new.where(*none)))
