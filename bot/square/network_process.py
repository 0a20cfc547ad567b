"""Runs mastodon-mock for as long as whoever started it lives, and makes it count as Mastodon counts.

Its standard input is a pipe from the program that started it. When that program ends, however it ends (kill -9 too),
the system closes the pipe and this process ends with it.
"""

from __future__ import annotations

import os
import sys
import threading
from typing import Any

from mastodon_mock.cli import main
from mastodon_mock.routers import statuses
from mastodon_mock.serializers.instance import MAX_STATUS_CHARACTERS

from actions.counting import length
from actions.proposal import ChannelRules

_RULES = ChannelRules(name="mastodon", limit=MAX_STATUS_CHARACTERS, counted="mastodon", link_length=23)


def _end_with_parent() -> None:
    while sys.stdin.buffer.read(1024):
        pass
    os._exit(0)


def _count_links_as_mastodon_does() -> None:
    # The mock says in its instance answer that a link counts 23, but then counts it in full.
    validate = statuses._validate_status_params

    def counted(params: dict[str, Any]) -> Any:
        text = str(params.get("status") or "")
        return validate({**params, "status": "x" * length(text, _RULES) if text.strip() else ""})

    statuses._validate_status_params = counted


if __name__ == "__main__":
    _count_links_as_mastodon_does()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    main(sys.argv[1:])
