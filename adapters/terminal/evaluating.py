"""`signpost evaluate`: labelled questions put to each school's policy, scored; BM25's figures beside ours, and a reader's if wanted."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from adapters import samples
from adapters.reader import EndpointReader, reader_of
from adapters.settings import checked, missing, read_settings, settings_wrong
from adapters.terminal.lines import say
from adapters.terminal.render_scores import misses_list, scores_table
from adapters.terminal.screen import progress_bar, show
from bot.asking import ask
from bot.reading import Reading
from knowledge.answering import Answerer, Citation, Ruling
from knowledge.baseline import bm25_answer
from knowledge.evaluation import Figures, Given, Labelled, QuestionsUnreadable, Scores, read_questions, score


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Our scores and plain BM25's on the same questions; and ours with a reader, None where none was asked for.

    ``came``: how often which outcome came of the reader, by code (see docs/READER.md).
    """

    ours: Scores
    bm25: Scores
    read: Scores | None = None
    came: dict[str, int] = field(default_factory=dict)


def show_evaluation(files: list[Path], policies: Path, *, with_misses: bool, as_json: bool, with_reader: bool = False) -> None:
    """Nothing: prints the figures, and the misses where they are wanted. Raises SettingsWrong where a reader is wanted but not set up."""
    reader = _reader_set_up() if with_reader else None
    found = evaluate([labelled for file in files for labelled in read_questions(file)], policies, reader)
    if as_json:
        print(json.dumps(evaluation_record(found, with_misses), ensure_ascii=False, indent=1), flush=True)  # noqa: T201
        return
    ours = found.read or found.ours
    rows = [("Signpost", found.ours.all), *([("with a reader", found.read.all)] if found.read else []), ("BM25", found.bm25.all)]
    show(scores_table("All questions", rows), say(""), widest=None)
    if found.read:
        show(say(f"What came of the reader: {', '.join(f'{code} {count}' for code, count in found.came.items())}"), say(""))
    show(scores_table("By school", sorted(ours.by_school.items())), say(""), widest=None)
    show(scores_table("By style", sorted(ours.by_style.items())), widest=None)
    if with_misses:
        show(say(""), *misses_list(ours.misses))


def evaluate(questions: list[Labelled], policies: Path, reader: EndpointReader | None = None) -> Evaluation:
    """The scores of all questions, each put to the policy in the folder that bears its school's name; `reader`: asked too, as in use."""
    if not questions:
        raise QuestionsUnreadable("There is no question to score.", "Give files with one labelled question a line.")
    answerers: dict[str, Answerer] = {}
    paths = {labelled.school: samples.policy_file(policies, labelled.school) for labelled in questions}
    reading = Reading(reader) if reader else None
    ours: list[tuple[Labelled, Given]] = []
    read: list[tuple[Labelled, Given]] = []
    bm25: list[tuple[Labelled, Given]] = []
    with progress_bar("Answering") as advance:
        for done, labelled in enumerate(questions):
            advance(done, len(questions))
            if labelled.school not in answerers:
                answerers[labelled.school] = samples.answerer_of(samples.file_edition(paths[labelled.school]))
            answerer = answerers[labelled.school]
            ours.append((labelled, given(answerer, labelled.question)))
            bm25.append((labelled, bm25_answer(labelled.question, answerer.index)))
            if reading:
                read.append((labelled, given_of(ask(labelled.question, answerer, samples.today(), reading).ruling)))
    if not (reader and reading):
        return Evaluation(score(ours), score(bm25))
    came = {code: count for code, count in reading.came.items() if code != "not_sent"}
    came["not_sent"] = len(questions) - sum(came.values())  # worries, emergencies and commands too, which reading was never given
    failed = {code: count for code, count in reader.counts.items() if code != "answered"}
    return Evaluation(score(ours), score(bm25), score(read), came | dict(sorted(failed.items())))


def given(answerer: Answerer, question: str) -> Given:
    """The ruling on a question as the scorer takes it."""
    return given_of(answerer.answer(question))


def given_of(ruling: Ruling) -> Given:
    """A ruling as the scorer takes it."""
    return Given(ruling.verdict, ruling.confident, _quoted(ruling.citations), _quoted(ruling.related))


def evaluation_record(found: Evaluation, with_misses: bool) -> dict[str, Any]:
    """The figures for other programs: shares of 1, but the counts `questions`, `covered` and `unsafe`."""
    ours = found.read or found.ours
    record: dict[str, Any] = {
        "signpost": _figures(found.ours.all),
        "bm25": _figures(found.bm25.all),
        "by_school": {name: _figures(figures) for name, figures in sorted(ours.by_school.items())},
        "by_style": {name: _figures(figures) for name, figures in sorted(ours.by_style.items())},
    }
    if found.read:
        record |= {"reader": _figures(found.read.all), "reader_came": found.came}
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
            for labelled, answer, right in ours.misses
        ]
    return record


def _reader_set_up() -> EndpointReader:
    """The reader of the settings, asked every time: an evaluation asks far more often than people do."""
    settings = checked(read_settings())
    reader = reader_of(settings, rest=0)
    if reader is None:
        raise settings_wrong([*missing(settings, "READER_URL", "READER_KEY", "READER_MODEL")])
    return reader


def _figures(figures: Figures) -> dict[str, float]:
    return {name: round(value, 4) for name, value in figures.shares().items()}


def _quoted(citations: tuple[Citation, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((citation.clause.lead_in, citation.clause.text) for citation in citations)
