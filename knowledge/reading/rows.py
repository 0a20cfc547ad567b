"""Rows of a CSV file that may be anything: bounded memory, and every fault named with its line."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from knowledge.errors import BadInput
from knowledge.reading.lines import LONGEST_LINE, bad, fault_of, opened, reason, skip_line

_LISTS = ("features", "cites")
Row = tuple[int, dict[str, str]]


def rows(path: Path) -> Iterator[Row | BadInput]:
    """Each row's line and its values by column name (lower case), empty ones left out; plain or gzipped.

    Commas, semicolons and tabs are understood; the first line names the columns. Yields BadInput for what cannot be
    read: as `lines.records` does, and rows with more values than there are columns.
    """
    try:
        with opened(path) as file:
            yield from _rows(path, file)
    except (OSError, EOFError) as error:
        yield bad(path, None, f"cannot be read on: {reason(error)}", "check that the file is complete")


def _rows(path: Path, file: IO[bytes]) -> Iterator[Row | BadInput]:
    lines = _Lines(path, file)
    head = next(lines, "")
    if not head.strip():
        yield from lines.faults or [bad(path, None, "the file is empty", "the first line must name the columns")]
        return
    csv.field_size_limit(LONGEST_LINE)
    delimiter = max(",;\t", key=head.count)
    names = [name.strip().lower() for name in next(csv.reader([head], delimiter=delimiter))]
    found = csv.reader(lines, delimiter=delimiter)
    while True:
        first = lines.number + 1
        try:
            values = next(found, None)
        except csv.Error as error:
            yield bad(path, first, f"not CSV: {error}", "a quotation mark may be missing there")
            continue
        yield from lines.faults
        lines.faults.clear()
        if values is None:
            return
        if len(values) > len(names):
            yield bad(path, first, f"{len(values)} values for {len(names)} columns", "put values with commas in quotes")
        elif any(value.strip() for value in values):
            yield first, {name: value for name, value in zip(names, values, strict=False) if name and value.strip()}


def record(row: dict[str, str]) -> dict[str, object]:
    """A row as the JSON forms have it: lists are separated by semicolons."""
    split = {name: [part.strip() for part in row[name].split(";")] for name in _LISTS if name in row}
    return {**row, **split}


class _Lines:
    """Decoded lines; what cannot be decoded or is too long is left out and lands in `faults`."""

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self._path = path
        self._file = file
        self.number = 0
        self.faults: list[BadInput] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        while raw := self._file.readline(LONGEST_LINE + 1):
            self.number += 1
            if len(raw) > LONGEST_LINE and not raw.endswith(b"\n"):
                skip_line(self._file)
                self._fault(f"the line is longer than {LONGEST_LINE:,} bytes", "split it or leave it out")
            elif self.number == 1 and (fault := fault_of(raw)):
                self._fault(fault, "save the file as CSV in UTF-8")
                break
            else:
                try:
                    return raw.decode("utf-8-sig" if self.number == 1 else "utf-8").replace("\x00", "")
                except UnicodeDecodeError as error:
                    self._fault(f"not UTF-8 (byte {error.start + 1} of the line)", "save the file as UTF-8")
        raise StopIteration

    def _fault(self, what: str, hint: str) -> None:
        self.faults.append(bad(self._path, self.number, what, hint))
