"""The topic data: enough of it, nothing twice, nothing copied from questions or policies; and a loader that names file and line."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from knowledge.errors import DataFault
from knowledge.topics import OFF_TOPIC, load_topics, off_topic, topics
from knowledge.topics.fitted import topic_model
from tests.shared_files import FIVE, five, shared
from tools.fitting import fingerprint

ROOT = Path(__file__).parent.parent.parent / "knowledge"
RUN = 8


def folded(text: str) -> str:
    """Words for comparing phrasings: case and punctuation off."""
    return " ".join(re.findall(r"[a-z0-9]+", text.lower().replace("’", "").replace("'", "")))


def runs(text: str) -> set[str]:
    """Every run of eight words."""
    words = folded(text).split()
    return {" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}


def test_there_are_at_least_120_topics_with_titles_of_their_own() -> None:
    assert len(topics()) >= 120
    assert len({topic.id for topic in topics()}) == len(topics())
    assert len({topic.title.lower() for topic in topics()}) == len(topics())


def test_each_topic_has_twenty_staff_and_ten_policy_phrasings_at_least() -> None:
    poor = [
        (topic.id, len(set(topic.staff_phrasings())), len(set(topic.policy_phrasings())))
        for topic in topics()
        if len(set(topic.staff_phrasings())) < 20 or len(set(topic.policy_phrasings())) < 10
    ]
    assert poor == []


def test_there_are_6000_staff_and_3000_policy_phrasings_in_all() -> None:
    assert len({folded(phrase) for topic in topics() for phrase in topic.staff_phrasings()}) >= 6000
    assert len({folded(phrase) for topic in topics() for phrase in topic.policy_phrasings()}) >= 3000


def test_no_phrasing_stands_in_two_topics_however_it_is_punctuated() -> None:
    where: dict[str, set[str]] = defaultdict(set)
    for topic in topics():
        for phrase in topic.staff_phrasings() + topic.policy_phrasings():
            where[folded(phrase)].add(topic.id)
    for phrase in off_topic():
        where[folded(phrase)].add(OFF_TOPIC)
    assert {phrase: ids for phrase, ids in where.items() if len(ids) > 1} == {}


def test_near_misses_are_other_topics() -> None:
    assert [topic.id for topic in topics() if topic.id in topic.near or len(set(topic.near)) < len(topic.near)] == []


def test_no_labelled_question_stands_among_the_phrasings() -> None:
    said = {folded(phrase) for topic in topics() for phrase in topic.staff_phrasings() + topic.policy_phrasings()}
    said |= {folded(phrase) for phrase in off_topic()}
    asked = [
        row.get("question") or row["message"]
        for path in sorted(shared("questions").glob("*.jsonl"))
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines())
    ]
    assert len(asked) >= 200
    assert [question for question in asked if folded(question) in said] == []


def test_no_run_of_eight_words_of_the_five_policies_stands_in_the_data() -> None:
    theirs = {run: name for name in FIVE for run in runs(five(name))}
    copied = {}
    for path in sorted([*ROOT.rglob("*.toml"), *(ROOT / "samples").glob("*.md")]):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            copied |= {f"{path.name}, line {number}": f"{run!r} of {theirs[run]}" for run in runs(line) if run in theirs}
    assert copied == {}


def test_the_fitted_file_is_of_these_phrasings() -> None:
    with files("knowledge.topics").joinpath("fitted.npz").open("rb") as stream, np.load(stream) as stored:
        told = json.loads(bytes(stored["told"]).decode())
    assert told["phrasings"] == fingerprint(), "the topic files have changed since: run `make fit`"
    assert [card["id"] for card in told["cards"]] == [*(topic.id for topic in topics()), OFF_TOPIC]


def test_the_model_s_likelihoods_are_shares_of_one() -> None:
    likely = topic_model().likely(["can", "i", "accept", "a", "friend", "request"], {"befriend": 1.0})
    assert likely.shape == (len(topics()) + 1,)
    assert float(likely.sum()) == pytest.approx(1.0, abs=1e-4)
    assert float(likely.min()) >= 0


GOOD = """# a family

[[topic]]
id = "one"
title = "One thing"
who = ["pupil"]
act = ["befriend"]
means = ["social_media"]
near = ["two"]
staff.v1 = ["may I do one"]
policy.v1 = ["one is not done"]

[[topic]]
id = "two"
title = "Another thing"
staff.v1 = ["may I do two"]
policy.v1 = ["two is not done"]
"""


def written(folder: Path, text: str, name: str = "contact.toml") -> list[Path]:
    """A topic file on disk."""
    (folder / name).write_text(text, encoding="utf-8")
    return [folder / name]


def test_a_good_file_gives_its_topics(tmp_path: Path) -> None:
    one, two = load_topics(written(tmp_path, GOOD))
    assert (one.id, one.family, one.near, one.who, one.staff_phrasings()) == ("one", "contact", ("two",), ("pupil",), ["may I do one"])
    assert (two.title, two.policy) == ("Another thing", {"v1": ("two is not done",)})


FAULTS: dict[str, tuple[Callable[[str], str], int, str]] = {
    "title missing": (lambda text: text.replace('title = "Another thing"\n', ""), 14, "title"),
    "staff phrasings missing": (lambda text: text.replace('staff.v1 = ["may I do two"]\n', ""), 14, "staff"),
    "policy phrasings missing": (lambda text: text.replace('policy.v1 = ["one is not done"]\n', ""), 4, "policy"),
    "unknown near-miss": (lambda text: text.replace('near = ["two"]', 'near = ["three"]'), 4, "three"),
    "unknown person": (lambda text: text.replace('who = ["pupil"]', 'who = ["puppil"]'), 4, "puppil"),
    "unknown act": (lambda text: text.replace('act = ["befriend"]', 'act = ["juggle"]'), 4, "juggle"),
    "unknown means": (lambda text: text.replace('means = ["social_media"]', 'means = ["pigeon"]'), 4, "pigeon"),
    "unknown key": (lambda text: text.replace("near = ", "naer = "), 4, "naer"),
    "duplicate id": (lambda text: text.replace('id = "two"', 'id = "one"').replace('near = ["two"]\n', ""), 13, "one"),
    "phrasing in two topics": (lambda text: text.replace("may I do two", "May I do ONE"), 14, "one"),
    "phrasings not a list": (lambda text: text.replace('["may I do two"]', '"may I do two"'), 14, "two"),
    "an empty phrasing": (lambda text: text.replace('["may I do two"]', '["may I do two", " "]'), 14, "two"),
    "phrasings without a voice": (lambda text: text.replace('staff.v1 = ["may I do two"]', 'staff = ["may I do two"]'), 14, "two"),
}


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_a_fault_in_a_topic_names_file_and_line(tmp_path: Path, fault: str) -> None:
    spoil, line, named = FAULTS[fault]
    with pytest.raises(DataFault) as raised:
        load_topics(written(tmp_path, spoil(GOOD)))
    assert re.search(rf"contact\.toml, line {line}\b", raised.value.message), raised.value.message
    assert named in raised.value.message
    assert raised.value.next_step


def test_a_topic_without_an_id_names_its_file(tmp_path: Path) -> None:
    with pytest.raises(DataFault, match=r"contact\.toml.*id"):
        load_topics(written(tmp_path, GOOD.replace('id = "two"\n', "")))


def test_broken_toml_names_file_and_line(tmp_path: Path) -> None:
    with pytest.raises(DataFault, match=r"contact\.toml.*line 4"):
        load_topics(written(tmp_path, GOOD.replace('id = "one"', "id = one")))


def test_the_same_topic_in_two_files_is_a_fault_of_the_second(tmp_path: Path) -> None:
    again = '[[topic]]\nid = "two"\ntitle = "Again"\nstaff.v1 = ["two again"]\npolicy.v1 = ["two once more"]\n'
    with pytest.raises(DataFault, match=r"photos\.toml, line 2: topic two"):
        load_topics([*written(tmp_path, GOOD), *written(tmp_path, again, "photos.toml")])
