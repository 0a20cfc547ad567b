"""uv takes packages from where pip does, unless it was told otherwise."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest

from bot import package_index

INDEX = "https://name:word@mirror.example/simple"


@pytest.fixture(autouse=True)
def pip(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pip that was told of an index, beside one that only adds to it."""

    def run(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        assert command == ["python", "-m", "pip", "config", "list"]
        told = f"global.extra-index-url='https://more.example'\nglobal.index-url='{INDEX}'\n"
        return subprocess.CompletedProcess(command, 0, told, "")

    monkeypatch.setattr(subprocess, "run", run)
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)


def test_pips_index_is_uvs() -> None:
    assert package_index.settings("python")["UV_DEFAULT_INDEX"] == INDEX


@pytest.mark.parametrize("name", ["UV_DEFAULT_INDEX", "UV_INDEX_URL"])
def test_what_uv_was_told_stands(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "https://other.example")
    found = package_index.settings("python")
    assert {key: found[key] for key in found if key.startswith("UV_")} == {name: "https://other.example"}
