"""Title, school and dates of a policy, where the document states them."""

from __future__ import annotations

import calendar
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.wording import patterns

MONTHS = (
    {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
    | {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
    | {"sept": 9}
)
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
SEASONS = {"spring": 3, "summer": 7, "autumn": 12, "winter": 12}  # last month of the school term of that name
DATE = re.compile(
    rf"\b(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?: of)?\s+(?P<m1>{MONTH})\.?,?\s+(?P<y1>\d{{4}}|\d{{2}})\b"
    rf"|\b(?P<d2>\d{{1,2}})\s?[./-]\s?(?P<m2>\d{{1,2}})\s?[./-]\s?(?P<y2>\d{{4}}|\d{{2}})\b"
    rf"|\b(?P<y3>\d{{4}})-(?P<m3>\d{{2}})(?:-(?P<d3>\d{{2}}))?\b"
    rf"|\b(?P<m4>{MONTH})\.?,?\s+(?P<y4>\d{{4}})\b"
    rf"|\b(?P<s5>spring|summer|autumn|winter)(?: term)?\s+(?P<y5>\d{{4}})\b"
    rf"|\b(?P<y6>20\d{{2}})\b",
    re.IGNORECASE,
)
REVIEW = patterns("documents")["review"]
ADOPTED = patterns("documents")["adopted"]
NOT_YET = re.compile(r"\b(?:to be|will be|will next be|next|due for|shall be)\s*$", re.IGNORECASE)
FIRST_YEAR, LAST_YEAR = 1950, 2100
WINDOW = 130  # characters after a word like "adopted" in which its date stands
SENTENCE_END = re.compile(r"[.;]\s+(?=[A-Z])")
EVERY = re.compile(
    r"review(?:ed)?[^.]{0,40}?\b"
    r"(?:(?P<annual>annual(?:ly| basis)?|every year|each year|yearly)|every (?P<number>two|three|2|3) years|(?P<bi>biennial\w*))",
    re.IGNORECASE,
)
SCHOOL = re.compile(
    r"(?<!\w)((?:(?:The|St\.?|[A-Z][\w'’&.-]{1,30}|of|and|&)\s+){1,6}"
    r"(?:(?:Primary |Junior |Infant |High |Grammar |Community )?School|Academy|College|Centre|Nursery|Federation"
    r"|(?:Academies |(?:Multi-)?Academy )Trust))\b"
)
TITLE = re.compile(
    r"\b(?:policy|guidance|guidelines|code of (?:conduct|practice)|agreement|protocol|procedures?|handbook|guide|charter|rules)\b",
    re.IGNORECASE,
)
NOT_TITLE = re.compile(r"^(?:this|the|reviewed|adopted|approved|ratified|author|to be|date|cross)\b|committee|http", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Header:
    """What a document says of itself."""

    title: str
    school: str
    adopted: date | None
    review_due: date | None
    review_stated: str


def read_header(front: Sequence[str], all_text: Iterable[str], meta: dict[str, str]) -> Header:
    """Title, school, adoption and review dates from a document's first lines, its text, or its own header (`meta`)."""
    texts = list(all_text)
    title = meta.get("title") or _title(front) or "Policy"
    school = meta.get("school") or _school(front, texts)
    adopted = first_date(meta.get("adopted", "")) or _adopted(texts)
    if "review due" in meta:
        return Header(title, school, adopted, first_date(meta["review due"], last=True), meta["review due"])
    due, stated = _review(texts, adopted)
    return Header(title, school, adopted, due, stated)


def first_date(text: str, last: bool = False) -> date | None:
    """The first date in `text`; where only month or year is given, its last day if `last`, else its first."""
    found = DATE.search(text)
    return _as_date(found, last) if found else None


def _as_date(found: re.Match[str], last: bool) -> date | None:
    part = found.groupdict()
    year = next(int(part[key]) for key in ("y1", "y2", "y3", "y4", "y5", "y6") if part[key])
    year += 2000 if year < 100 else 0
    month_word = part["m1"] or part["m4"]
    month = MONTHS[month_word.lower()] if month_word else int(part["m2"] or part["m3"] or 0)
    if part["s5"]:
        month = SEASONS[part["s5"].lower()]
    month = month or (12 if last else 1)
    day = int(part["d1"] or part["d2"] or part["d3"] or 0)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date(year, month, day or (calendar.monthrange(year, month)[1] if last else 1))
    except (ValueError, calendar.IllegalMonthError):
        return None


def _title(front: Sequence[str]) -> str:
    for line in front:
        if found := re.match(r"^(?:policy )?(?:title|name)(?: of policy)?\s*[:|]+\s*(.+)$", line, re.IGNORECASE):
            return found[1].strip(" |")
    candidates = [line for line in front if TITLE.search(line) and not NOT_TITLE.search(line) and len(line.split()) <= 20]
    return candidates[0].rstrip(".") if candidates else ""


def _school(front: Sequence[str], texts: Sequence[str]) -> str:
    def names(lines: Iterable[str], weight: int) -> None:
        for line in lines:
            for found in SCHOOL.finditer(line.title() if line.isupper() else line):
                name = re.sub(r"^(?:(?:The|At|In|Of|And) )+(?=[A-Z].* (?:School|Academy|College))", "", found[1])
                words = name.split()
                if len(words) >= 2 and not TITLE.search(name) and words[0] not in {"Our", "Your", "This", "Each", "All", "Every", "Any"}:
                    count[name] += weight

    count: Counter[str] = Counter()
    names(front, 3)
    names(texts, 1)
    return max(count, key=lambda name: (count[name], len(name))) if count else ""


def _dates_after(text: str, start: int, width: int, last: bool) -> list[tuple[date, int]]:
    """The dates within `width` characters of `start` in the same sentence, each with where it ends."""
    window = SENTENCE_END.split(text[start : start + width], maxsplit=1)[0]
    return [(day, start + found.end()) for found in DATE.finditer(window) if (day := _as_date(found, last))]


def _adopted(texts: Sequence[str]) -> date | None:
    """The latest day the document says it was adopted, approved, ratified, issued or updated."""
    found: list[date] = []
    for text in texts:
        for match in ADOPTED.finditer(text):
            review = REVIEW.search(text, match.end(), match.end() + WINDOW)
            width = min(WINDOW, review.start() - match.end()) if review else WINDOW
            if not NOT_YET.search(text[max(0, match.start() - 40) : match.start()]):
                found += [day for day, _ in _dates_after(text, match.end(), width, last=False)]
    return max(found) if found else None


def _review(texts: Sequence[str], adopted: date | None) -> tuple[date | None, str]:
    """The review date stated, or worked out from "every two years"; with the words that state it."""
    stated: list[tuple[date, str]] = []
    for text in texts:
        for match in REVIEW.finditer(text):
            for due, end in _dates_after(text, match.end(), 60, last=True)[:1]:
                if adopted is None or due >= adopted:
                    stated.append((due, text[match.start() : end]))
    if stated:
        return max(stated)
    for text in texts:
        if (found := EVERY.search(text)) and adopted:
            years = 1 if found["annual"] else 2 if found["bi"] else {"two": 2, "2": 2, "three": 3, "3": 3}[found["number"].lower()]
            return date(adopted.year + years, adopted.month, min(adopted.day, 28)), found.group(0)
    return None, ""
