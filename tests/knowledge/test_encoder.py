"""The sentence encoder: what its vectors are, that they do not drift, that nothing waits for it without need, and answering without it."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.answering import Answerer
from knowledge.encoder import LONGEST, WIDTH, encoder, encoder_in
from knowledge.encoder.wordpiece import WordPieces
from knowledge.errors import DataFault
from knowledge.index import PolicyIndex
from knowledge.topics.fitted import topic_model
from tests.shared_files import edition

POLICY = """Fernhill School

Social Media Policy

1. Contact

1.1 Staff must not add pupils as friends on their own accounts.

1.2 Colleagues are asked to think before they accept a request from a parent or carer. If in doubt, they speak to the head teacher.

2. Pictures

2.1 Films of children are made on school devices alone.
"""


def pieces() -> WordPieces:
    return WordPieces(files("knowledge.encoder").joinpath("vocabulary.txt").read_text(encoding="utf-8"))


def test_vectors_have_length_one_whatever_the_text() -> None:
    vectors = encoder().vectors(["may I tweet?", "", "£", "word " * 500, "漢字 😀"])
    assert vectors.shape == (5, WIDTH)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert encoder().vectors([]).shape == (0, WIDTH)


def test_a_text_has_the_same_vector_whatever_is_encoded_with_it() -> None:
    texts = ["can I add a parent?", "who takes the photos", "can I add a parent?"]
    together = encoder().vectors(texts)
    assert np.array_equal(together[0], together[2])
    for text, vector in zip(texts, together, strict=True):
        assert np.array_equal(encoder().vectors([text])[0], vector)


def test_what_means_the_same_lies_closer_than_what_does_not() -> None:
    asked, meant, other = encoder().vectors(
        ["a mum has added me on insta", "Staff are advised not to accept friend requests from parents.", "Passwords are changed each term."]
    )
    assert asked @ meant > asked @ other + 0.3


def test_the_shipped_file_gives_the_vectors_that_were_recorded_when_it_was_made() -> None:
    made = json.loads(files("knowledge.encoder").joinpath("made.json").read_text(encoding="utf-8"))
    assert made["int8 beside full precision"]["mean cosine"] > 0.98
    recorded = made["first numbers"]
    for text, vector in zip(recorded, encoder().vectors(list(recorded)), strict=True):
        assert vector[: len(recorded[text])] == pytest.approx(recorded[text], abs=0.02), text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Naïve CAFÉ", [101, 15743, 7668, 102]),  # accents and capitals go
        ("don't", [101, 2123, 1005, 1056, 102]),
        ("£30 an hr", [101, 28182, 2692, 2019, 17850, 102]),  # only ASCII symbols stand alone
        ("a_b 漢", [101, 1037, 1035, 1038, 1904, 102]),
        ("x" * 101, [101, 100, 102]),  # no word is that long
        ("zero\u200bwidth", pieces().numbers("zerowidth", LONGEST)),
        ("", [101, 102]),
    ],
)
def test_word_pieces_are_those_of_the_model_s_own_tokenizer(text: str, said: list[int]) -> None:
    assert pieces().numbers(text, LONGEST) == said


@given(st.text(), st.integers(2, 40))
@settings(max_examples=200, deadline=None)
def test_any_text_becomes_numbers_within_bounds(text: str, longest: int) -> None:
    numbers = pieces().numbers(text, longest)
    assert (numbers[0], numbers[-1]) == (101, 102)
    assert len(numbers) <= longest
    assert all(0 < number < 30522 for number in numbers)


def test_a_damaged_encoder_is_a_fault_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DataFault):
        encoder_in(tmp_path)
    (tmp_path / "model.onnx").write_bytes(b"not a model")
    (tmp_path / "vocabulary.txt").write_text("[PAD]\n")
    with pytest.raises(DataFault, match="sentence encoder") as fault:
        encoder_in(tmp_path)
    assert "make encoder" in fault.value.next_step


def test_answering_plainly_leaves_the_encoder_out_and_onnxruntime_unimported() -> None:
    script = (
        "import sys\nfrom knowledge.answering import Answerer\nfrom tests.knowledge.test_encoder import POLICY\n"
        "from tests.shared_files import edition\nprint(Answerer(edition(POLICY), plain=True).answer('can I add pupils?').verdict)\n"
        "print('onnxruntime' in sys.modules)\nAnswerer(edition(POLICY))\nprint('onnxruntime' in sys.modules)\n"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert told.split() == ["no", "False", "True"]


def test_a_program_can_ask_for_answers_without_the_encoder(tmp_path: Path) -> None:
    policy = tmp_path / "policy.md"
    policy.write_text(POLICY)
    command = [str(Path(sys.executable).parent / "signpost"), "answer", "--policy", str(policy)]
    asked = json.dumps({"id": 1, "question": "can I add my pupils as friends?"}) + "\n"
    told = {
        plain: json.loads(subprocess.run([*command, *plain], input=asked, capture_output=True, text=True, check=True).stdout)
        for plain in ((), ("--plain",))
    }
    full, without = told[()], told["--plain",]
    assert full.keys() == without.keys()
    assert full["clauses"][0]["text"] == without["clauses"][0]["text"]
    assert full["clauses"][0]["score"] != without["clauses"][0]["score"]


def test_an_index_without_an_encoder_finds_nothing_alike_in_meaning() -> None:
    index = PolicyIndex(edition(POLICY), topic_model())
    assert not index.meanings_alike(index.understand("can I add pupils?")).any()
    with_meaning = PolicyIndex(edition(POLICY), topic_model(), encoder())
    for question, text in (("can I add pupils?", "Staff must not add pupils"), ("filming kids", "Films of children")):
        alike = with_meaning.meanings_alike(with_meaning.understand(question))
        assert alike.shape == (len(index.units),)
        assert index.units[int(alike.argmax())].text.startswith(text)


def test_both_ways_of_answering_quote_the_rule() -> None:
    for plain in (False, True):
        ruling = Answerer(edition(POLICY), plain=plain).answer("can I add my pupils as friends?")
        assert ruling.citations[0].clause.text == "Staff must not add pupils as friends on their own accounts."


def test_running_the_encoder_tells_nobody_of_it_and_writes_no_file(tmp_path: Path) -> None:
    """onnxruntime keeps an id of the machine and reports its use to its makers unless it is told not to before it starts."""
    script = "from knowledge.encoder import encoder\nprint(encoder().vectors(['can I add pupils?']).shape)\n"
    home = {name: str(tmp_path) for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_DATA_HOME")}
    folder = Path(__file__).parents[2]
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=home, cwd=folder).stdout
    assert told.split() == ["(1,", f"{WIDTH})"]
    assert list(tmp_path.rglob("*")) == []
