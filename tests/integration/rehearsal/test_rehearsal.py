"""The whole rehearsal on the sample company: real Rasa, real database, real actions, and nothing goes out."""

from __future__ import annotations

import asyncio
import io
import json
import os
import signal
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from rich.console import Console
from sqlalchemy import create_engine, inspect, text

from bot.nlu import adoption
from bot.postgres import sqlalchemy_url
from bot.rehearsal import run as run_module
from bot.rehearsal.run import rehearse
from bot.settings import Settings
from knowledge.errors import BadInput

from .conftest import SAMPLE, Outside

pytestmark = [pytest.mark.rasa, pytest.mark.timeout(600)]

KNOWLEDGE = [SAMPLE / "entries", SAMPLE / "answers.jsonl"]


def rows(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "proposals.jsonl").read_text(encoding="utf-8").splitlines()]


def tables(url: str) -> dict[str, int]:
    engine = create_engine(sqlalchemy_url(url))
    with engine.connect() as connection:
        names = inspect(connection).get_table_names()
        counted = {name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one() for name in names}
    engine.dispose()
    return counted


def leftovers(server: str, home: Path) -> tuple[list[Any], list[Path]]:
    with psycopg.connect(server) as connection:
        found = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'rehearsal\\_goodword\\_%'")
        return found.fetchall(), [*(home / "rehearsal").glob("run-*"), *(home / "index").glob("*")]


def running(home: Path) -> list[adoption.Running]:
    found = [adoption.read(path) for path in (home / "rehearsal").glob("run-*/rasa/server.json")]
    return [each for each in found if each]


async def test_twenty_posts_are_drafted_reported_and_nothing_is_left_or_published(
    settings: Settings, console: Console, outside: Outside, postgres: str, database: str, tmp_path: Path
) -> None:
    before = tables(database)
    out = tmp_path / "report"
    await rehearse(settings, console, KNOWLEDGE, SAMPLE / "posts.jsonl", out, None, None, 20)

    found = rows(out)
    assert len(found) == 20
    assert all(row["kind"] != "error" for row in found)
    advised = [row for row in found if row["kind"] == "advise"]
    assert len(advised) >= 5
    for row in advised:
        assert row["text"] == row["candidates"][0]["text"]
        assert 0 < len(row["text"]) <= 500
        assert row["sources"]
        assert {check["name"] for check in row["checks"]} >= {"sourced", "length", "allowed_links"}
        assert all(check["ok"] for check in row["checks"] if check["name"] == "allowed_links")
    assert any(row["kind"] in {"hand_off", "no_reply"} for row in found)
    assert all(row["ms"] > 0 for row in found)

    page = (out / "report.html").read_text(encoding="utf-8")
    assert "Of 20 past posts" in page
    assert "150 answer entries" in page
    assert "20 posts" in console.file.getvalue()  # type: ignore[attr-defined]
    assert isinstance(console.file, io.StringIO)

    assert outside.requests == []
    assert tables(database) == before
    assert leftovers(postgres, settings.home) == ([], [])


async def test_a_rasa_that_is_killed_midway_is_started_again(
    settings: Settings, console: Console, tmp_path: Path
) -> None:
    out = tmp_path / "report"
    killed: list[int] = []

    async def kill_once() -> None:
        while not (out / "proposals.jsonl").exists():
            await asyncio.sleep(0.05)
        (rasa,) = running(settings.home)
        os.kill(rasa.pid, signal.SIGKILL)
        killed.append(rasa.pid)

    killing = asyncio.create_task(kill_once())
    await rehearse(settings, console, KNOWLEDGE, SAMPLE / "posts.jsonl", out, None, None, 40)
    await killing
    found = rows(out)
    assert len(found) == 40
    assert killed
    assert [row["error"] for row in found if row["kind"] == "error"] == []
    assert "Rasa ended 1 time and was started again" in (out / "report.html").read_text(encoding="utf-8")


async def test_stopped_midway_it_leaves_a_readable_file_a_report_and_nothing_else(
    settings: Settings, console: Console, postgres: str, tmp_path: Path
) -> None:
    out = tmp_path / "report"
    work = asyncio.create_task(rehearse(settings, console, KNOWLEDGE, SAMPLE / "posts.jsonl", out, None, None, None))
    while not (out / "proposals.jsonl").exists():
        assert not work.done()
        await asyncio.sleep(0.05)
    (rasa,) = running(settings.home)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    found = rows(out)
    assert 1 <= len(found) < 126
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "The rehearsal was stopped." in page
    assert f"covers the {len(found)} of 126 posts" in page
    assert leftovers(postgres, settings.home) == ([], [])
    assert not psutil.pid_exists(rasa.pid)


async def test_knowledge_without_an_entry_is_said_before_anything_is_trained(
    settings: Settings, console: Console, postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.write_text("{broken\n")
    monkeypatch.setattr(run_module, "assistant", None)
    with pytest.raises(BadInput, match="there is no entry in empty") as caught:
        await rehearse(settings, console, [empty], SAMPLE / "posts.jsonl", tmp_path / "out", None, None, 5)
    assert f"{empty}:1" in caught.value.hint
    assert leftovers(postgres, settings.home) == ([], [])
