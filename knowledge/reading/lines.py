"""Lines of a text file that may be anything: bounded memory, and every fault named with its line."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any, TypeVar, cast

from knowledge.errors import BadInput
from knowledge.reading.fields import BadField

#: The longest line that is read, in bytes; an article or thread is a hundred times smaller.
LONGEST_LINE = 1_000_000
#: The hint for a bad record among good ones.
READ_ON = "the rest of the file was read on"
#: A line's number and what it holds.
Record = tuple[int, dict[str, Any]]

T = TypeVar("T")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def records(path: Path) -> Iterator[Record | BadInput]:
    """Each line's number and JSON object, from a plain or gzipped JSONL file.

    Yields BadInput for what cannot be read: a missing or empty file, another encoding than UTF-8, a line over
    LONGEST_LINE (skipped without being held in memory), broken JSON, a line that is no object.
    """
    number = 0
    seen = False
    try:
        with opened(path) as file:
            while raw := file.readline(LONGEST_LINE + 1):
                number += 1
                if len(raw) > LONGEST_LINE and not raw.endswith(b"\n"):
                    skip_line(file)
                    yield bad(
                        path, number, f"the line is longer than {LONGEST_LINE:,} bytes", "split it or leave it out"
                    )
                    seen = True
                    continue
                if number == 1 and (fault := fault_of(raw)):
                    yield bad(path, number, fault, "save the file as UTF-8 text, one JSON object a line")
                    return
                if not raw.strip():
                    continue
                seen = True
                yield _parse(path, number, raw)
    except (OSError, EOFError, zlib.error) as error:
        yield bad(path, number or None, f"cannot be read on: {reason(error)}", "check that the file is complete")
        return
    if not seen:
        yield bad(path, None, "the file is empty", "one JSON object a line is expected")


def parsed(
    path: Path, found: Iterable[Record | BadInput], make: Callable[[dict[str, Any]], T], hint: str = READ_ON
) -> Iterator[T | BadInput]:
    """What `make` makes of each record; one that it refuses with BadField becomes a BadInput that names the line."""
    for item in found:
        if isinstance(item, BadInput):
            yield item
            continue
        number, record = item
        try:
            made = make(record)
        except BadField as error:
            yield bad(path, number, str(error), hint)
            continue
        yield made


def bad(path: Path, line: int | None, what: str, hint: str = "") -> BadInput:
    """A BadInput that names file and line."""
    return BadInput(f"{path}:{line}: {what}" if line else f"{path}: {what}", hint=hint)


def opened(path: Path) -> IO[bytes]:
    """The file, unzipped where it is gzipped."""
    with path.open("rb") as probe:
        zipped = probe.read(2) == b"\x1f\x8b"
    return cast(IO[bytes], gzip.open(path, "rb")) if zipped else path.open("rb")


def skip_line(file: IO[bytes]) -> None:
    """Read on to the end of a line without holding it in memory."""
    while (rest := file.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
        pass


def fault_of(start: bytes) -> str:
    """What a file that begins so is instead of UTF-8 text; empty where it may be that."""
    if start.startswith(_UTF16):
        return "the file is UTF-16, not UTF-8"
    if b"\x00" in start:
        return "the file is not text"
    return ""


def _parse(path: Path, number: int, raw: bytes) -> tuple[int, dict[str, Any]] | BadInput:
    try:
        text = raw.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        return bad(path, number, f"not UTF-8 (byte {error.start + 1} of the line)", "save the file as UTF-8")
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        return bad(path, number, f"not JSON: {error.msg} at column {error.colno}", "each line must be one JSON object")
    except (RecursionError, ValueError) as error:  # nested a thousand deep; a number of a million digits
        return bad(path, number, f"not JSON that can be read: {reason(error)}", "each line must be one JSON object")
    if not isinstance(value, dict):
        return bad(path, number, f"a JSON object is expected, not {type(value).__name__}", "see the import formats")
    return number, value


def reason(error: BaseException) -> str:
    """Why the system, or a library, could not read on."""
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
