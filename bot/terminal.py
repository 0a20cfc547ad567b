"""How a command meets the terminal: where it prints, how it is stopped, what stands for "print JSON"."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Annotated, Any
from weakref import WeakSet

import typer
from rich.console import Console

from knowledge.errors import BadInput

console = Console()
#: A sentence stays on one line, however narrow the terminal: it is searched for, copied and mailed.
errors = Console(stderr=True, soft_wrap=True)

Json = Annotated[bool, typer.Option("--json", help="print JSON for programs")]

#: Commands that were told to stop already.
stopping: WeakSet[asyncio.Future[None]] = WeakSet()


def group(about: str) -> typer.Typer:
    """A group of commands, set up like all of ours."""
    return typer.Typer(
        no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None, help=about
    )


@contextlib.contextmanager
def working(on: str) -> Iterator[None]:
    """Show at once, to a person at a terminal, what is being worked on, until the block ends; in a pipe nothing.

    The standard output stays clean in either case: print nothing on it meanwhile.
    """
    with errors.status(f"{on} …"):
        yield


def write_json(value: Any) -> None:
    """One value on one line of the standard output; dates as ISO 8601."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")


def write_figures(path: Path, value: Any) -> None:
    """One value as JSON into a file, for people to read and for programs.

    Raises:
        BadInput: the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror}", hint="choose another place") from None


def go(work: Coroutine[Any, Any, None]) -> None:
    """Run a command; Ctrl-C and SIGTERM end it in good order."""

    async def main() -> None:
        task = asyncio.ensure_future(work)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, _stop, task)
        try:
            await task
        except asyncio.CancelledError:
            errors.print("Stopped.")

    asyncio.run(main())


def _stop(task: asyncio.Future[None]) -> None:
    # once: what is being put away must not be left half way by an impatient second Ctrl-C
    if task in stopping:
        errors.print("Stopping; a moment, please.")
    else:
        stopping.add(task)
        task.cancel()
