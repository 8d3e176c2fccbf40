"""The tables, one module for each idea; all of them are in METADATA."""

from adapters.store.tables import concerns, counts, events, letters, passed, policies, schools, slack, teams, turns
from adapters.store.tables.base import Row

__all__ = ["METADATA", "concerns", "counts", "events", "letters", "passed", "policies", "schools", "slack", "teams", "turns"]

METADATA = Row.metadata
