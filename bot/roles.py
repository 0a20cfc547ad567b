"""What a process of the service does."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a process does: answer (web), work (worker), or both."""

    ALL = "all"
    WEB = "web"
    WORKER = "worker"
