"""What takes a while says at once, at a terminal, that something happens; a pipe gets the answer and nothing else."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.integration.connecting.terminal import converse
from tests.integration.service.command_line import Goodword


@pytest.mark.parametrize(
    ("words", "doing", "last"),
    [
        (["rules", "history"], "Opening the record …", "The rules were never changed: the settings hold.\n"),
        (["rules", "apply", "gone.toml"], "Reading the rules …", "data/rules.example.toml\n"),
        (["doctor"], "Looking at every part …", "\n"),
    ],
)
def test_a_person_sees_what_is_being_worked_on(
    tmp_path: Path, database: str, words: list[str], doing: str, last: str
) -> None:
    given = {name: value for name, value in os.environ.items() if not name.startswith("GOODWORD_")}
    given |= {"GOODWORD_HOME": str(tmp_path), "GOODWORD_DATABASE_URL": database, "TERM": "xterm", "COLUMNS": "80"}
    _, shown = converse(words, given, [])
    assert doing in shown
    assert shown.endswith(last)  # and nothing of it is left standing there


def test_a_pipe_gets_the_answer_alone(goodword: Goodword, database: str) -> None:
    asked = goodword("rules", "history", "--json", database_url=database)
    assert (json.loads(asked.out), asked.err) == ([], "")
    looked = goodword("doctor", "--json", database_url=database, port="0")
    assert "findings" in json.loads(looked.out)
    assert "Looking" not in looked.err
