"""Asking a person at a terminal: steps that say where to look, lines, secrets that do not show, and what was found."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from bot import tokens
from bot.doctor.finding import Finding, Standing
from bot.doctor.showing import table
from knowledge.errors import GoodwordError

T = TypeVar("T")


class NobodyThere(GoodwordError):
    """There is no terminal to ask at."""

    code = "nobody_there"


class Terminal:
    """One walk of `steps` steps."""

    def __init__(self, console: Console, steps: int) -> None:
        """Raises NobodyThere where the standard input is no terminal."""
        if not sys.stdin.isatty():
            raise NobodyThere(
                "this asks questions, and there is nobody at a terminal to answer them",
                hint="in a script give the tokens as environment variables (docs/settings.md) and add --json",
            )
        self._console = console
        self._steps = steps
        self._step = 0

    def step(self, title: str, *lines: str) -> None:
        """Begin the next step: its title, and where on the other side's pages to look."""
        self._step += 1
        self._console.print(Text(f"\n{self._step} of {self._steps}  {title}", style="bold"))
        for line in lines:
            self._console.print(Padding(Text(line), (0, 0, 0, 2)))

    def say(self, line: str) -> None:
        """A line."""
        self._console.print(Padding(Text(line), (0, 0, 0, 2)))

    def show(self, findings: Sequence[Finding]) -> None:
        """What was found. To run this very command is no advice here."""
        here = [replace(f, mend="") if f.mend.startswith("run `goodword connect") else f for f in findings]
        self._console.print(table(here, indent=2))

    def line(self, question: str, default: str = "") -> str:
        """What is typed, without the spaces around it; with nothing typed the default. Asked until there is one."""
        shown = f"  {question} [{default}]: " if default else f"  {question}: "
        while True:
            typed = self._console.input(Text(shown)).strip() or default
            if typed:
                return typed

    def choice(self, question: str, choices: Sequence[str], default: str) -> str:
        """One of the choices; its beginning is enough."""
        while True:
            typed = self.line(f"{question} ({' or '.join(choices)})", default).lower()
            found = [choice for choice in choices if choice.startswith(typed)]
            if len(found) == 1:
                return found[0]

    def pause(self, question: str) -> None:
        """Wait for Enter."""
        self._console.input(Text(f"  {question}"))

    def secret(self, question: str, kept: str = "") -> str:
        """What is typed, which does not show; with nothing typed what was kept, of which a masked form shows."""
        shown = f"  {question} (Enter keeps {tokens.masked(kept)}): " if kept else f"  {question} (it does not show): "
        while True:
            typed = self._console.input(Text(shown), password=True).strip() or kept
            if typed:
                return typed


def until_right(ask: Callable[[], T], look: Callable[[T], Awaitable[list[Finding]]], terminal: Terminal) -> T:
    """Ask, look, and ask again until the first thing found is fine; returns what was answered then."""
    while True:
        answer = ask()
        findings = asyncio.run(_looked(look, answer))
        terminal.show(findings)
        if findings[0].standing is not Standing.WRONG:
            return answer


async def _looked(look: Callable[[T], Awaitable[list[Finding]]], answer: T) -> list[Finding]:
    return await look(answer)
