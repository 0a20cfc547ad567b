"""Judgements: which id of the corpus is right for which query, from a table in the form of BEIR or TREC."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from knowledge.errors import BadInput
from knowledge.reading.fields import clean
from knowledge.reading.lines import bad

#: Grades by query, then by id; a grade above 0 is right, and nDCG weighs it.
Grades = dict[str, dict[str, int]]

#: The names that the columns go by; `strict` is ours: 1 where the judgement is beyond doubt.
_QUERY, _ENTRY, _GRADE, _STRICT = "query-id", "corpus-id", "score", "strict"
_TREC = (_QUERY, "iteration", _ENTRY, _GRADE)


@dataclass
class Judgements:
    """What was read: `grades`, `duplicates` that were dropped, and a line for each that could not be read."""

    grades: Grades = field(default_factory=dict)
    duplicates: int = 0
    errors: list[str] = field(default_factory=list)


def read_judgements(path: Path, *, strict: bool = False) -> Judgements:
    """Read `query-id, corpus-id, score` with a header (tabs between), or TREC's `query 0 id grade` without one.

    `strict` takes only rows whose column `strict` is 1. Of rows that come twice the first counts, and the others are
    counted as duplicates. Rows with a grade of 0 or less judge an id as wrong, which changes no measure: they are
    left out.

    Raises:
        BadInput: there is no such file, it holds no judgement, or `strict` is asked of a table without that column.
    """
    found = Judgements()
    seen: set[tuple[str, str]] = set()
    columns: tuple[str, ...] = ()
    try:
        for number, cells in _rows(path, found):
            if not columns:
                columns = _columns(cells)
                if strict and _STRICT not in columns:
                    raise BadInput(f"{path} has no column `{_STRICT}`", hint="leave --strict out: all judgements count")
                if _QUERY in cells:
                    continue
            if len(cells) < min(len(columns), columns.index(_GRADE) + 1):
                found.errors.append(str(bad(path, number, f"{len(columns)} columns are expected, not {len(cells)}")))
                continue
            row = dict(zip(columns, cells, strict=False))
            try:
                grade = int(row[_GRADE])
            except ValueError:
                found.errors.append(str(bad(path, number, f"`{_GRADE}` is no whole number: {row[_GRADE][:20]!r}")))
                continue
            if grade <= 0 or (strict and row.get(_STRICT) != "1"):
                continue
            pair = row[_QUERY], row[_ENTRY]
            if pair in seen:
                found.duplicates += 1
                continue
            seen.add(pair)
            found.grades.setdefault(row[_QUERY], {})[row[_ENTRY]] = grade
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}", hint="check the path and its permissions") from None
    if not found.grades:
        raise BadInput(
            f"{path} holds no judgement",
            hint=found.errors[0] if found.errors else "see docs/evaluation.md for its form",
        )
    return found


def within(grades: Grades, queries: Container[str], entries: Container[str]) -> tuple[Grades, int, int]:
    """The judgements whose query and entry are both known, and how many name an unknown query, an unknown entry."""
    kept: Grades = {}
    unknown_queries = unknown_entries = 0
    for query, judged in grades.items():
        if query not in queries:
            unknown_queries += len(judged)
            continue
        known = {entry: grade for entry, grade in judged.items() if entry in entries}
        unknown_entries += len(judged) - len(known)
        if known:
            kept[query] = known
    return kept, unknown_queries, unknown_entries


def _columns(cells: list[str]) -> tuple[str, ...]:
    if _QUERY in cells and _ENTRY in cells and _GRADE in cells:
        return tuple(cells)
    return _TREC if len(cells) == len(_TREC) else (_QUERY, _ENTRY, _GRADE)


def _rows(path: Path, found: Judgements) -> Iterator[tuple[int, list[str]]]:
    """Line numbers with their cells; a line that is not UTF-8 is an error of its own."""
    with path.open("rb") as file:
        for number, raw in enumerate(file, 1):
            try:
                line = clean(raw.decode("utf-8-sig" if number == 1 else "utf-8")).strip()
            except UnicodeDecodeError:
                found.errors.append(str(bad(path, number, "not UTF-8")))
                continue
            if line:
                cells = line.split("\t") if "\t" in line else line.split()
                yield number, [cell.strip() for cell in cells]
