"""Addresses of a school's pages: every door links to these, and the web door answers at them."""

from __future__ import annotations

from urllib.parse import quote


def policies_path(school: str) -> str:
    """Where a school's policies are listed."""
    return f"/{quote(school, safe='')}/policies"


def policy_path(school: str, policy: str) -> str:
    """Where the current edition of a policy is read."""
    return f"{policies_path(school)}/{quote(policy, safe='')}"


def edition_path(school: str, policy: str, number: int) -> str:
    """Where one edition of a policy is read, now and after newer ones are published."""
    return f"{policy_path(school, policy)}/editions/{number}"


def clause_path(school: str, policy: str, number: int, anchor: str) -> str:
    """Where an edition opens at a clause. The anchor stands twice: the query for the page to say so, the fragment for the browser."""
    known = quote(anchor, safe="")
    return f"{edition_path(school, policy, number)}?clause={known}#{known}"


def ask_path(school: str) -> str:
    """Where a school's staff can ask on the web."""
    return f"/{quote(school, safe='')}/ask"
