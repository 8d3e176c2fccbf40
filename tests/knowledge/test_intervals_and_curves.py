"""Intervals and curves of `make evaluate`, on figures small enough to check by hand."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from tools.charts import HEIGHT, WIDTH, reliability_chart, risk_chart
from tools.curves import calibration_error, reliability, risk_coverage
from tools.intervals import difference_interval, f1_interval, wilson

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("share", "n", "low", "high"),
    [(0.5, 100, 0.404, 0.596), (0.9, 10, 0.596, 0.982), (0.0, 10, 0.0, 0.278), (1.0, 10, 0.722, 1.0), (0.0, 0, 0.0, 1.0)],
)
def test_wilson_s_interval_is_that_of_the_textbook(share: float, n: int, low: float, high: float) -> None:
    assert wilson(share, n) == pytest.approx((low, high), abs=0.001)


def test_more_questions_make_the_interval_narrower() -> None:
    widths = [high - low for low, high in (wilson(0.7, n) for n in (10, 100, 1000))]
    assert widths == sorted(widths, reverse=True)
    assert widths[0] > 4 * widths[2]


def test_the_same_answers_do_not_differ_and_the_interval_of_few_other_ones_is_narrow() -> None:
    ours = np.arange(100) % 2 == 0
    assert difference_interval(ours, ours) == (0.0, 0.0)
    theirs = ours.copy()
    theirs[:4] = False  # two of the right ones
    low, high = difference_interval(ours, theirs)
    assert 0.0 <= low < 0.02 < high < 0.06
    assert difference_interval(theirs, ours) == pytest.approx((-high, -low))
    other = np.arange(100) < 48  # the same share, on other questions: that says far less
    wide = difference_interval(ours, other)
    assert wide[1] - wide[0] > 3 * (high - low)


def test_the_interval_of_silence_holds_its_f1_and_is_a_point_where_all_or_nothing_is_found() -> None:
    silent = np.arange(60) < 20
    none = np.zeros(60, bool)
    assert f1_interval(silent, none, silent) == (1.0, 1.0)
    assert f1_interval(none, none, silent) == (0.0, 0.0)
    found, wrongly = np.arange(60) < 15, np.arange(60) >= 50
    low, high = f1_interval(found, wrongly, silent)  # precision 15/25, recall 15/20
    assert 0.3 < low < 2 * 15 / (15 + 10 + 20) < high < 0.9


def test_answers_that_are_right_as_often_as_they_say_lie_on_the_line() -> None:
    confidence = [0.25] * 4 + [0.75] * 4
    right = [True, False, False, False, True, True, True, False]
    bins = reliability(confidence[::-1], right[::-1], bins=2)
    assert [(one.confidence, one.right, one.n) for one in bins] == [(0.25, 0.25, 4), (0.75, 0.75, 4)]
    assert bins[0].interval == wilson(0.25, 4)
    assert calibration_error(bins) == 0.0


def test_answers_that_say_more_than_they_hold_lie_apart() -> None:
    bins = reliability([0.9] * 10, [True] * 5 + [False] * 5, bins=1)
    assert calibration_error(bins) == pytest.approx(0.4)
    assert reliability([], []) == []
    assert calibration_error([]) == 0.0


def test_the_share_right_is_counted_from_the_surest_down_to_all() -> None:
    points = risk_coverage([0.2, 0.9, 0.6, 0.4], [False, True, False, True], fewest=1)
    assert points == [(0.25, 1.0), (0.5, 0.5), (0.75, pytest.approx(2 / 3)), (1.0, 0.5)]


def test_answers_of_equal_confidence_are_not_parted_nor_too_few_counted() -> None:
    assert risk_coverage([0.9, 0.5, 0.5, 0.5], [True, True, False, False], fewest=1) == [(0.25, 1.0), (1.0, 0.5)]
    assert risk_coverage([0.9, 0.8, 0.7, 0.6], [True] * 4, fewest=3) == [(0.75, 1.0), (1.0, 1.0)]
    assert risk_coverage([0.5], [True]) == [(1.0, 1.0)]
    assert risk_coverage([], []) == []


def charts() -> list[str]:
    """Both charts of two series, one of them with a name that must be escaped."""
    sure, right = list(np.linspace(0.01, 0.99, 60)), [at % 3 > 0 for at in range(60)]
    bins, points = reliability(sure, right), risk_coverage(sure, right)
    names = ("ours", "plain <b> & co")
    return [reliability_chart([(name, bins) for name in names]), risk_chart([(name, points) for name in names], [points[9], points[-1]])]


@pytest.mark.parametrize("svg", charts(), ids=["reliability", "risk"])
def test_a_chart_has_a_title_and_words_for_screen_readers_names_on_its_axes_and_colours_for_light_and_dark(svg: str) -> None:
    root = ElementTree.fromstring(svg)  # noqa: S314  our own text
    assert root.get("role") == "img"
    ids = {one.get("id"): (one.text or "") for one in root.iter() if one.get("id")}
    assert all(ids[name] for name in (root.get("aria-labelledby") or "").split())
    assert "plain <b> & co" in ids["told"]
    assert "are right" in ids["told"]
    texts = [one.text or "" for one in root.iter(f"{SVG}text")]
    assert sum("share" in text or "sure" in text for text in texts) >= 2
    assert any(text.startswith("plain <b> & co") for text in texts)
    style = root.find(f"{SVG}style")
    assert style is not None
    assert "prefers-color-scheme:dark" in (style.text or "")
    assert not re.search(r"nan|inf\b", svg)
    assert len(svg) < 20_000


@pytest.mark.parametrize("svg", charts(), ids=["reliability", "risk"])
def test_all_that_is_drawn_lies_inside_the_chart(svg: str) -> None:
    root = ElementTree.fromstring(svg)  # noqa: S314  our own text
    dots = [(float(one.get("cx", "nan")), float(one.get("cy", "nan"))) for one in root.iter(f"{SVG}circle")]
    ends = [tuple(map(float, pair)) for one in root.iter(f"{SVG}path") for pair in re.findall(r"[ML](\S+) ([\d.]+)", one.get("d", ""))]
    assert len(dots) >= 2
    assert len(ends) > 20
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in dots + ends)


def test_a_chart_of_nothing_is_still_a_chart() -> None:
    for svg in (reliability_chart([("ours", [])]), risk_chart([("ours", [])], [(0.0, 0.0)])):
        assert ElementTree.fromstring(svg).find(f"{SVG}title") is not None  # noqa: S314  our own text
