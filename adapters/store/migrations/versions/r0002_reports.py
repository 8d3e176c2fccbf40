"""Private reports, their audit, the desk's sign-in, and what a school says of its reports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Nothing: the tables are there, and schools have what is needed for reports."""
    # Columns are added where the table stands. SQLite could not change the table otherwise than by a copy, and to drop the old one would
    # take along all rows of all schools, which hang on it.
    op.add_column("schools", sa.Column("lado", sa.Text(), nullable=False, server_default=""))
    op.add_column("schools", sa.Column("reports_kept_years", sa.Integer(), nullable=False, server_default="6"))
    _concerns()
    _parts()
    _audit()
    _desk()


def _school(table: str) -> tuple[sa.Column[str], sa.ForeignKeyConstraint]:
    key = sa.ForeignKeyConstraint(["school"], ["schools.id"], name=f"fk_{table}_school", ondelete="CASCADE")
    return sa.Column("school", sa.Text(), nullable=False), key


def _concern(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["school", "concern"], ["concerns.school", "concerns.id"], name=f"fk_{table}_school_concern", ondelete="CASCADE"
    )


def _concerns() -> None:
    op.create_table(
        "concerns",
        *_school("concerns"),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("filing", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("keep_until", sa.Date(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("school", "id", name="pk_concerns"),
        sa.UniqueConstraint("school", "reference", name="uq_concerns_school_reference"),
        sa.UniqueConstraint("school", "filing", name="uq_concerns_school_filing"),
    )
    op.create_index("ix_concerns_keep_until", "concerns", ["keep_until"])


def _parts() -> None:
    op.create_table(
        "entries",
        *_school("entries"),
        sa.Column("concern", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        _concern("entries"),
        sa.PrimaryKeyConstraint("school", "concern", "id", name="pk_entries"),
    )
    op.create_table(
        "attachments",
        *_school("attachments"),
        sa.Column("concern", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("meta", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        _concern("attachments"),
        sa.PrimaryKeyConstraint("school", "concern", "id", name="pk_attachments"),
    )
    op.create_table(
        "receipts",
        *_school("receipts"),
        sa.Column("lookup", sa.Text(), nullable=False),
        sa.Column("concern", sa.Text(), nullable=False),
        sa.Column("locked", sa.Text(), nullable=False),
        _concern("receipts"),
        sa.PrimaryKeyConstraint("school", "lookup", name="pk_receipts"),
    )
    op.create_index("ix_receipts_school_concern", "receipts", ["school", "concern"])
    op.create_table(
        "pings",
        *_school("pings"),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("concern", sa.Text(), nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("lease_until", TIME),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _concern("pings"),
        sa.PrimaryKeyConstraint("school", "id", name="pk_pings"),
    )
    op.create_index("ix_pings_due_at", "pings", ["due_at"])
    op.create_index("ix_pings_school_concern", "pings", ["school", "concern"])
    op.create_table(
        "guesses",
        *_school("guesses"),
        sa.Column("lookup", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("school", "lookup", "at", name="pk_guesses"),
    )
    op.create_index("ix_guesses_at", "guesses", ["at"])


def _audit() -> None:
    op.create_table(
        "audit",
        *_school("audit"),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("school", "number", name="pk_audit"),
    )
    op.create_index("ix_audit_school_reference", "audit", ["school", "reference"])
    op.create_table(
        "audit_heads",
        *_school("audit_heads"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("school", name="pk_audit_heads"),
    )


def _desk() -> None:
    op.create_table(
        "sign_in_links",
        *_school("sign_in_links"),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("until", TIME, nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("school", "digest", name="pk_sign_in_links"),
    )
    op.create_index("ix_sign_in_links_school_holder", "sign_in_links", ["school", "holder"])
    op.create_table(
        "desk_sessions",
        *_school("desk_sessions"),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("used_at", TIME, nullable=False),
        sa.Column("until", TIME, nullable=False),
        sa.PrimaryKeyConstraint("school", "digest", name="pk_desk_sessions"),
    )
    op.create_index("ix_desk_sessions_school_holder", "desk_sessions", ["school", "holder"])
    op.create_table(
        "key_checks",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_key_checks"),
    )
