"""The tables, one module for each idea; all of them are in METADATA."""

from adapters.store.tables import counts, events, passed, policies, schools, slack, teams, turns
from adapters.store.tables.base import Row

__all__ = ["METADATA", "counts", "events", "passed", "policies", "schools", "slack", "teams", "turns"]

METADATA = Row.metadata
