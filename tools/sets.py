"""Where the labelled policies and questions are: the development schools beside the project, and invented schools in tests/golden."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from bot.triage import by_marks
from bot.triage_marks import load_rules
from knowledge.clauses import edition_of
from knowledge.documents import read
from knowledge.evaluation import Labelled
from knowledge.topics import off_topic, topics
from tools.learning import LabelledPolicy, labelled_policies

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
GOLDEN = ROOT / "tests" / "golden"
EXAMPLES_COUNT = 3  # of the emergency patterns, near misses among them: each stands for many


def development_schools() -> list[LabelledPolicy]:
    """The real schools with labelled questions; empty where ../shared is not there."""
    pairs = [
        (SHARED / "policies" / f"{path.name.removesuffix('.dev.jsonl')}.txt", path)
        for path in sorted((SHARED / "questions").glob("*.dev.jsonl"))
    ]
    return labelled_policies([(policy, questions) for policy, questions in pairs if policy.exists()])


def invented_schools() -> list[LabelledPolicy]:
    """The invented schools of tests/golden, written blind: policy and questions side by side."""
    return labelled_policies(
        [(path.with_suffix(".txt"), path) for path in sorted(GOLDEN.glob("*.jsonl")) if path.with_suffix(".txt").exists()]
    )


def unseen_schools() -> list[LabelledPolicy]:
    """The sets that nothing has learned from (tests/golden/unseen): whole invented schools, and new questions on the real ones."""
    found = labelled_policies(
        [(path.with_suffix(".txt"), path) for path in sorted((GOLDEN / "unseen").glob("*.jsonl")) if path.with_suffix(".txt").exists()]
    )
    rows = [json.loads(line) for line in (GOLDEN / "unseen" / "real" / "five-fresh.jsonl").read_text(encoding="utf-8").splitlines()]
    for school in sorted({row["school"] for row in rows}):
        path = SHARED / "policies" / f"{school}.txt"
        if path.exists():
            text = path.read_text(encoding="utf-8").split()
            questions = tuple(_asked_of(row, text) for row in rows if row["school"] == school)
            found.append(LabelledPolicy(f"{school} (fresh)", edition_of(read(path)), questions))
    return found


def _asked_of(row: dict[str, Any], words: list[str]) -> Labelled:
    """A labelled question whose quotes are given by place (first word, count), since the project holds no school's own sentences."""
    gold, also = (tuple(" ".join(words[first : first + count]) for first, count in row[name]) for name in ("gold_words", "also_words"))
    return Labelled(row["id"], row["school"], row["question"], row["verdict"], gold, also, row["style"])


def message_sets() -> dict[str, list[tuple[str, str]]]:
    """The labelled messages of tests/bot/messages by author, as (message, kind), and the examples of the emergency patterns."""
    folder = ROOT / "tests" / "bot" / "messages"
    found = {
        path.stem: [(row["message"], row["intent"]) for row in map(json.loads, path.read_text(encoding="utf-8").splitlines())]
        for path in sorted(folder.glob("*.jsonl"))
    }
    examples = [(text, "emergency" if must else by_marks(text).intent) for _, text, must in load_rules().examples]
    found["examples"] = EXAMPLES_COUNT * examples
    return found


def plain_questions() -> list[str]:
    """Questions that are no disclosures: a dozen staff phrasings of each topic, what is off topic, and the invented schools' questions."""
    draw = random.Random(0)
    phrased = [phrase for topic in topics() for phrase in draw.sample(topic.staff_phrasings(), min(12, len(topic.staff_phrasings())))]
    asked = [labelled.question for school in invented_schools() for labelled in school.questions]
    return phrased + list(off_topic()) + asked
