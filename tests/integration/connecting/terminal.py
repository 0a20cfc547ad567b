"""A person at a pseudo-terminal of 80 columns: reads what appears, types, and presses Ctrl-C."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import sys
import termios
import time
from collections.abc import Mapping

#: Ctrl-C, as a keyboard sends it.
CTRL_C = "\x03"
_LONGEST = 40.0
_ANSI = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]")


def converse(words: list[str], environ: Mapping[str, str], answers: list[tuple[str, str]]) -> tuple[int, str]:
    """Run `goodword WORDS`, type each answer when its question appears; returns exit status and all that was shown."""
    program = [sys.executable, "-c", "from bot.cli import main; main()", *words]
    pid, master = pty.fork()
    if pid == 0:
        os.execve(sys.executable, program, dict(environ))
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 80, 0, 0))
    try:
        shown = _talk(master, list(answers))
    finally:
        os.close(master)
        _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status), shown


def _talk(master: int, answers: list[tuple[str, str]]) -> str:
    shown, seen, end = b"", 0, time.monotonic() + _LONGEST
    while time.monotonic() < end:
        if select.select([master], [], [], 0.1)[0]:
            try:
                more = os.read(master, 4096)
            except OSError:  # how a terminal whose program has ended reads on Linux
                break
            if not more:
                break
            shown += more
        if answers and answers[0][0].encode() in shown[seen:]:
            _, typed = answers.pop(0)
            seen = len(shown)
            time.sleep(0.05)  # a secret is read after the echo was switched off, which takes a moment
            os.write(master, (typed if typed == CTRL_C else f"{typed}\n").encode())
    text = _ANSI.sub(b"", shown).decode().replace("\r\n", "\n")
    assert not answers, f"never asked: {answers[0][0]!r}; shown:\n{text}"
    return text
