"""What the tokens of a question and those of a clause make of each other, in torch, for training; knowledge/judge.py reads likewise."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from tools.minilm import TOKEN_WIDTH

MEETING_WIDTH = 4 * TOKEN_WIDTH
SHARPNESS = 5.0  # to begin with


class Meeting(nn.Module):
    """Each token finds what answers to it in the other text; how they agree and differ is told, on average and at most, for both texts.

    After Parikh et al. 2016, "A Decomposable Attention Model for Natural Language Inference".
    """

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.said = (nn.Linear(4 * TOKEN_WIDTH, TOKEN_WIDTH) for _ in range(2))
        self.sharpness = nn.Parameter(torch.tensor(SHARPNESS))

    def forward(self, questions: Sequence[Tensor], clauses: Sequence[Tensor]) -> Tensor:
        """One row for each pair of a question's tokens (count × 64) and a clause's."""
        asked, asked_there = _padded(questions)
        said, said_there = _padded(clauses)
        alike = nn.functional.normalize(asked, dim=-1) @ nn.functional.normalize(said, dim=-1).transpose(1, 2) * self.sharpness
        found = torch.softmax(alike.masked_fill(~said_there[:, None, :], -1e4), dim=2) @ said
        sought = torch.softmax(alike.masked_fill(~asked_there[:, :, None], -1e4), dim=1).transpose(1, 2) @ asked
        return torch.cat([_told(self.asked, asked, found, asked_there), _told(self.said, said, sought, said_there)], dim=1)

    def arrays(self) -> dict[str, Tensor]:
        """What knowledge/encoder/meeting.py reads, by name."""
        return {
            "asked": self.asked.weight.T, "asked_bias": self.asked.bias,
            "said": self.said.weight.T, "said_bias": self.said.bias, "sharpness": self.sharpness,
        }  # fmt: skip


def _padded(texts: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    lengths = torch.tensor([len(one) for one in texts])
    padded = nn.utils.rnn.pad_sequence(list(texts), batch_first=True)
    return padded, torch.arange(padded.shape[1])[None, :] < lengths[:, None]


def _told(compare: nn.Linear, own: Tensor, other: Tensor, there: Tensor) -> Tensor:
    told = torch.relu(compare(torch.cat([own, other, own * other, (own - other).abs()], dim=2))) * there[:, :, None]
    return torch.cat([told.sum(1) / there.sum(1, keepdim=True), told.amax(1)], dim=1)
