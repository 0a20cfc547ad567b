"""Settings: one line that says what to set, and no secret in any error."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import SettingsError, load


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def test_defaults_need_nothing_and_stay_on_loopback() -> None:
    settings = load()
    assert settings.host == "127.0.0.1"
    assert settings.database_url is None


def test_the_environment_and_the_file_are_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "goodword.toml").write_text('brand = "Holloway"\nport = 4000\n')
    monkeypatch.setenv("GOODWORD_PORT", "4001")
    settings = load()
    assert (settings.brand, settings.port) == ("Holloway", 4001)


def test_an_unknown_variable_is_named_with_the_one_that_was_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOODWORD_TRESHOLD", "0.3")
    with pytest.raises(SettingsError, match="GOODWORD_TRESHOLD") as caught:
        load()
    assert "GOODWORD_THRESHOLD" in caught.value.hint


def test_an_unknown_key_in_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "goodword.toml").write_text('colour = "red"\n')
    with pytest.raises(SettingsError, match="colour: unknown setting"):
        load()


def test_a_broken_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "goodword.toml").write_text("brand = ")
    with pytest.raises(SettingsError, match="cannot be read"):
        load()


def test_a_wrong_value_is_explained_and_a_secret_is_never_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOODWORD_PORT", "many")
    monkeypatch.setenv("GOODWORD_SLACK_BOT_TOKEN", "xoxb-very-secret")
    with pytest.raises(SettingsError, match="port: ") as caught:
        load()
    assert "very-secret" not in str(caught.value)
    monkeypatch.setenv("GOODWORD_PORT", "0")
    assert "very-secret" not in repr(load())
