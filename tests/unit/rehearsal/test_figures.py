"""Counting what a rehearsal came to."""

from __future__ import annotations

import pytest

from actions.proposal import Check
from bot.rehearsal import figures
from bot.rehearsal.rows import Row
from knowledge.errors import BadInput

from . import samples


def test_every_post_is_in_one_bar_of_the_histogram() -> None:
    rows = [samples.row(n, confidence=c) for n, c in enumerate((0.0, 0.05, 0.349, 0.35, 0.999, 1.0))]
    rows.append(samples.held(9, 0.349))
    bars = figures.histogram(rows, 20)
    assert sum(bar.drafted for bar in bars) == 6
    assert sum(bar.held for bar in bars) == 1
    assert [bar.drafted for bar in bars if bar.drafted] == [1, 1, 1, 1, 2]
    assert (bars[6].drafted, bars[6].held) == (1, 1)
    assert bars[-1].drafted == 2


def test_the_curve_falls_from_all_to_those_that_are_quite_sure() -> None:
    rows = [samples.row(n, confidence=n / 10) for n in range(11)]
    curve = dict(figures.coverage_curve(rows, 10))
    assert curve[0.0] == 1
    assert curve[0.5] == pytest.approx(6 / 11)
    assert curve[1.0] == pytest.approx(1 / 11)
    assert figures.coverage_curve([]) == [(step / 20, 0.0) for step in range(21)]


def test_only_what_was_looked_up_has_a_confidence_to_compare() -> None:
    rows = [
        samples.row(1),
        samples.held(2),
        samples.row(3, kind="no_reply", reason="spam", confidence=0.99),
        samples.row(4, kind="acknowledge", reason="thanks", confidence=1.0),
        Row.failed(samples.post(5), 1, BadInput("x")),
    ]
    assert [row.post.id for row in figures.searched(rows)] == ["p-1", "p-2"]


def test_reasons_are_counted_with_examples_the_commonest_first() -> None:
    rows = [samples.row(0), *(samples.held(n) for n in range(1, 9))]
    rows += [samples.row(10, kind="no_reply", reason="spam"), Row.failed(samples.post(11), 1, BadInput("no such"))]
    found = figures.held_back(rows)
    assert [(item.kind, item.reason, item.count) for item in found] == [
        ("hand_off", "no_source", 8),
        ("error", "bad_input", 1),
        ("no_reply", "spam", 1),
    ]
    assert len(found[0].examples) == 3
    assert found[1].sentence == "no such"


def test_failed_checks_come_first_with_their_commonest_notes() -> None:
    bad = (Check(name="sourced", ok=False, note="no source"), Check(name="length", ok=True, blocking=True))
    rows = [samples.row(1, checks=bad), samples.row(2, checks=bad), samples.row(3), samples.held(4)]
    found = figures.checks(rows)
    assert [(check.name, check.failed, check.of) for check in found] == [("sourced", 2, 2), ("length", 0, 3)]
    assert found[0].notes == ("no source",)
    assert found[1].blocking


def test_only_sources_that_a_sentence_rests_on_are_counted() -> None:
    found = figures.sources([samples.row(1), samples.row(2), samples.held(3)])
    assert [(item.source.entry_id, item.count) for item in found] == [("article", 2)]


def test_agreement_is_with_what_people_linked() -> None:
    ends = figures.link_ends(
        [("article", "https://help.example/kb/article"), ("42", "https://help.example/kb/Other-One/")]
    )
    rows = [
        samples.row(1, answers=("See https://help.example/en/kb/article#step.",)),
        samples.row(2, answers=("See https://help.example/kb/other-one?x=1",)),
        samples.row(3, answers=("See https://elsewhere.example/x",)),
        Row(
            samples.post(4, answers=("https://help.example/kb/article",)), 1, samples.proposal("hand_off", "no_source")
        ),
    ]
    found = figures.agreement(rows, ends)
    assert (found.linked, found.named, found.drafted, found.drafted_on) == (3, 2, 2, 1)
    assert [(band.linked, band.named) for band in found.bands] == [(0, 0), (0, 0), (3, 2), (0, 0), (0, 0)]


@pytest.mark.parametrize(("values", "wanted"), [([], 0), ([7], 7), ([1, 2, 3, 4, 5], 3)])
def test_the_middle_of_some_values(values: list[float], wanted: float) -> None:
    assert figures.percentile(values, 50) == wanted
