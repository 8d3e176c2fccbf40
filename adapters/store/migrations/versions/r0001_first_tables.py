"""Schools, policies, what is remembered and counted, handled events, Teams references and Slack installations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Nothing: the tables are there."""
    _schools()
    _policies()
    _remembered()
    _of_the_installation()
    _slack()


def _school() -> sa.Column[str]:
    return sa.Column("school", sa.Text(), nullable=False)


def _schools() -> None:
    op.create_table(
        "schools",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("helpline", sa.Text(), nullable=False),
        sa.Column("hours", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_schools"),
    )
    op.create_index("ix_schools_owner", "schools", ["owner"])
    op.create_table(
        "holders",
        _school(),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("slack", sa.Text(), nullable=False),
        sa.Column("teams", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["school"], ["schools.id"], name="fk_holders_school", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("school", "place", name="pk_holders"),
    )
    op.create_table(
        "workspaces",
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        _school(),
        sa.ForeignKeyConstraint(["school"], ["schools.id"], name="fk_workspaces_school", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("door", "workspace", name="pk_workspaces"),
    )
    op.create_index("ix_workspaces_school", "workspaces", ["school"])


def _policies() -> None:
    op.create_table(
        "policies",
        _school(),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("current", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["school"], ["schools.id"], name="fk_policies_school", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("school", "policy", name="pk_policies"),
    )
    op.create_table(
        "editions",
        _school(),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("published_at", TIME, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("school_name", sa.Text(), nullable=False),
        sa.Column("adopted", sa.Date()),
        sa.Column("review_due", sa.Date()),
        sa.Column("review_stated", sa.Text(), nullable=False),
        sa.Column("pages", sa.Integer()),
        sa.Column("headings", sa.JSON(), nullable=False),
        sa.Column("contents", sa.JSON(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("meta", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["school", "policy"], ["policies.school", "policies.policy"], name="fk_editions_school_policy", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["school"], ["schools.id"], name="fk_editions_school", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("school", "policy", "number", name="pk_editions"),
    )
    op.create_table(
        "clauses",
        _school(),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("edition", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("anchor", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("lead_in", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("section", sa.JSON(), nullable=False),
        sa.Column("page", sa.Integer()),
        sa.Column("binds", sa.JSON(), nullable=False),
        sa.Column("stance", sa.Text(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["school", "policy", "edition"],
            ["editions.school", "editions.policy", "editions.number"],
            name="fk_clauses_school_policy_edition",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["school"], ["schools.id"], name="fk_clauses_school", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("school", "policy", "edition", "place", name="pk_clauses"),
    )
    op.create_table(
        "corrections",
        _school(),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("anchor", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("stance", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["school", "policy"], ["policies.school", "policies.policy"], name="fk_corrections_school_policy", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["school"], ["schools.id"], name="fk_corrections_school", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("school", "policy", "anchor", "topic", name="pk_corrections"),
    )


def _remembered() -> None:
    op.create_table(
        "feedback_counts",
        _school(),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("anchor", sa.Text(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("useful", sa.Boolean(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["school"], ["schools.id"], name="fk_feedback_counts_school", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("school", "policy", "anchor", "month", "useful", name="pk_feedback_counts"),
    )
    op.create_table(
        "gap_counts",
        _school(),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["school"], ["schools.id"], name="fk_gap_counts_school", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("school", "topic", "month", "why", name="pk_gap_counts"),
    )
    op.create_table(
        "passed_questions",
        _school(),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["school"], ["schools.id"], name="fk_passed_questions_school", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("school", "id", name="pk_passed_questions"),
    )
    op.create_table(
        "turns",
        _school(),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("asker", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("clauses", sa.JSON(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("done", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["school"], ["schools.id"], name="fk_turns_school", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("school", "id", name="pk_turns"),
    )
    op.create_index("ix_turns_at", "turns", ["at"])
    op.create_index("ix_turns_school_thread_at", "turns", ["school", "thread", "at"])


def _of_the_installation() -> None:
    op.create_table(
        "heard_events",
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("until", TIME),
        sa.Column("heard_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("event", name="pk_heard_events"),
    )
    op.create_index("ix_heard_events_heard_at", "heard_events", ["heard_at"])
    op.create_table(
        "teams_references",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("service_url", sa.Text(), nullable=False),
        sa.Column("bot", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("kept_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "user", name="pk_teams_references"),
    )


def _slack() -> None:
    op.create_table(
        "slack_bots",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("client_id", sa.String(length=32), nullable=False),
        sa.Column("app_id", sa.String(length=32), nullable=False),
        sa.Column("enterprise_id", sa.String(length=32)),
        sa.Column("enterprise_name", sa.String(length=200)),
        sa.Column("team_id", sa.String(length=32)),
        sa.Column("team_name", sa.String(length=200)),
        sa.Column("bot_token", sa.String(length=200)),
        sa.Column("bot_id", sa.String(length=32)),
        sa.Column("bot_user_id", sa.String(length=32)),
        sa.Column("bot_scopes", sa.String(length=1000)),
        sa.Column("bot_refresh_token", sa.String(length=200)),
        sa.Column("bot_token_expires_at", sa.DateTime()),
        sa.Column("is_enterprise_install", sa.Boolean(), nullable=False),
        sa.Column("installed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_slack_bots"),
    )
    op.create_index("slack_bots_idx", "slack_bots", ["client_id", "enterprise_id", "team_id", "installed_at"])
    op.create_table(
        "slack_installations",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("client_id", sa.String(length=32), nullable=False),
        sa.Column("app_id", sa.String(length=32), nullable=False),
        sa.Column("enterprise_id", sa.String(length=32)),
        sa.Column("enterprise_name", sa.String(length=200)),
        sa.Column("enterprise_url", sa.String(length=200)),
        sa.Column("team_id", sa.String(length=32)),
        sa.Column("team_name", sa.String(length=200)),
        sa.Column("bot_token", sa.String(length=200)),
        sa.Column("bot_id", sa.String(length=32)),
        sa.Column("bot_user_id", sa.String(length=32)),
        sa.Column("bot_scopes", sa.String(length=1000)),
        sa.Column("bot_refresh_token", sa.String(length=200)),
        sa.Column("bot_token_expires_at", sa.DateTime()),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("user_token", sa.String(length=200)),
        sa.Column("user_scopes", sa.String(length=1000)),
        sa.Column("user_refresh_token", sa.String(length=200)),
        sa.Column("user_token_expires_at", sa.DateTime()),
        sa.Column("incoming_webhook_url", sa.String(length=200)),
        sa.Column("incoming_webhook_channel", sa.String(length=200)),
        sa.Column("incoming_webhook_channel_id", sa.String(length=200)),
        sa.Column("incoming_webhook_configuration_url", sa.String(length=200)),
        sa.Column("is_enterprise_install", sa.Boolean(), nullable=False),
        sa.Column("token_type", sa.String(length=32)),
        sa.Column("installed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_slack_installations"),
    )
    op.create_index("slack_installations_idx", "slack_installations", ["client_id", "enterprise_id", "team_id", "user_id", "installed_at"])
    op.create_table(
        "slack_oauth_states",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("state", sa.String(length=200), nullable=False),
        sa.Column("expire_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_slack_oauth_states"),
    )
