"""Room for Slack's tokens once they are sealed, which makes them longer. They are sealed where the keys are: `signpost keys rotate`."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

OF_BOTS = ("bot_token", "bot_refresh_token")
OF_INSTALLATIONS = (*OF_BOTS, "user_token", "user_refresh_token", "incoming_webhook_url", "incoming_webhook_configuration_url")


def upgrade() -> None:
    """Nothing: these columns hold texts of any length."""
    for table, columns in (("slack_bots", OF_BOTS), ("slack_installations", OF_INSTALLATIONS)):
        with op.batch_alter_table(table) as changing:
            for column in columns:
                changing.alter_column(column, existing_type=sa.String(length=200), type_=sa.Text())
