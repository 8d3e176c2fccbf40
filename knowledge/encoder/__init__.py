"""Our own sentence encoder: texts as vectors that lie close where the matter is the same, however it is worded. Made by `make encoder`.

onnxruntime is imported when an encoder is made, so that nothing waits for it that does not need it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from knowledge.encoder.wordpiece import WordPieces
from knowledge.errors import DataFault

Vectors = NDArray[np.float32]
WIDTH = 384
LONGEST = 160  # tokens: a clause of 120 words
_LOADING = Lock()  # `cache` alone lets every thread of a first rush load one of its own


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text as the encoder reads it. ``vector``: of the whole, of length 1; ``details``: a small one of each token (count × 64)."""

    vector: Vectors
    details: Vectors


class Encoder:
    """A small transformer run on one thread; the same text always gives the same vector."""

    def __init__(self, model: bytes, vocabulary: str) -> None:
        """An encoder of the bytes of an ONNX model and of the vocabulary it was trained with, a piece a line."""
        # Else it reports its use to its makers, with an id of this machine that it keeps in the home folder. It must know before it starts.
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._pieces = WordPieces(vocabulary)

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """The vectors (texts × 384), each of length 1."""
        return np.stack([one.vector for one in self.read(texts)]) if texts else np.zeros((0, WIDTH), np.float32)

    def read(self, texts: Sequence[str]) -> list[Encoded]:
        """The texts as read.

        They are run one by one: the int8 model scales its numbers to what it is given, so in a batch each text would change the others'
        vectors a little, and on one thread a batch is hardly quicker.
        """
        numbers = [tuple(self._pieces.numbers(text, LONGEST)) for text in texts]
        found = {one: self._run(one) for one in dict.fromkeys(numbers)}
        return [found[one] for one in numbers]

    def _run(self, numbers: tuple[int, ...]) -> Encoded:
        tokens = np.array([numbers], np.int64)
        vectors, small = self._session.run(["vectors", "small"], {"tokens": tokens, "mask": np.ones_like(tokens)})
        return Encoded(np.asarray(vectors[0], np.float32), np.asarray(small[0], np.float32))


def encoder() -> Encoder:
    """The bundled encoder, loaded once, however many threads ask for it first: it takes some 80 MB.

    Raises DataFault where its files are missing or damaged, or onnxruntime cannot run here.
    """
    with _LOADING:
        return _bundled()


@cache
def _bundled() -> Encoder:
    return encoder_in(files("knowledge.encoder"))


def encoder_in(folder: Traversable) -> Encoder:
    """The encoder whose model.onnx and vocabulary.txt are in a folder.

    Raises DataFault as `encoder` does.
    """
    try:
        return Encoder(folder.joinpath("model.onnx").read_bytes(), folder.joinpath("vocabulary.txt").read_text(encoding="utf-8"))
    except Exception as error:  # onnxruntime raises classes of its own
        raise DataFault(f"The sentence encoder cannot be used ({error}).", "Install Signpost again, or run `make encoder`.") from error
