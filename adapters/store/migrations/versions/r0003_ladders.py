"""What a school says of its calendar and of who is pinged when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Nothing: schools have a calendar and ladders; those that were there have none of their own, which means the usual ones."""
    op.add_column("schools", sa.Column("calendar", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("schools", sa.Column("ladders", sa.JSON(), nullable=False, server_default="{}"))
