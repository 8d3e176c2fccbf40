"""Where the labelled policies and questions are: the development schools beside the project, and invented schools in tests/golden."""

from __future__ import annotations

from pathlib import Path

from tools.learning import LabelledPolicy, labelled_policies

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
GOLDEN = ROOT / "tests" / "golden"


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
