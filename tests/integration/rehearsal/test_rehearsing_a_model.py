"""A rehearsal with a model connected: the whole way through the real Rasa, within the hour's budget."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import SecretStr
from rich.console import Console

from bot.model_stand_in.app import StandIn, create
from bot.rehearsal.run import rehearse
from bot.settings import Settings
from tests.integration.conftest import Serve

from .conftest import SAMPLE

pytestmark = [pytest.mark.rasa, pytest.mark.timeout(600)]


async def test_drafts_are_written_until_the_budget_is_spent_and_in_the_teams_voice(
    settings: Settings, console: Console, serve: Serve, tmp_path: Path
) -> None:
    (tmp_path / "voice.toml").write_text('avoid = ["masonry"]\n')
    stand_in = StandIn()
    connected = {
        "llm_base_url": f"{serve(create(stand_in))}/v1",
        "llm_model": stand_in.model,
        "llm_api_key": SecretStr(stand_in.key),
        "llm_per_hour": 3,
        "voice": tmp_path / "voice.toml",
    }
    own = settings.model_copy(update=connected)
    knowledge = [SAMPLE / "entries", SAMPLE / "answers.jsonl"]
    await rehearse(own, console, knowledge, SAMPLE / "posts.jsonl", tmp_path / "out", None, None, 16)
    rows = [json.loads(line) for line in (tmp_path / "out" / "proposals.jsonl").read_text().splitlines()]
    assert len(rows) == 16
    asked = [row["writing"] for row in rows if row["writing"]]
    assert sum(writing["calls"] for writing in asked) == len(stand_in.asked) == 3
    assert any(writing["used"] for writing in asked)
    assert {writing["note"] for writing in asked if not writing["calls"]} == {"this hour's calls are spent"}
    for row in rows:
        if row["writing"] and row["writing"]["used"]:
            assert row["candidates"][0]["label"] == "written"
            assert all(check["ok"] for check in row["checks"])
        assert row["text"] == "" or "voice" in {check["name"] for check in row["checks"]}
