"""Trains the judge on the sections and writes knowledge/judge.npz: `make judge` (some minutes), once the encoder is made.

Each question is read beside all clauses of its section; the judge learns to give those that answer the highest score, higher than
silence, which scores 0, and what they say of the act. Several nets that began differently are put together in one.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Sequence
from itertools import pairwise
from multiprocessing import get_context

import numpy as np
import torch
from torch import nn

from knowledge.encoder import Encoded, Encoder, encoder
from knowledge.encoder.meeting import meeting
from knowledge.judge import VERDICTS, Side
from knowledge.judge import rows_of as read_together
from knowledge.question import forms_of
from knowledge.sentences import sentences
from knowledge.stance import sentence_stance, stance_of
from knowledge.words import tokens
from tools.sections import Asked, Section, encoder_digest, sections, sections_digest, turned_round
from tools.sets import ROOT

NETS, WIDTH, EPOCHS, RATE, DECAY, DROPOUT = 4, 128, 8, 1e-3, 0.05, 0.3
BATCH = 32  # questions
WORKERS = 2
QUESTIONS: list[tuple[Asked, torch.Tensor]] = []  # with the features of their clauses; kept here so that workers share them


class Net(nn.Module):
    """Rows of features → log-odds that the clause answers, then the scores of the verdicts."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.hidden, self.out, self.drop = nn.Linear(features, WIDTH), nn.Linear(WIDTH, 1 + len(VERDICTS)), nn.Dropout(DROPOUT)

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        """The scores of each row."""
        return self.out(self.drop(torch.relu(self.hidden(self.drop(rows)))))  # type: ignore[no-any-return]


def rows_of(section: Section, asked: Asked, used: Encoder) -> np.ndarray:
    """The features of a question beside each clause of its section."""
    question = used.read([asked.question])[0]
    forms = forms_of(" ".join(tokens(asked.question)))
    return read_together(meeting(), question, forms, [_side(clause, question, used) for clause in section.clauses])


def _side(clause: str, question: Encoded, used: Encoder) -> Side:
    parts = sentences(clause) or [clause]
    meanings = used.vectors(parts) if len(parts) > 1 else used.vectors([clause])
    nearest = int(np.argmax(meanings @ question.vector))
    return Side(used.read([clause])[0], stance_of(clause), meanings[nearest], sentence_stance(parts[nearest]))


def learn(seed: int) -> dict[str, torch.Tensor]:
    """The weights of a net that learned from QUESTIONS."""
    torch.manual_seed(seed)
    draw, questions = random.Random(seed), QUESTIONS
    net = Net(questions[0][1].shape[1])
    optimizer = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=DECAY)
    steps = EPOCHS * (len(questions) // BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: max(0.05, 1 - step / steps))
    for _ in range(EPOCHS):
        order = draw.sample(questions, len(questions))
        for start in range(0, len(order) - BATCH + 1, BATCH):
            batch = order[start : start + BATCH]
            bounds = np.cumsum([0, *(len(rows) for _, rows in batch)]).tolist()
            scores = net(torch.cat([rows for _, rows in batch]).float())
            told = [scores[first:end] for first, end in pairwise(bounds)]
            loss = torch.stack([_loss(asked, one) for (asked, _), one in zip(batch, told, strict=True)]).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return net.state_dict()


def _loss(asked: Asked, scores: torch.Tensor) -> torch.Tensor:
    likely = torch.log_softmax(torch.cat([scores[:, 0], torch.zeros(1)]), dim=0)
    if not asked.answers:
        return -likely[-1]
    places = list(asked.answers)
    wanted = torch.full((len(places),), VERDICTS.index(asked.verdict))
    return nn.functional.cross_entropy(scores[places, 1:], wanted, label_smoothing=0.05) - torch.logsumexp(likely[places], dim=0)


def main() -> None:
    """Writes knowledge/judge.npz."""
    torch.set_num_threads(1)
    started, used = time.monotonic(), _Remembering(encoder())
    told = [*sections(), *(other for section in sections() for other in turned_round(section))]
    QUESTIONS.extend((asked, torch.tensor(rows_of(section, asked, used)).half()) for section in told for asked in section.asked)
    print(f"{len(QUESTIONS)} questions encoded, {time.monotonic() - started:.0f} s", flush=True)
    with get_context("fork").Pool(WORKERS) as workers:
        nets = workers.map(learn, range(NETS), chunksize=1)
    arrays = {
        "hidden": torch.cat([net["hidden.weight"] for net in nets]).T,
        "bias": torch.cat([net["hidden.bias"] for net in nets]),
        "out": torch.cat([net["out.weight"] for net in nets], dim=1).T / NETS,
        "out_bias": torch.stack([net["out.bias"] for net in nets]).mean(dim=0),
    }
    kept = {name: one.numpy().astype(np.float16) for name, one in arrays.items()}
    made = {"sections": sections_digest(), "encoder": encoder_digest()}
    np.savez_compressed(ROOT / "knowledge" / "judge.npz", **kept, made=np.frombuffer(json.dumps(made).encode(), np.uint8))
    print(f"knowledge/judge.npz written, {time.monotonic() - started:.0f} s")


class _Remembering(Encoder):
    """An encoder that encodes each text once: clauses stand beside a dozen questions."""

    def __init__(self, used: Encoder) -> None:
        self._used = used
        self._known: dict[str, Encoded] = {}

    def read(self, texts: Sequence[str]) -> list[Encoded]:
        for text in texts:
            if text not in self._known:
                self._known[text] = self._used.read([text])[0]
        return [self._known[text] for text in texts]


if __name__ == "__main__":
    main()
