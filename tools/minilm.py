"""MiniLM in plain torch, weights as published by sentence-transformers; only `make encoder` and `make judge` use it."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

WIDTH, INNER, HEADS, LAYERS, VOCABULARY, LONGEST = 384, 1536, 12, 6, 30522, 512
TOKEN_WIDTH = 64  # of what is kept of each token for reading two texts side by side
DROPOUT, EPSILON = 0.1, 1e-12


class Layer(nn.Module):
    """One transformer layer."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value, self.joined = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.inner, self.outer = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.attended, self.thought = nn.LayerNorm(WIDTH, EPSILON), nn.LayerNorm(WIDTH, EPSILON)
        self.drop = nn.Dropout(DROPOUT)

    def forward(self, x: Tensor, hidden: Tensor) -> Tensor:
        """The layer's output; `hidden` is added to the attention, very negative where there is no token."""
        rows, length, _ = x.shape
        query, key, value = (
            part(x).view(rows, length, HEADS, WIDTH // HEADS).transpose(1, 2) for part in (self.query, self.key, self.value)
        )
        # Without dropout of its own the attention is fused: a step takes half as long.
        met = (
            nn.functional.scaled_dot_product_attention(query, key, value, hidden.to(query.dtype))
            .transpose(1, 2)
            .reshape(rows, length, WIDTH)
        )
        x = self.attended(x + self.drop(self.joined(met)))
        return self.thought(x + self.drop(self.outer(nn.functional.gelu(self.inner(x)))))  # type: ignore[no-any-return]


class MiniLM(nn.Module):
    """Texts as token numbers → vectors of length 1 (the mean over tokens), and a small vector of each token."""

    def __init__(self) -> None:
        super().__init__()
        self.word, self.place, self.kind = nn.Embedding(VOCABULARY, WIDTH), nn.Embedding(LONGEST, WIDTH), nn.Embedding(2, WIDTH)
        self.start = nn.LayerNorm(WIDTH, EPSILON)
        self.drop = nn.Dropout(DROPOUT)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.small = nn.Linear(WIDTH, TOKEN_WIDTH)

    def forward(self, tokens: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """The vectors (rows × 384) of tokens (rows × length), and those of each token (rows × length × 64).

        `mask` is 1 where there is a token, else 0.
        """
        there = mask.to(self.word.weight.dtype)
        places = torch.cumsum(torch.ones_like(tokens), dim=1) - 1
        x = self.drop(self.start(self.word(tokens) + self.place(places) + self.kind.weight[0]))
        hidden = (there - 1)[:, None, None, :] * 1e4
        for layer in self.layers:
            x = layer(x, hidden)
        x = x.float()
        total = (x * there[:, :, None]).sum(1) / there.sum(1, keepdim=True)
        return nn.functional.normalize(total, dim=-1), self.small(x).float()


def pretrained(weights: Path) -> MiniLM:
    """The published model, from its model.safetensors."""
    stored = load_file(weights)
    names = {
        "word.weight": "embeddings.word_embeddings.weight",
        "place.weight": "embeddings.position_embeddings.weight",
        "kind.weight": "embeddings.token_type_embeddings.weight",
    }
    ends = ("weight", "bias")
    names |= {f"start.{end}": f"embeddings.LayerNorm.{end}" for end in ends}
    parts = {
        "query": "attention.self.query",
        "key": "attention.self.key",
        "value": "attention.self.value",
        "joined": "attention.output.dense",
        "attended": "attention.output.LayerNorm",
        "inner": "intermediate.dense",
        "outer": "output.dense",
        "thought": "output.LayerNorm",
    }
    names |= {
        f"layers.{at}.{ours}.{end}": f"encoder.layer.{at}.{theirs}.{end}"
        for at in range(LAYERS)
        for ours, theirs in parts.items()
        for end in ends
    }
    model = MiniLM()
    model.load_state_dict({ours: stored[theirs] for ours, theirs in names.items()}, strict=False)  # `small` is ours
    return model
