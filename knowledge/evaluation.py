"""Scoring answers against labelled questions: the same figures as the project's reference scorer, for schools that keep their own list."""

from __future__ import annotations

import html
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

from knowledge.errors import SignpostError
from knowledge.policy import LONGEST_CLAUSE
from knowledge.verdict import Verdict

ENOUGH_OF_QUOTE = 0.6
SHORTEST_RUN = 3


class QuestionsUnreadable(SignpostError):
    """A file of labelled questions is not as it should be: whoever wrote it can mend it."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One labelled question: the verdict expected, quotes any of which answers, and those a careful colleague would add."""

    id: str
    school: str
    question: str
    verdict: str
    gold: tuple[str, ...]
    also: tuple[str, ...] = ()
    style: str = "plain"


@dataclass(frozen=True, slots=True)
class Given:
    """One answer as scored: verdict, whether it had a headline, and (lead-in, text) of clauses and near misses, best first."""

    verdict: str
    confident: bool
    clauses: tuple[tuple[str, str], ...]
    related: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Figures:
    """Counts over scored questions; `shares` turns them into the figures."""

    questions: int = 0
    covered: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    def shares(self) -> dict[str, float]:
        """Each figure by name: shares of 1, but `unsafe`, `questions` and `covered`, which are counts."""
        n, covered = max(1, self.questions), max(1, self.covered)
        c = self.counts
        silence_precision = c["true_silence"] / max(1, c["true_silence"] + c["false_silence"])
        silence_recall = c["true_silence"] / max(1, self.questions - self.covered)
        return {
            "questions": self.questions,
            "covered": self.covered,
            "right": c["right"] / n,
            **{name: c[name] / covered for name in ("hit1", "hit3", "hit10", "rank1", "rank3", "rank10")},
            "silence_precision": silence_precision,
            "silence_recall": silence_recall,
            "silence_f1": 2 * silence_precision * silence_recall / max(1e-9, silence_precision + silence_recall),
            "verdict": c["verdict"] / n,
            "headline_share": c["headline"] / n,
            "headline_right": c["headline_right"] / max(1, c["headline"]),
            "unsafe": c["unsafe"],
            "confident_wrong": c["confident_wrong"] / n,
        }


@dataclass(slots=True)
class Scores:
    """Figures over all questions, by school and by style; and the misses, a line each."""

    all: Figures = field(default_factory=Figures)
    by_school: dict[str, Figures] = field(default_factory=lambda: defaultdict(Figures))
    by_style: dict[str, Figures] = field(default_factory=lambda: defaultdict(Figures))
    by_verdict: dict[str, Figures] = field(default_factory=lambda: defaultdict(Figures))
    misses: list[tuple[Labelled, Given, bool]] = field(default_factory=list)


def read_questions(path: Path) -> list[Labelled]:
    """The labelled questions of a JSON Lines file.

    Raises QuestionsUnreadable naming file and line.
    """
    rows = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise QuestionsUnreadable(f"There is no file {path.name}.", "Check where it is saved and how its name is spelt.") from None
    except (OSError, UnicodeDecodeError):
        raise QuestionsUnreadable(f"{path.name} is not text in UTF-8.", "Save it as JSON Lines in UTF-8.") from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            raw = json.loads(line)
            if raw["verdict"] not in set(Verdict):
                raise ValueError(f"verdict {raw['verdict']!r}")
            if not isinstance(raw["gold"], list):
                raise TypeError('"gold" is not a list')
            rows.append(
                Labelled(
                    str(raw["id"]),
                    str(raw.get("school", "")),
                    str(raw["question"]),
                    raw["verdict"],
                    tuple(raw["gold"]),
                    tuple(raw.get("also", ())),
                    str(raw.get("style", "plain")),
                )
            )
        except (ValueError, KeyError, TypeError) as error:
            wanted = 'Each line needs "id", "question", "verdict" (no, yes, conditional, info, not_covered) and "gold" (a list of quotes).'
            raise QuestionsUnreadable(f"{path.name}, line {number}: {error}.", wanted) from error
    return rows


def plain_words(text: str) -> list[str]:
    """Lower-case words for comparing quotes: marks, punctuation and apostrophes taken off."""
    text = html.unescape(re.sub(r"<[^>]+>", " ", text)).lower().replace("’", "'").replace("‘", "'")
    return re.sub(r"[^a-z0-9']+", " ", text).replace("'", "").split()


def answers(clause: tuple[str, str], gold: Iterable[str]) -> bool:
    """Whether a clause (lead-in, text) answers.

    It does where its words hold a quote, or 60 % of one in runs of three words, or lead-in and words together hold it.
    """
    lead_in, text = plain_words(clause[0]), plain_words(clause[1])
    if not text or len(text) > LONGEST_CLAUSE:
        return False
    for quote in map(plain_words, gold):
        if _holds(text, quote) or _shared(text, quote) >= ENOUGH_OF_QUOTE:
            return True
        if lead_in and _holds(lead_in + text, quote) and not _holds(lead_in, quote):
            return True
    return False


def _holds(words: Sequence[str], run: Sequence[str]) -> bool:
    return f" {' '.join(run)} " in f" {' '.join(words)} "


def _shared(words: Sequence[str], quote: Sequence[str]) -> float:
    if not quote:
        return 0.0
    blocks = SequenceMatcher(None, words, quote, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size >= min(SHORTEST_RUN, len(quote))) / len(quote)


def score(pairs: Iterable[tuple[Labelled, Given]]) -> Scores:
    """The scores of answers beside their labelled questions."""
    scores = Scores()
    for labelled, given in pairs:
        counts, right = _judge(labelled, given)
        for figures in (
            scores.all,
            scores.by_school[labelled.school],
            scores.by_style[labelled.style],
            scores.by_verdict[labelled.verdict],
        ):
            figures.questions += 1
            figures.covered += bool(labelled.gold)
            figures.counts.update(counts)
        if not right or given.verdict != labelled.verdict:
            scores.misses.append((labelled, given, right))
    return scores


def _judge(labelled: Labelled, given: Given) -> tuple[Counter[str], bool]:
    counts: Counter[str] = Counter()
    silent = given.verdict == Verdict.NOT_COVERED or not given.clauses
    if labelled.gold:
        hits = [not silent and answers(clause, labelled.gold) for clause in given.clauses[:10]]
        ranked = [answers(clause, labelled.gold) for clause in (given.clauses or given.related)[:10]]
        for depth in (1, 3, 10):
            counts[f"hit{depth}"] += any(hits[:depth])
            counts[f"rank{depth}"] += any(ranked[:depth])
        right = any(hits[:1])
        counts["false_silence"] += silent
        counts["confident_wrong"] += not silent and not right
    else:
        right = given.verdict == Verdict.NOT_COVERED
        counts["true_silence"] += right
        counts["confident_wrong"] += not right
    counts["right"] += right
    counts["verdict"] += given.verdict == labelled.verdict
    counts["unsafe"] += given.verdict == Verdict.YES and labelled.verdict == Verdict.NO
    counts["headline"] += given.confident
    counts["headline_right"] += given.confident and right
    return counts, right
