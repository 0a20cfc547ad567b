"""The record by which a running Rasa is found again."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from bot.nlu.adoption import Running, end, read, write


@pytest.fixture
def running() -> Running:
    """This very process: alive, and no Rasa."""
    created = psutil.Process().create_time()
    return Running(os.getpid(), created, 5005, "model.tar.gz", "code", "http://127.0.0.1:1/", "embedding")


def test_what_is_written_is_read(tmp_path: Path, running: Running) -> None:
    write(tmp_path / "server.json", running)
    assert read(tmp_path / "server.json") == running


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1}', '{"pid": 1, "other": 2}'])
def test_a_record_that_cannot_be_read_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "server.json").write_text(text)
    assert read(tmp_path / "server.json") is None
    assert read(tmp_path / "missing.json") is None


def test_a_process_with_the_same_id_by_chance_is_left_alone(running: Running) -> None:
    assert running.is_alive()
    other = replace(running, created=running.created - 60)
    assert not other.is_alive()
    end(other)  # would end the tests
