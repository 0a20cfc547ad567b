"""`goodword knowledge learn`, from import to a search that uses what was learned."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.integration.knowledge.conftest import WordEncoder
from tests.integration.service.command_line import Goodword

TOPICS = ("shelf", "deck", "door", "tile", "paint", "drill", "saw", "lamp")
START = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.core.Encoder", lambda *_, **__: WordEncoder())


def files(folder: Path, past: int) -> list[Path]:
    """Articles, and past answers in which a word that no article holds tells which one is cited."""
    chance = np.random.default_rng(2)
    articles = [{"id": topic, "title": f"About a {topic}", "text": f"Mind the {topic}."} for topic in TOPICS]
    answers = []
    for number in range(past):
        topic, other = chance.permutation(TOPICS)[:2]
        answers.append(
            {
                "id": f"a{number}",
                "question": f"nickname{topic} trouble number{number} beside {other}",
                "text": "See this page, it tells you what to do about it.",
                "cites": [topic],
                "created_at": (START + timedelta(days=number)).isoformat(),
            }
        )
    found = [folder / "articles.jsonl", folder / "answers.jsonl"]
    for path, rows in zip(found, (articles, answers), strict=True):
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return found


def test_too_little_is_said_plainly_and_changes_nothing(goodword: Goodword, tmp_path: Path) -> None:
    assert "Nothing changes: the library is empty" in goodword("knowledge", "learn").out
    goodword("knowledge", "import", *files(tmp_path, 10))
    ran = goodword("knowledge", "learn")
    assert (ran.status, "10 past answers" in ran.out) == (0, True)
    assert not (tmp_path / "home" / "ranking").exists()


@pytest.mark.timeout(300)
def test_it_learns_says_what_changed_and_searches_with_it(goodword: Goodword, tmp_path: Path) -> None:
    goodword("knowledge", "import", *files(tmp_path, 160))
    looked = json.loads(goodword("knowledge", "learn", "--dry-run", "--json").out)
    model = tmp_path / "home" / "ranking" / "model.json"
    assert looked["written"] is None
    assert not model.exists()
    assert looked["past"] == 160
    assert looked["held_back"] == 40
    assert set(looked["before"]) == {"hit_1", "hit_3", "mrr_10", "brier", "ece"}
    ran = goodword("knowledge", "learn")
    assert ran.status == 0
    assert "On the 40 latest of 160 past posts" in ran.out
    assert ("In use from the next search on" in ran.out) == model.exists() == looked["accepted"]
    if model.exists():
        assert json.loads(model.read_text())["fitted_on"].startswith("160 past posts")
    found = json.loads(goodword("knowledge", "search", "nicknamedeck trouble", "--json").out)
    assert found["usage"][0]["id"] == "deck"
    assert found["usage"][0]["votes"]
