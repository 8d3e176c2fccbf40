"""`signpost evaluate`: labelled questions put to each school's policy, scored, with BM25's figures beside ours."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapters import samples
from adapters.terminal.lines import say
from adapters.terminal.render_scores import misses_list, scores_table
from adapters.terminal.screen import progress_bar, show
from knowledge.answering import Answerer, Citation
from knowledge.baseline import bm25_answer
from knowledge.evaluation import Figures, Given, Labelled, QuestionsUnreadable, Scores, read_questions, score


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Our scores and plain BM25's on the same questions."""

    ours: Scores
    bm25: Scores


def show_evaluation(files: list[Path], policies: Path, *, with_misses: bool, as_json: bool) -> None:
    """Nothing: prints the figures, and the misses where they are wanted."""
    found = evaluate([labelled for file in files for labelled in read_questions(file)], policies)
    if as_json:
        print(json.dumps(evaluation_record(found, with_misses), ensure_ascii=False, indent=1), flush=True)  # noqa: T201
        return
    ours = found.ours
    show(scores_table("All questions", [("Signpost", ours.all), ("BM25", found.bm25.all)]), say(""), widest=None)
    show(scores_table("By school", sorted(ours.by_school.items())), say(""), widest=None)
    show(scores_table("By style", sorted(ours.by_style.items())), widest=None)
    if with_misses:
        show(say(""), *misses_list(ours.misses))


def evaluate(questions: list[Labelled], policies: Path) -> Evaluation:
    """The scores of all questions, each put to the policy in the folder that bears its school's name."""
    if not questions:
        raise QuestionsUnreadable("There is no question to score.", "Give files with one labelled question a line.")
    answerers: dict[str, Answerer] = {}
    paths = {labelled.school: samples.policy_file(policies, labelled.school) for labelled in questions}
    ours: list[tuple[Labelled, Given]] = []
    bm25: list[tuple[Labelled, Given]] = []
    with progress_bar("Answering") as advance:
        for done, labelled in enumerate(questions):
            advance(done, len(questions))
            if labelled.school not in answerers:
                answerers[labelled.school] = samples.answerer_of(samples.file_edition(paths[labelled.school]))
            answerer = answerers[labelled.school]
            ours.append((labelled, given(answerer, labelled.question)))
            bm25.append((labelled, bm25_answer(labelled.question, answerer.index)))
    return Evaluation(score(ours), score(bm25))


def given(answerer: Answerer, question: str) -> Given:
    """The ruling on a question as the scorer takes it."""
    ruling = answerer.answer(question)
    return Given(ruling.verdict, ruling.confident, _quoted(ruling.citations), _quoted(ruling.related))


def evaluation_record(found: Evaluation, with_misses: bool) -> dict[str, Any]:
    """The figures for other programs: shares of 1, but the counts `questions`, `covered` and `unsafe`."""
    record: dict[str, Any] = {
        "signpost": _figures(found.ours.all),
        "bm25": _figures(found.bm25.all),
        "by_school": {name: _figures(figures) for name, figures in sorted(found.ours.by_school.items())},
        "by_style": {name: _figures(figures) for name, figures in sorted(found.ours.by_style.items())},
    }
    if with_misses:
        record["misses"] = [
            {
                "id": labelled.id,
                "question": labelled.question,
                "label": labelled.verdict,
                "verdict": str(answer.verdict),
                "right": right,
                "shown": (answer.clauses or answer.related or (("", ""),))[0][1],
                "gold": list(labelled.gold),
            }
            for labelled, answer, right in found.ours.misses
        ]
    return record


def _figures(figures: Figures) -> dict[str, float]:
    return {name: round(value, 4) for name, value in figures.shares().items()}


def _quoted(citations: tuple[Citation, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((citation.clause.lead_in, citation.clause.text) for citation in citations)
