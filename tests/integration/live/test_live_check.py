"""`make live-check` itself, run as a person runs it, against the stand-ins: it passes, and leaves nothing behind."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import httpx
import pytest

from bot.sandbox.running import RunningSandbox
from bot.square.network import SquareNetwork
from tests.live.__main__ import main
from tests.live.conftest import pytest_collection_modifyitems
from tests.live.test_slack import REFUSALS

ROOT = Path(__file__).parents[3]
CONTRACT = ROOT / "tests" / "contract" / "slack.md"


def live_check(home: Path, *words: str, typed: str = "", **variables: str) -> tuple[int, str]:
    """Exit status and all that was said."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GOODWORD_")}
    ours = {f"GOODWORD_{name.upper()}": value for name, value in {"home": str(home), **variables}.items()}
    environ |= {**ours, "PYTHONPATH": str(ROOT), "COLUMNS": "80"}
    ran = subprocess.run(
        [sys.executable, "-m", "tests.live", *words],
        cwd=ROOT,
        env=environ,
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.returncode, ran.stdout + ran.stderr


def of_slack(sandbox: RunningSandbox) -> dict[str, str]:
    given = sandbox.workspace.settings
    return {
        "slack_bot_token": given.bot_token,
        "slack_app_token": given.app_token,
        "slack_base_url": sandbox.api,
    }


def posts_of(network: SquareNetwork) -> list[dict[str, object]]:
    with httpx.Client(base_url=network.url, trust_env=False) as http:
        http.headers["Authorization"] = f"Bearer {network.brand_token}"
        us = http.get("/api/v1/accounts/verify_credentials").json()["id"]
        found: list[dict[str, object]] = http.get(f"/api/v1/accounts/{us}/statuses").json()
    return found


def test_it_passes_on_the_stand_ins_and_leaves_nothing(tmp_path: Path, network: SquareNetwork) -> None:
    with RunningSandbox() as sandbox:
        before = posts_of(network)
        status, said = live_check(
            tmp_path, typed="y\n", mastodon_url=network.url, mastodon_token=network.brand_token, **of_slack(sandbox)
        )
        assert status == 0, said
        assert "post one card in the channel reviews" in " ".join(said.split())
        assert "skipped" not in said
        assert int(re.findall(r"(\d+) passed", said)[-1]) >= 27
        assert not any(channel.messages for channel in sandbox.workspace.channels.values())
        assert posts_of(network) == before
        for secret in (*of_slack(sandbox).values(), network.brand_token):
            assert secret == sandbox.api or secret not in said


def test_it_fails_where_the_other_side_is_not_as_expected(tmp_path: Path) -> None:
    with RunningSandbox() as sandbox:
        given = sandbox.workspace.settings
        sandbox.workspace.settings = replace(given, scopes=given.scopes - {"users:read"})
        status, said = live_check(tmp_path, "--yes", "-k", "every_scope", **of_slack(sandbox))
        assert status == 1
        assert "users:read" in said
        assert not any(channel.messages for channel in sandbox.workspace.channels.values())
        assert given.bot_token not in said


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """Nothing is set, and pytest must not be started."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("GOODWORD_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(pytest, "main", lambda words: pytest.fail("the check was started"))
    return monkeypatch


def test_who_does_not_agree_is_left_alone(alone: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    alone.setenv("GOODWORD_SLACK_BOT_TOKEN", "xoxb-123456789012-of-nobody")
    for typed in ("n\n", "\n", ""):
        alone.setattr(sys, "stdin", io.StringIO(typed))
        assert main([]) == 1
        assert "Nothing was done." in capsys.readouterr().out


def test_without_tokens_it_says_how_to_give_them(alone: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--yes"]) == 1
    assert "goodword connect slack" in capsys.readouterr().out


@pytest.mark.parametrize(("agreed", "left"), [("", ["test_other.py"]), ("yes", ["test_slack.py", "test_other.py"])])
def test_nothing_of_it_runs_by_accident(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, agreed: str, left: list[str]
) -> None:
    monkeypatch.setenv("LIVE_CHECK", agreed)
    paths = [ROOT / "tests" / "live" / "test_slack.py", ROOT / "tests" / "unit" / "test_other.py"]
    items = [SimpleNamespace(path=path) for path in paths]
    pytest_collection_modifyitems(request.config, cast(list[pytest.Item], items))
    assert [item.path.name for item in items] == left


def test_every_word_it_expects_is_in_the_contract() -> None:
    refusals = CONTRACT.read_text(encoding="utf-8").split("## Refusals\n", 1)[1].split("\n## ", 1)[0]
    assert [word for word, _, _ in REFUSALS if f"| `{word}` |" not in refusals] == []
