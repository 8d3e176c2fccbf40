"""Fits all that is learned and writes it where it is shipped: `make fit`."""

from __future__ import annotations

import json
import warnings
from importlib import reload

import numpy as np

import knowledge.topics.fitted as fitted
from knowledge.encoder import encoder
from knowledge.judge import judge
from tools.fitting import fit_messages, fit_topics
from tools.learning import Networks, examples_of, learn
from tools.sets import ROOT, development_schools, invented_schools, message_sets, plain_questions


def main() -> None:
    """Writes knowledge/topics/fitted.npz, knowledge/weights.json and bot/message_model.npz."""
    warnings.filterwarnings("ignore")
    np.savez_compressed(ROOT / "knowledge" / "topics" / "fitted.npz", **fit_topics())
    np.savez_compressed(ROOT / "bot" / "message_model.npz", **fit_messages(list(message_sets().values()), plain_questions()))
    model = reload(fitted).topic_model()
    schools = development_schools() + invented_schools()
    told: dict[str, object] = {"made by": "make fit", "learned on": {school.school: len(school.questions) for school in schools}}
    variants: tuple[tuple[str, Networks], ...] = (("with networks", (encoder(), judge())), ("plain", None))
    for name, used in variants:
        told[name] = learn([example for school in schools for example in examples_of(school, model, used)]).to_json()
    (ROOT / "knowledge" / "weights.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    print(f"Learned on {sum(len(school.questions) for school in schools)} questions of {len(schools)} schools.")


if __name__ == "__main__":
    main()
