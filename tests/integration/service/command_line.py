"""Running a command as a person does: what it was told, how it ended."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot import cli

PASSWORD = "hunter2-never-shown"


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it said."""

    status: int
    out: str
    err: str

    @property
    def told(self) -> list[str]:
        return self.err.strip().splitlines()


Goodword = Callable[..., Ran]


@pytest.fixture
def goodword(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Iterator[Goodword]:
    """Runs a command in an empty folder, with these variables and none that the machine has set."""
    handlers = logging.getLogger().handlers
    before = handlers[:]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def run(*words: object, **variables: str) -> Ran:
        for name in [name for name in os.environ if name.startswith("GOODWORD_")]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("GOODWORD_HOME", str(tmp_path / "home"))
        for name, value in variables.items():
            monkeypatch.setenv(f"GOODWORD_{name.upper()}", value)
        monkeypatch.setattr(sys, "argv", ["goodword", *map(str, words)])
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capfd.readouterr()
        assert "Traceback" not in said.out + said.err, said.err
        assert PASSWORD not in said.out + said.err
        return Ran(int(ended.value.code or 0), said.out, said.err)

    yield run
    handlers[:] = before  # a command logs to the standard error of its own test


def one_line_and_a_hint(ran: Ran, *words: str) -> None:
    """What a person can mend is told so."""
    assert ran.status == 1
    assert len(ran.told) == 2, ran.err
    for word in words:
        assert word in ran.err, ran.err
