"""Stored tokens: never open to others, never half written, never quoted, and the last to be asked."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from bot import tokens
from bot.settings import load

TOKEN = "xoxb-1234567890-very-secret"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("GOODWORD_")]:
        monkeypatch.delenv(name)


def test_the_file_is_its_owners_only_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        file = tokens.store(tmp_path / "home", {"slack_bot_token": TOKEN})
    finally:
        os.umask(before)
    assert mode(file) == 0o600
    assert mode(file.parent) == 0o700
    assert tokens.open_to_others(tmp_path / "home") == ""


def test_it_is_never_open_for_a_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def replace(self: Path, target: Path) -> None:
        seen.extend(mode(path) for path in self.parent.iterdir())
        os.rename(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    tokens.store(tmp_path, {"slack_bot_token": TOKEN})
    tokens.store(tmp_path, {"slack_channel": "reviews"})
    assert set(seen) == {0o600}


def test_what_is_there_stays_and_an_empty_text_takes_out(tmp_path: Path) -> None:
    tokens.store(tmp_path, {"slack_bot_token": TOKEN, "slack_app_token": "xapp-1"})
    tokens.store(tmp_path, {"mastodon_url": "https://m.example", "slack_app_token": ""})
    assert tokens.read(tmp_path) == {"slack_bot_token": TOKEN, "mastodon_url": "https://m.example"}
    assert [path.name for path in tokens.path(tmp_path).parent.iterdir()] == ["tokens.json"]


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tokens.store(tmp_path, {"slack_bot_token": TOKEN})

    def full(number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(tokens.TokensUnreadable, match="No space left"):
        tokens.store(tmp_path, {"slack_bot_token": "xoxb-another-token"})
    assert tokens.read(tmp_path) == {"slack_bot_token": TOKEN}
    assert [path.name for path in tokens.path(tmp_path).parent.iterdir()] == ["tokens.json"]


def test_a_widened_mode_is_noticed(tmp_path: Path) -> None:
    file = tokens.store(tmp_path, {"slack_bot_token": TOKEN})
    file.chmod(0o644)
    assert "tokens.json (mode 644)" in tokens.open_to_others(tmp_path)
    tokens.store(tmp_path, {})
    assert tokens.open_to_others(tmp_path) == ""


@pytest.mark.parametrize("text", ["{", "[]", '{"slack_bot_token": 1}', json.dumps({"slack_bot_tokn": TOKEN})])
def test_a_file_that_is_not_ours_is_named_and_never_quoted(tmp_path: Path, text: str) -> None:
    tokens.store(tmp_path, {})
    tokens.path(tmp_path).write_text(text)
    with pytest.raises(tokens.TokensUnreadable, match=r"tokens\.json") as caught:
        load(home=tmp_path)
    assert caught.value.hint
    assert "very-secret" not in f"{caught.value} {caught.value.hint}"


def test_environment_then_file_then_what_is_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = {"slack_bot_token": TOKEN, "slack_channel": "stored", "mastodon_url": "https://stored.example"}
    tokens.store(tmp_path / "place", stored)
    (tmp_path / "goodword.toml").write_text(
        'home = "place"\nslack_channel = "file"\nmastodon_url = "https://f.example"\n'
    )
    monkeypatch.setenv("GOODWORD_MASTODON_URL", "https://env.example")
    settings = load()
    assert settings.slack_bot_token is not None
    assert settings.slack_bot_token.get_secret_value() == TOKEN
    assert (settings.slack_channel, settings.mastodon_url) == ("file", "https://env.example")
    assert TOKEN not in repr(settings)


def test_a_masked_secret_shows_its_kind_and_its_end() -> None:
    assert tokens.masked("xoxb-1234567890-abcd") == "xoxb-…abcd"
    assert tokens.masked("0123456789abcdef0123456789abcdef") == "…cdef"
    assert tokens.masked("short") == "…"
