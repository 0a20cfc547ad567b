from __future__ import annotations

import json
from pathlib import Path

import pytest

from knowledge.errors import BadInput
from knowledge.evaluation.privacy import Sentence, evaluate, hits, read, report
from knowledge.private_details import Detail, Kind


def sentence(text: str, *spans: tuple[str, str]) -> Sentence:
    marks = [
        {"entity_type": kind, "start_position": text.index(value), "end_position": text.index(value) + len(value)}
        for kind, value in spans
    ]
    return Sentence.model_validate({"full_text": text, "spans": marks})


@pytest.mark.parametrize(
    ("found", "hit"),
    [
        (Detail(0, 10, Kind.PHONE), True),
        (Detail(5, 30, Kind.PHONE), True),
        (Detail(6, 30, Kind.PHONE), False),
        (Detail(0, 10, Kind.SSN), False),
    ],
)
def test_a_hit_has_the_kind_and_half_of_the_span(found: Detail, hit: bool) -> None:
    assert hits(found, Detail(0, 10, Kind.PHONE)) is hit


def test_recall_and_precision_over_all_and_of_each_kind() -> None:
    result = report(
        evaluate(
            [
                sentence("write to a@b.de", ("EMAIL_ADDRESS", "a@b.de")),
                sentence("the secret 12-34", ("PHONE_NUMBER", "12-34")),  # missed
                sentence("call +44 20 7946 0958", ("PERSON", "call")),  # found, not marked
                sentence("order number 4711223 for Anna", ("PERSON", "Anna")),  # of other kinds: counts neither way
            ]
        )
    )
    assert result == {
        "recall": 0.5,
        "precision": 0.5,
        "kinds": {
            "EMAIL_ADDRESS": {"recall": 1.0, "precision": 1.0, "n": 1},
            "PHONE_NUMBER": {"recall": 0.0, "precision": 0.0, "n": 1},
        },
    }


def test_a_found_number_of_another_kind_is_a_miss_and_a_mistake() -> None:
    scores = evaluate([sentence("my number 123-45-6789", ("PHONE_NUMBER", "123-45-6789"))])
    assert (scores[Kind.PHONE].hit, scores[Kind.PHONE].n, scores[Kind.SSN].right, scores[Kind.SSN].found) == (
        0,
        1,
        0,
        1,
    )


def test_nothing_to_divide_by_is_null() -> None:
    assert report(evaluate([sentence("hello")])) == {"recall": None, "precision": None, "kinds": {}}


def test_a_file_is_read(tmp_path: Path) -> None:
    line = {"full_text": "a@b.de\nx", "spans": [], "masked": "", "template_id": 3, "metadata": None}
    (tmp_path / "pii.jsonl").write_text(json.dumps(line) + "\n\n")
    assert [one.full_text for one in read(tmp_path / "pii.jsonl")] == ["a@b.de\nx"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "no sentence"),
        ("{}\n", "line 1"),
        ("nonsense", "line 1"),
        (
            '{"full_text": "abc", "spans": [{"entity_type": "X", "start_position": 1, "end_position": 9}]}',
            "out of full_text",
        ),
    ],
)
def test_a_wrong_file_is_told_with_its_place(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "pii.jsonl").write_text(content)
    with pytest.raises(BadInput, match=said):
        read(tmp_path / "pii.jsonl")


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        read(tmp_path / "none.jsonl")
