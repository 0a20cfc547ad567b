from __future__ import annotations

import io

from rich.console import Console

from bot.ticking import ticking


def test_a_terminal_shows_it_while_it_lasts_and_a_file_one_line() -> None:
    for terminal in (True, False):
        out = io.StringIO()
        with ticking(Console(file=out, force_terminal=terminal, width=80), "Counting [stars]"):
            pass
        said = out.getvalue()
        assert "Counting [stars]" in said
        assert "0:00:00" in said
        # what is taken away again leaves the line empty; a file keeps it
        assert said.rstrip().endswith("0:00:00") is not terminal
