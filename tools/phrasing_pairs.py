"""Pairs of phrasings of one topic for training the encoder, batch by batch, with the noise of real questions and policies."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from knowledge.topics import Topic, off_topic, topics

BATCH = 65  # topics
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


class Phrasings:
    """Pairs of one topic, batch by batch."""

    def __init__(self, keep_policy: Callable[[str], bool], draw: random.Random) -> None:
        self.entries = topics()
        self.draw = draw
        self.staff = [topic.staff_phrasings() for topic in self.entries]
        self.policy = [[one for one in topic.policy_phrasings() if keep_policy(one)] for topic in self.entries]
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
