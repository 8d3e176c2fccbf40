"""The machine contract of `signpost answer`, to the letter: lines in, lines out, each key of its type, every clause the policy's words."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from adapters.samples import answerer_of, file_edition, sample_edition, sample_names
from adapters.terminal.answering import answer_lines
from adapters.terminal.contract import Asked, Malformed, read_lines, record
from knowledge.policy import Stance
from tests.shared_files import printed_words

ROOT = Path(__file__).parents[2]
SIGNPOST = str(Path(sys.executable).parent / "signpost")
GOLDEN = ROOT / "tests" / "golden"
POLICY = GOLDEN / "oakfield.txt"
KEYS = ["id", "intent", "verdict", "confident", "clauses", "contradiction", "related"]
CLAUSE_TYPES = {
    "anchor": str, "number": str, "section": list, "page": (int, type(None)), "lead_in": str, "text": str, "stance": str,
    "topics": list, "score": float,
}  # fmt: skip
INTENTS = {"question", "concern", "emergency", "smalltalk", "command"}
VERDICTS = {"no", "yes", "conditional", "info", "not_covered"}


def rows(name: str) -> list[dict[str, Any]]:
    """The labelled questions of an invented school."""
    return [json.loads(line) for line in (GOLDEN / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def answered(lines: list[object], *options: str, policy: Path = POLICY) -> tuple[list[dict[str, Any]], str, int]:
    """What the command writes for some lines (objects, or raw bytes), its complaints and its exit code."""
    given = b"".join((line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n" for line in lines)
    command = [SIGNPOST, "answer", "--policy", str(policy), *options]
    done = subprocess.run(command, input=given, capture_output=True, timeout=120, check=False)
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr.decode(), done.returncode


@pytest.fixture(scope="module")
def whole_school() -> list[dict[str, Any]]:
    found, complaints, code = answered([{"id": row["id"], "question": row["question"]} for row in rows("oakfield")])
    assert (complaints, code) == ("", 0)
    return found


def test_every_line_gets_one_line_with_its_id_in_order(whole_school: list[dict[str, Any]]) -> None:
    assert [line["id"] for line in whole_school] == [row["id"] for row in rows("oakfield")]


def test_a_line_has_exactly_the_contract_s_keys_and_types(whole_school: list[dict[str, Any]]) -> None:
    for line in whole_school:
        assert list(line) == KEYS
        assert line["intent"] in INTENTS
        assert line["verdict"] in VERDICTS
        assert type(line["confident"]) is bool
        assert type(line["contradiction"]) is bool


def test_a_clause_has_exactly_the_contract_s_keys_and_types(whole_school: list[dict[str, Any]]) -> None:
    clauses = [clause for line in whole_school for clause in line["clauses"] + line["related"]]
    assert len(clauses) > 300
    for clause in clauses:
        assert list(clause) == list(CLAUSE_TYPES)
        for key, kind in CLAUSE_TYPES.items():
            assert isinstance(clause[key], kind), key
        assert clause["stance"] in set(Stance)
        assert all(isinstance(part, str) for part in clause["section"] + clause["topics"])


def test_clauses_come_best_first_ten_at_most_and_each_once(whole_school: list[dict[str, Any]]) -> None:
    for line in whole_school:
        for found in (line["clauses"], line["related"]):
            assert len(found) <= 10
            assert len({clause["anchor"] for clause in found}) == len(found)
        if not line["contradiction"]:  # the stricter of two that contradict each other comes first, whatever its score
            one_question = [clause["score"] for clause in line["related"]]
            assert one_question == sorted(one_question, reverse=True)


def test_where_the_policy_is_silent_the_near_misses_stand_under_related(whole_school: list[dict[str, Any]]) -> None:
    silent = [line for line in whole_school if line["verdict"] == "not_covered"]
    assert silent
    for line in whole_school:
        assert (line["clauses"] == []) == (line["verdict"] == "not_covered")
        assert (line["related"] == []) == (line["verdict"] != "not_covered")


@pytest.mark.parametrize("school", ["oakfield", "st-brides", "fenland", "millbrook"])
def test_every_clause_is_a_run_of_the_policy_s_own_words(school: str) -> None:
    policy = GOLDEN / f"{school}.txt"
    answerer = answerer_of(file_edition(policy))
    furniture = {" ".join(line.text.split()) for line in answerer.edition.left_out if line.why in {"running head", "page number"}}
    lines = [line for line in policy.read_text(encoding="utf-8").splitlines() if " ".join(line.split()) not in furniture]
    printed = f" {' '.join(printed_words(chr(10).join(lines)))} "
    seen = set()
    for row in rows(school)[::3]:
        line = record(Asked(row["id"], row["question"]), answerer)
        for clause in line["clauses"] + line["related"]:
            seen.add(clause["anchor"])
            for words in (clause["text"], clause["lead_in"]):
                assert f" {' '.join(printed_words(words))} " in printed or not words, words
    assert len(seen) > 15


@pytest.mark.parametrize("school", sample_names())
def test_every_clause_given_is_the_edition_s_clause_of_that_anchor(school: str) -> None:
    edition = sample_edition(school)
    line = record(Asked(1, "can I give a pupil my own phone number?"), answerer_of(edition))
    assert line["clauses"] + line["related"]
    for clause in line["clauses"] + line["related"]:
        kept = edition.clause(clause["anchor"])
        assert kept
        assert (kept.text, kept.lead_in, list(kept.section)) == (clause["text"], clause["lead_in"], clause["section"])


def test_verdict_and_clauses_are_filled_whatever_the_intent() -> None:
    found, _, code = answered(
        [
            {"id": "worry", "message": "a boy in my class sent me a picture of his bruises, can I reply on my own phone?"},
            {"id": "now", "message": "a pupil has just said he is going to kill himself tonight"},
            {"id": "hello", "question": "hello"},
            {"id": "asked", "question": "can I accept a parent's friend request?"},
        ]
    )
    assert code == 0
    assert [line["intent"] for line in found] == ["concern", "emergency", "smalltalk", "question"]
    for line in found:
        assert line["verdict"] in VERDICTS
        assert line["clauses"] or line["related"]


def test_ids_come_back_as_they_were_given() -> None:
    names: list[object] = ["a b", "ü-1", 7, -1, "7", ""]
    found, _, _ = answered([{"id": name, "question": "may I tweet?"} for name in names])
    assert [line["id"] for line in found] == names


MALFORMED = (
    (b"nonsense", "not JSON"),
    (b'{"id": "a", "question": ', "not JSON"),
    (b'["a", "may I tweet?"]', "not a JSON object"),
    (b'"may I tweet?"', "not a JSON object"),
    (b'{"question": "may I tweet?"}', '"id"'),
    (b'{"id": null, "question": "may I tweet?"}', '"id"'),
    (b'{"id": true, "question": "may I tweet?"}', '"id"'),
    (b'{"id": "a"}', '"question"'),
    (b'{"id": "a", "question": ["may I tweet?"]}', '"question"'),
    (b'{"id": "a", "message": null}', '"question"'),
    (b"\xff\xfe{}", "UTF-8"),
    (b"[" * 100_000, "not JSON"),
)


@pytest.mark.parametrize(("line", "why"), MALFORMED)
def test_a_malformed_line_is_named_and_the_others_are_still_answered(line: bytes, why: str) -> None:
    before, after = b'{"id": 1, "question": "may I tweet?"}', b'{"id": 3, "question": "may I blog?"}'
    found = list(read_lines([before, line, after]))
    assert [one.id for one in found if isinstance(one, Asked)] == [1, 3]
    (fault,) = [one for one in found if isinstance(one, Malformed)]
    assert str(fault).startswith("Line 2: ")
    assert why in fault.why


def test_the_command_counts_blank_lines_names_malformed_ones_on_standard_error_and_ends_with_one() -> None:
    found, complaints, code = answered([b"", {"id": 1, "question": "may I tweet?"}, b"nonsense", {"id": 2, "message": "may I blog?"}])
    assert [line["id"] for line in found] == [1, 2]
    assert complaints.splitlines()[0].startswith("Line 3: it is not JSON.")
    assert complaints.splitlines()[-1] == "1 line was not answered."
    assert "Traceback" not in complaints
    assert code == 1


def test_odd_texts_are_answered_like_any_other() -> None:
    odd = ["", " ", "?", "😀", "\x00", "can I? " * 2000, "x" * 50_000]
    found, complaints, code = answered([{"id": at, "question": text} for at, text in enumerate(odd)])
    assert len(found) == len(odd)
    assert (complaints, code) == ("", 0)
    half_a_pair = b'{"id": "half", "question": "can I \\ud800 tweet?"}'
    assert answered([half_a_pair])[0][0]["id"] == "half"


def test_a_byte_order_mark_before_the_first_line_is_no_fault() -> None:
    (asked,) = read_lines(['\ufeff{"id": 1, "question": "may I tweet?"}'.encode()])
    assert asked == Asked(1, "may I tweet?")


def test_each_answer_is_written_before_the_next_question_is_read() -> None:
    class Answers(io.BytesIO):
        flushed = 0

        def flush(self) -> None:
            self.flushed = self.getvalue().count(b"\n")

    answers = Answers()

    class Questions(io.BytesIO):
        def __next__(self) -> bytes:
            line = super().__next__()
            seen.append(answers.flushed)
            return line

    seen: list[int] = []
    questions = Questions(b'{"id": 1, "question": "may I tweet?"}\n{"id": 2, "question": "may I blog?"}\n{"id": 3, "question": "who?"}\n')
    assert answer_lines(POLICY, questions, answers) == 0
    assert seen == [0, 1, 2]
    assert answers.flushed == 3


def test_an_unreadable_policy_is_one_clear_error_and_exit_code_two() -> None:
    found, complaints, code = answered([{"id": 1, "question": "may I tweet?"}], policy=Path("no-such-policy.pdf"))
    assert found == []
    assert complaints.splitlines()[0] == "There is no file no-such-policy.pdf."
    assert "Traceback" not in complaints
    assert code == 2
