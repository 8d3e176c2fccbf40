"""Slack's installations: the tables are slack_sdk's own, kept in our metadata so that our migrations make them.

Only what is secret has more room than slack_sdk gives it: it is sealed.
"""

from __future__ import annotations

from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.sqlalchemy import SQLAlchemyOAuthStateStore
from sqlalchemy import Text

from adapters.store.tables.base import Row

INSTALLATIONS = SQLAlchemyInstallationStore.build_installations_table(
    Row.metadata, SQLAlchemyInstallationStore.default_installations_table_name
)
BOTS = SQLAlchemyInstallationStore.build_bots_table(Row.metadata, SQLAlchemyInstallationStore.default_bots_table_name)
SECRETS = (
    "bot_token",
    "bot_refresh_token",
    "user_token",
    "user_refresh_token",
    "incoming_webhook_url",
    "incoming_webhook_configuration_url",
)
for table in (INSTALLATIONS, BOTS):
    for name in SECRETS:
        if name in table.c:
            table.c[name].type = Text()
STATES = SQLAlchemyOAuthStateStore.build_oauth_states_table(Row.metadata, SQLAlchemyOAuthStateStore.default_table_name)
