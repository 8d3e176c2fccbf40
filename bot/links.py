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


def report_path(school: str) -> str:
    """Where a report can be made without signing in: one address, the same for everybody."""
    return f"/{quote(school, safe='')}/report"


def receipt_path(school: str) -> str:
    """Where a report is come back to with its code."""
    return f"{report_path(school)}/check"


def desk_path(school: str) -> str:
    """Where those who look after a school's reports work."""
    return f"/{quote(school, safe='')}/desk"


def case_path(school: str, concern: str) -> str:
    """Where one case is worked on."""
    return f"{desk_path(school)}/cases/{quote(concern, safe='')}"


def corrections_path(school: str, policy: str = "") -> str:
    """Where the head sees how a policy's clauses are read and what staff say of them; without a policy, where the policies are listed."""
    return f"{desk_path(school)}/policies" + (f"/{quote(policy, safe='')}" if policy else "")


def correction_path(school: str, policy: str, anchor: str) -> str:
    """Where the head corrects how one clause is read."""
    return f"{corrections_path(school, policy)}/clause?clause={quote(anchor, safe='')}"


def acknowledge_path(school: str, token: str) -> str:
    """Where an e-mail's link to acknowledge a report leads."""
    return f"{desk_path(school)}/acknowledge/{quote(token, safe='')}"


def ask_path(school: str) -> str:
    """Where a school's staff can ask on the web."""
    return f"/{quote(school, safe='')}/ask"
