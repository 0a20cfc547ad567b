"""Logging: one line an event, as JSON in a file and readable on the terminal; secrets and post texts never in it."""

from __future__ import annotations

import logging
import logging.handlers
from pathlib import Path

import structlog

#: Two files of ten megabytes: enough to look back days, never enough to fill a disk.
_BYTES, _FILES = 10_000_000, 2


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
    root.handlers.clear()
    root.setLevel(logging.INFO)
    screen = logging.StreamHandler()
    screen.setLevel(terminal)
    screen.setFormatter(
        _formatter(shared, structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback))
    )
    root.addHandler(screen)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        file = logging.handlers.RotatingFileHandler(folder / "goodword.log", maxBytes=_BYTES, backupCount=_FILES)
        file.setFormatter(_formatter(shared, structlog.processors.JSONRenderer()))
        root.addHandler(file)
    for noisy in ("httpx", "alembic", "sentence_transformers", "slack_bolt", "uvicorn.access", "procrastinate.worker"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _formatter(
    shared: list[structlog.typing.Processor], renderer: structlog.typing.Processor
) -> structlog.stdlib.ProcessorFormatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            renderer,
        ],
    )
