"""The examination as a whole: in parallel, with patience, and nothing in it can take the others down."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest

from bot import tokens
from bot.doctor import examination, house
from bot.doctor.finding import Finding, Standing, off, ok, wrong
from bot.doctor.showing import table
from bot.settings import Settings
from knowledge.errors import GoodwordError

SECRET = "xoxb-1234567890-very-secret"


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("GOODWORD_")]:
        monkeypatch.delenv(name)


def of(found: list[Finding]) -> dict[str, Finding]:
    return {finding.part: finding for finding in found}


async def test_parts_are_asked_at_once_and_the_slow_ones_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    async def slow(settings: Settings) -> list[Finding]:
        await asyncio.sleep(0.3)
        return [ok("slow", "there")]

    async def stuck(settings: Settings) -> list[Finding]:
        await asyncio.sleep(60)
        return []

    async def quick(settings: Settings) -> list[Finding]:
        return [ok("quick", "there")]

    monkeypatch.setattr(examination, "LOOKS", {"a": slow, "b": slow, "c": stuck, "d": quick})
    monkeypatch.setattr(examination, "_SLOW", 0.05)
    monkeypatch.setattr(examination, "_PATIENCE", 0.5)
    told: list[str] = []
    began = time.monotonic()
    found = await examination.examine(told.append)
    assert time.monotonic() - began < 2
    assert told == ["Still asking: a, b, c"]
    assert [finding.part for finding in found] == ["Python", "slow", "slow", "c", "quick"]
    assert "did not answer" in of(found)["c"].says
    assert not examination.all_is_well(found)


async def test_one_that_fails_is_told_without_what_it_said(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuses(settings: Settings) -> list[Finding]:
        raise GoodwordError("it cannot be", hint="let it be")

    async def breaks(settings: Settings) -> list[Finding]:
        raise ValueError(SECRET)

    monkeypatch.setattr(examination, "LOOKS", {"a": refuses, "b": breaks})
    found = of(await examination.examine(lambda line: None))
    assert (found["a"].says, found["a"].mend) == ("it cannot be", "let it be")
    assert found["b"].standing is Standing.WRONG
    assert SECRET not in str(found)


async def test_settings_that_cannot_be_read_are_all_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOODWORD_PORT", "many")
    found = await examination.examine(lambda line: None)
    assert [finding.part for finding in found] == ["Python", "Settings"]
    assert "port" in found[1].says


async def test_half_a_connection_is_wrong_and_nothing_at_all_is_not() -> None:
    assert (await examination.whole_settings(Settings()))[0].standing is Standing.OK
    with pytest.raises(GoodwordError, match="no way for clicks"):
        await examination.whole_settings(Settings.model_validate({"slack_bot_token": SECRET}))


async def test_modes_that_let_others_in_are_named(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    assert (await house.home(settings))[0].standing is Standing.OFF
    assert not settings.home.exists()
    file = tokens.store(settings.home, {"slack_bot_token": SECRET})
    assert (await house.stored_tokens(settings))[0].standing is Standing.OK
    file.chmod(0o640)
    (found,) = await house.stored_tokens(settings)
    assert "mode 640" in found.says
    assert f"chmod 600 {file}" in found.mend
    settings.home.chmod(0o777)
    assert "everybody may write" in (await house.home(settings))[0].says
    assert file.stat().st_mode & 0o777 == 0o640  # it says so, and changes nothing


async def test_an_embedding_model_that_is_not_there(tmp_path: Path) -> None:
    named = Settings(home=tmp_path, embedding_model=str(tmp_path))
    assert (await house.embedding_model(named))[0].standing is Standing.WRONG
    assert (await house.embedding_model(Settings(home=tmp_path)))[0].standing is Standing.OK


def test_the_table_fits_eighty_columns_and_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    from rich.console import Console

    long = wrong("Slack scopes", "missing: " + ", ".join(["channels:history"] * 8), "add them, then install again")
    Console(width=80).print(table([ok("Python", "3.11"), off("Service", "none runs"), long], indent=2))
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 80
    assert "to do  Slack scopes" in shown
    assert "add them, then install again" in shown
