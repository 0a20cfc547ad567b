"""Preparing the environment: what is said of it, and what is done where uv cannot."""

from __future__ import annotations

import importlib
from types import ModuleType

import pytest

from bot import package_index
from bot.settings import ROOT

UV = """Resolved 137 packages in 1.20s
Downloading scipy (32.8MiB)
Downloading httpx (1.2MiB)
 Downloaded httpx
 Downloaded scipy
Prepared 112 packages in 5.97s
Installed 136 packages in 409ms
"""
PIP = """Collecting scipy
  Downloading scipy-1.16-cp311.whl (32.8 MB)
Collecting idna
  Downloading idna-3.whl (68 kB)
Installing collected packages: idna, scipy
"""


@pytest.fixture
def prepare(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))  # as for whoever types `make`
    monkeypatch.setattr(package_index, "settings", lambda python: {})
    return importlib.import_module("prepare")


@pytest.mark.parametrize(("words", "fetched", "count"), [(UV, 35.7, 137), (PIP, 32.9, 2)])
def test_what_each_of_them_says_is_understood(prepare: ModuleType, words: str, fetched: float, count: int) -> None:
    seen = prepare.Seen(about=30, before=0)
    news = [told for line in words.splitlines() if (told := seen.read(line))]
    assert news == [
        "downloading scipy, 34 MB" if words is UV else "downloading scipy, 33 MB",
        f"installing {count} packages",
    ]
    assert seen.fetched == pytest.approx(fetched, abs=0.05)
    assert seen.installing


def test_what_is_compiled_beforehand_are_all_modules_of_ours_that_do_nothing_when_imported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    found = importlib.import_module("tools.compiling").names("service")
    assert {"sentence_transformers", "bot.cli", "bot.slack.app", "knowledge.encoder", "actions.endpoint"} <= set(found)
    assert not [name for name in found if "migrations" in name or name.endswith("__main__")]


def test_where_uv_cannot_pip_does(
    prepare: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[list[str]] = []

    def install(command: list[str], *args: object, **options: object) -> list[str]:
        asked.append(command)
        return ["error: no route", "cause: refused"] if "uv" in command else []

    monkeypatch.setattr(prepare, "_install", install)
    prepare._uv(["mypy"], "what `make lint` needs")
    assert [(command[2], command[-1], "-c" in command) for command in asked] == [
        ("uv", "mypy", True),
        ("pip", "mypy", True),
    ]
    assert "cause: refused" in capsys.readouterr().out


def test_where_neither_can_it_is_said_why(prepare: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare, "_install", lambda *args, **options: ["no route to the index"])
    with pytest.raises(prepare.Failed, match="no route to the index"):
        prepare._uv(["mypy"], "what `make lint` needs")
