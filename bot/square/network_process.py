"""Runs mastodon-mock for as long as whoever started it lives.

Its standard input is a pipe from the program that started it. When that program ends, however it ends (kill -9 too),
the system closes the pipe and this process ends with it. It is started as a file, so it must not import from Goodword.
"""

from __future__ import annotations

import os
import sys
import threading

from mastodon_mock.cli import main


def _end_with_parent() -> None:
    while sys.stdin.buffer.read(1024):
        pass
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    main(sys.argv[1:])
