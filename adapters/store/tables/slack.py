"""Slack's installations: the tables are slack_sdk's own, kept in our metadata so that our migrations make them."""

from __future__ import annotations

from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.sqlalchemy import SQLAlchemyOAuthStateStore

from adapters.store.tables.base import Row

INSTALLATIONS = SQLAlchemyInstallationStore.build_installations_table(
    Row.metadata, SQLAlchemyInstallationStore.default_installations_table_name
)
BOTS = SQLAlchemyInstallationStore.build_bots_table(Row.metadata, SQLAlchemyInstallationStore.default_bots_table_name)
STATES = SQLAlchemyOAuthStateStore.build_oauth_states_table(Row.metadata, SQLAlchemyOAuthStateStore.default_table_name)
