"""Pairs of phrasings of one topic for training the encoder, batch by batch, with the noise of real questions and policies."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from knowledge.topics import Topic, off_topic, topics
from tools.sections import sections, turned_round

VOICES = Path(__file__).parent / "voices"

BATCH = 65  # topics
SECTION_BATCH, SIBLINGS = 32, 2  # questions; clauses beside the answering one
OFF_TOPIC = 8  # off-topic questions in a batch, as wrong answers to everything
SIDES = ((("staff", "policy"), 6), (("staff", "staff"), 3), (("policy", "policy"), 1))  # what a pair is of, and how often
LEAD_INS = (
    "Staff must not:", "Staff should:", "Staff must:", "DO NOT", "All staff should ensure that they", "The following is not acceptable:",
    "Employees are expected to:", "In particular:", "Members of staff:", "It is not permitted to:", "You should never:", "Please note:",
)  # fmt: skip
PREFACES = (
    "hi,",
    "quick one:",
    "sorry to bother you but",
    "just wondering,",
    "Hi all,",
    "not sure who to ask.",
    "does the policy say",
    "help!",
)
SLIPS = "abcdefghijklmnopqrstuvwxyz"


def slipped(text: str, draw: random.Random) -> str:
    """`text` with one letter dropped, doubled, changed or swapped with the next, as fingers on a phone do."""
    at = draw.randrange(max(1, len(text) - 1))
    kind = draw.randrange(4)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + draw.choice(SLIPS) + text[at + 1 :]
    if kind == 2:
        return text[:at] + text[at : at + 1] * 2 + text[at + 1 :]
    return text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]


def noisy_question(text: str, draw: random.Random) -> str:
    """A staff phrasing as it might be typed: sometimes with slips, or a preface."""
    if draw.random() < 0.2:
        for _ in range(draw.choice((1, 1, 2))):
            text = slipped(text, draw)
    if draw.random() < 0.08:
        text = f"{draw.choice(PREFACES)} {text}"
    return text


def noisy_clause(text: str, topic: Topic, draw: random.Random) -> str:
    """A policy phrasing as it might stand in a policy: sometimes under a lead-in or a heading."""
    chance = draw.random()
    if chance < 0.15:
        return f"{draw.choice(LEAD_INS)} {text}"
    if chance < 0.2:
        return f"{topic.title} {text}"
    return text


def more_voices() -> dict[str, dict[str, list[str]]]:
    """The phrasings of the voices that only the encoder learns from (tools/voices), by topic and side."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: {"staff": [], "policy": []})
    for path in sorted(VOICES.glob("*.jsonl")):
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            for side in ("staff", "policy"):
                found[row["topic"]][side] += row[side]
    return found


class Phrasings:
    """Pairs of one topic, batch by batch."""

    def __init__(self, keep_policy: Callable[[str], bool], draw: random.Random) -> None:
        self.entries = topics()
        self.draw = draw
        more = more_voices()
        self.staff = [(*topic.staff_phrasings(), *more[topic.id]["staff"]) for topic in self.entries]
        self.policy = [
            [one for one in (*topic.policy_phrasings(), *more[topic.id]["policy"]) if keep_policy(one)] for topic in self.entries
        ]
        at = {topic.id: place for place, topic in enumerate(self.entries)}
        self.near: list[set[int]] = [{at[other] for other in topic.near} for topic in self.entries]
        for place, others in enumerate(self.near):
            for other in list(others):
                self.near[other].add(place)
        self.off_topic = list(off_topic())
        self.rounds = (sum(map(len, self.staff)) + sum(map(len, self.policy))) // len(self.entries)

    def _one(self, topic: int, side: str) -> str:
        if side == "policy" and self.policy[topic]:
            return noisy_clause(self.draw.choice(self.policy[topic]), self.entries[topic], self.draw)
        return noisy_question(self.draw.choice(self.staff[topic]), self.draw)

    def _groups(self) -> list[list[int]]:
        """All topics in groups of BATCH, each topic with its near misses as far as may be."""
        left = list(range(len(self.entries)))
        self.draw.shuffle(left)
        order: list[int] = []
        seen: set[int] = set()
        for seed in left:
            for one in (seed, *sorted(self.near[seed])):
                if one not in seen:
                    seen.add(one)
                    order.append(one)
        return [order[at : at + BATCH] for at in range(0, len(order) - BATCH // 2, BATCH)]

    def batches(self) -> Iterator[tuple[list[str], list[str], list[str]]]:
        """The batches of an epoch: (first of each pair, second of each pair, off-topic questions)."""
        for _ in range(self.rounds):
            for group in self._groups():
                firsts, seconds = [], []
                for topic in group:
                    sides = self.draw.choices([pair for pair, _ in SIDES], [often for _, often in SIDES])[0]
                    first, second = (self._one(topic, side) for side in sides)
                    firsts.append(first)
                    seconds.append(second)
                yield firsts, seconds, self.draw.sample(self.off_topic, OFF_TOPIC)


def section_batches(draw: random.Random) -> Iterator[tuple[list[str], list[str], list[str]]]:
    """The batches of an epoch over the sections: (questions, for each a clause that answers it, clauses beside those that do not).

    No two questions of a batch are of one section, so that none's answer is another's wrong one.
    """
    left = {section: draw.sample(section.asked, len(section.asked)) for section in sections()}
    while len(left) >= SECTION_BATCH:
        questions, answers, siblings = [], [], []
        for section in draw.sample(list(left), SECTION_BATCH):
            asked = left[section].pop()
            if not left[section]:
                del left[section]
            if asked.answers:
                others = [clause for at, clause in enumerate(section.clauses) if at not in asked.answers]
                questions.append(noisy_question(asked.question, draw))
                answers.append(section.clauses[draw.choice(asked.answers)])
                siblings += draw.sample(others, min(SIBLINGS, len(others)))
        yield questions, answers, siblings


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A question with clauses to read beside it, the one that answers first; ``verdict``: None where none of them does."""

    question: str
    clauses: tuple[str, ...]
    verdict: str | None


def reading_batches(draw: random.Random) -> Iterator[list[SectionRow]]:
    """The batches of an epoch over the sections' questions, those that nothing answers too, and those on a section turned round."""
    rows = []
    for section in (*sections(), *(other for one in sections() for other in turned_round(one))):
        for asked in section.asked:
            others = [at for at in range(len(section.clauses)) if at not in asked.answers]
            chosen = [draw.choice(asked.answers)] if asked.answers else []
            chosen += draw.sample(others, min(SIBLINGS + 1 + (not chosen), len(others)))
            clauses = tuple(section.clauses[at] for at in chosen)
            rows.append(SectionRow(noisy_question(asked.question, draw), clauses, asked.verdict if asked.answers else None))
    draw.shuffle(rows)
    for start in range(0, len(rows) - SECTION_BATCH + 1, SECTION_BATCH):
        yield rows[start : start + SECTION_BATCH]
