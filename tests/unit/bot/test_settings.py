"""Settings: one line that says what to set, and no secret in any error."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from actions.voice import VoiceError
from bot.nlu.assistant import Assistant
from bot.rules.rules import Rules
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


@pytest.mark.parametrize(
    ("given", "words", "hint"),
    [
        ({"llm_base_url": "http://127.0.0.1:1/v1"}, "no model", "GOODWORD_LLM_MODEL"),
        ({"llm_model": "m"}, "no endpoint", "GOODWORD_LLM_BASE_URL"),
        ({"llm_api_key": "sk-very-secret"}, "no endpoint", "GOODWORD_LLM_BASE_URL"),
        ({"llm_base_url": "llm.example", "llm_model": "m"}, "not an address", "https://llm.example/v1"),
    ],
)
def test_half_a_model_is_refused(given: dict[str, str], words: str, hint: str) -> None:
    with pytest.raises(SettingsError, match=words) as caught:
        load(**given).check()
    assert hint in caught.value.hint
    assert "very-secret" not in f"{caught.value} {caught.value.hint}"


def test_a_whole_model_is_taken_and_its_key_hidden() -> None:
    settings = load(llm_base_url="http://127.0.0.1:1/v1", llm_model="m", llm_api_key="sk-very-secret")
    settings.check()
    assert "very-secret" not in repr(settings)


def test_a_model_never_takes_as_long_as_the_journey_waits() -> None:
    waits = inspect.signature(Assistant.__init__).parameters["timeout"].default
    with pytest.raises(SettingsError, match="llm_timeout"):
        load(llm_timeout=21)
    assert load(llm_timeout=20).llm_timeout + 5 <= waits


def test_the_rules_take_the_voice_and_the_budget_only_where_they_are_set(tmp_path: Path) -> None:
    (tmp_path / "voice.toml").write_text('sign_off = "- Anna"\nparts = 2\n')
    assert (Rules.of(load()).voice, Rules.of(load()).parts, Rules.of(load()).calls_per_hour) == (None, 1, 0)
    rules = Rules.of(load(voice=tmp_path / "voice.toml", llm_base_url="http://127.0.0.1:1/v1", llm_model="m"))
    assert (rules.signature, rules.parts, rules.calls_per_hour) == ("- Anna", 2, 60)
    with pytest.raises(VoiceError, match="GOODWORD_SIGNATURE is set too"):
        Rules.of(load(voice=tmp_path / "voice.toml", signature="- Bo"))
