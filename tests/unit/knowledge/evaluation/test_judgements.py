"""Tables of judgements, well-formed and not."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.errors import BadInput
from knowledge.evaluation.judgements import read_judgements, within


def table(folder: Path, *lines: str) -> Path:
    path = folder / "qrels.tsv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_table_with_a_header(tmp_path: Path) -> None:
    found = read_judgements(table(tmp_path, "query-id\tcorpus-id\tscore", "q1\ta\t1", "q1\tb\t2", "q2\ta\t1"))
    assert found.grades == {"q1": {"a": 1, "b": 2}, "q2": {"a": 1}}
    assert (found.duplicates, found.errors) == (0, [])


def test_columns_go_by_their_names(tmp_path: Path) -> None:
    path = table(tmp_path, "score\tstrict\tcorpus-id\tquery-id", "1\t1\ta\tq1", "1\t0\tb\tq1")
    assert read_judgements(path).grades == {"q1": {"a": 1, "b": 1}}
    assert read_judgements(path, strict=True).grades == {"q1": {"a": 1}}


def test_strict_needs_its_column(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no column `strict`"):
        read_judgements(table(tmp_path, "query-id\tcorpus-id\tscore", "q1\ta\t1"), strict=True)


def test_a_table_without_a_header_in_either_form(tmp_path: Path) -> None:
    assert read_judgements(table(tmp_path, "q1\ta\t1")).grades == {"q1": {"a": 1}}
    assert read_judgements(table(tmp_path, "q1 0 a 1", "q2 0 b 0")).grades == {"q1": {"a": 1}}


def test_rows_that_come_twice_are_dropped_and_counted(tmp_path: Path) -> None:
    found = read_judgements(table(tmp_path, "query-id\tcorpus-id\tscore", "q1\ta\t1", "q1\ta\t1", "q1\ta\t1"))
    assert (found.grades, found.duplicates) == ({"q1": {"a": 1}}, 2)


def test_what_is_judged_wrong_is_not_right(tmp_path: Path) -> None:
    found = read_judgements(table(tmp_path, "query-id\tcorpus-id\tscore", "q1\ta\t0", "q1\tb\t-1", "q2\ta\t1"))
    assert found.grades == {"q2": {"a": 1}}


def test_bad_lines_are_told_with_file_and_line_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "qrels.tsv"
    path.write_bytes(b"query-id\tcorpus-id\tscore\nq1\ta\nq1\ta\tmany\n\nq\xff\ta\t1\nq2\tb\t1\n")
    found = read_judgements(path)
    assert found.grades == {"q2": {"b": 1}}
    assert [line.partition(str(path))[2].split(" ")[0] for line in found.errors] == [":2:", ":3:", ":5:"]


@pytest.mark.parametrize("content", ["", "query-id\tcorpus-id\tscore\n", "\n\n"])
def test_no_judgement_at_all(tmp_path: Path, content: str) -> None:
    path = tmp_path / "qrels.tsv"
    path.write_text(content)
    with pytest.raises(BadInput, match="no judgement"):
        read_judgements(path)


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        read_judgements(tmp_path / "qrels.tsv")


def test_unknown_ids_are_counted_and_what_is_left_is_kept() -> None:
    grades = {"q1": {"a": 1, "gone": 1}, "q2": {"gone": 1}, "q3": {"a": 1, "b": 1}}
    assert within(grades, {"q1", "q2"}, {"a", "b"}) == ({"q1": {"a": 1}}, 2, 2)
