"""What a person sees while something takes long that has no measurable progress: a spinner and a running clock."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


@contextlib.contextmanager
def ticking(console: Console, words: str) -> Iterator[None]:
    """Show `words` with the time that has passed; on what is no terminal, one line once it is over."""
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=console.is_terminal) as progress:
        progress.add_task(words, total=None)
        yield
