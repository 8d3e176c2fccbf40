"""Review dates: overdue, not stated, or set before the policy was last changed."""

from __future__ import annotations

from datetime import date

from knowledge.clauses.header import DATE, EVERY, REVIEW, first_date
from knowledge.health.finding import Finding, Kind, Severity
from knowledge.policy import Clause, Edition

YEAR_LATE = 365  # days after which an overdue review is serious: every yearly change of national guidance has then been missed


def review_findings(edition: Edition, today: date) -> list[Finding]:
    """What is wrong with the policy's review date on the day `today`, if anything."""
    if edition.review_due is None:
        return [_no_date(edition)]
    clause = _stating(edition)
    anchor, quote = (clause.anchor, clause.text) if clause else ("", edition.review_stated)
    found: list[Finding] = []
    adopted, due = edition.adopted, edition.review_due
    if adopted and (due.year, due.month) <= (adopted.year, adopted.month):
        changed = f"the day the policy was last adopted or changed ({adopted:%B %Y})"
        why = f"The next review ({due:%B %Y}) is no later than {changed}, so it was due as soon as it was issued."
        found.append(
            Finding(
                Kind.REVIEW, Severity.SERIOUS, anchor, quote, why, "Set the next review date after the last change, usually a year later."
            )
        )
    if edition.overdue(today):
        counted = "" if DATE.search(edition.review_stated) else ", counted from its adoption by its own rule on reviews"
        late = Severity.SERIOUS if (today - due).days > YEAR_LATE else Severity.MEND
        why = f"The policy was due for review by {due.day} {due:%B %Y}{counted}: that is {how_long(due, today)} ago."
        found.append(
            Finding(Kind.REVIEW, late, anchor, quote, why, "Review it, have the governors adopt it again, and state the new review date.")
        )
    return found


def how_long(since: date, until: date) -> str:
    """The time between two days in years and months, in days below one month."""
    months = (until.year - since.year) * 12 + until.month - since.month - (until.day < since.day)
    if months < 1:
        days = (until - since).days
        return "1 day" if days == 1 else f"{days} days"
    years, months = divmod(months, 12)
    parts = [f"{count} {name}{'s' if count > 1 else ''}" for count, name in ((years, "year"), (months, "month")) if count]
    return " and ".join(parts)


def _stating(edition: Edition) -> Clause | None:
    """The clause that states the review date."""
    stated = " ".join(edition.review_stated.replace("|", " ").split())
    return next((clause for clause in edition.clauses if stated and stated in " ".join(clause.quotation.replace("|", " ").split())), None)


def _no_date(edition: Edition) -> Finding:
    """The finding for a policy whose review date could not be read: one before its own adoption, a rule without a start, or none at all."""
    for clause in edition.clauses:
        for match in REVIEW.finditer(clause.text):
            if (
                edition.adopted
                and (stated := first_date(clause.text[match.end() : match.end() + 60], last=True))
                and stated < edition.adopted
            ):
                changed = f"the day the policy was last adopted or changed ({edition.adopted:%B %Y})"
                why = f"The review date stated ({stated:%B %Y}) is before {changed}."
                return Finding(Kind.REVIEW, Severity.SERIOUS, clause.anchor, clause.text, why, "State the next review date.")
    for clause in edition.clauses:
        if EVERY.search(clause.text):
            why = "The policy says how often it is reviewed but not from which day, so nobody can tell when the next review is due."
            return Finding(
                Kind.REVIEW, Severity.MEND, clause.anchor, clause.text, why, "State the day it was adopted and the next review date."
            )
    since = f"; it was last adopted or changed on {edition.adopted.day} {edition.adopted:%B %Y}" if edition.adopted else ""
    return Finding(
        Kind.REVIEW, Severity.SERIOUS, "", "", f"The policy states no review date{since}.", "State the next review date on the front page."
    )
