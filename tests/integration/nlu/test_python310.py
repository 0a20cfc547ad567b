"""Finding a Python 3.10 on machines that are set up differently."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.nlu.environment import ensure
from bot.nlu.python310 import UVS_OWN, VARIABLE, NoPython310, find

WORKS = "echo Python 3.10.9"
ANOTHER = "echo Python 3.11.2"
#: What a pyenv shim does for a version that is not chosen.
SHIM = "echo 'pyenv: python3.10: command not found' >&2; exit 127"


def fake(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """A machine without any Python 3.10."""
    return {"HOME": str(tmp_path / "home"), "PATH": str(tmp_path / "bin")}


def test_the_variable_goes_first(tmp_path: Path, environ: dict[str, str]) -> None:
    fake(tmp_path / "bin" / "python3.10", WORKS)
    named = fake(tmp_path / "mine", WORKS)
    assert find(environ | {VARIABLE: str(named)}) == str(named)


@pytest.mark.parametrize("script", [ANOTHER, SHIM])
def test_a_variable_that_names_no_python310_says_what_to_install(
    tmp_path: Path, environ: dict[str, str], script: str
) -> None:
    named = fake(tmp_path / "mine", script)
    with pytest.raises(NoPython310, match=VARIABLE) as caught:
        find(environ | {VARIABLE: str(named)})
    assert "install Python 3.10" in caught.value.hint


def test_pyenvs_newest_goes_before_path(tmp_path: Path, environ: dict[str, str]) -> None:
    fake(tmp_path / "bin" / "python3.10", WORKS)
    versions = tmp_path / "home" / ".pyenv" / "versions"
    for version in ("3.10.9", "3.10.13", "3.9.1"):
        fake(versions / version / "bin" / "python3.10", WORKS)
    assert find(environ) == str(versions / "3.10.13" / "bin" / "python3.10")
    root = tmp_path / "elsewhere"
    fake(root / "versions" / "3.10.2" / "bin" / "python3.10", WORKS)
    assert find(environ | {"PYENV_ROOT": str(root)}) == str(root / "versions" / "3.10.2" / "bin" / "python3.10")


def test_a_shim_that_does_not_work_leaves_it_to_uv(tmp_path: Path, environ: dict[str, str]) -> None:
    fake(tmp_path / "bin" / "python3.10", SHIM)
    assert find(environ) == UVS_OWN


def test_a_working_one_on_path_is_taken(tmp_path: Path, environ: dict[str, str]) -> None:
    assert find(
        environ | {"PATH": f"{tmp_path / 'none'}:{fake(tmp_path / 'bin' / 'python3.10', WORKS).parent}"}
    ) == str(tmp_path / "bin" / "python3.10")


def test_where_uv_can_have_none_either_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.nlu.python310.find", lambda: str(tmp_path / "no-python"))
    with pytest.raises(NoPython310, match=r"no Python 3\.10") as caught:
        ensure(tmp_path / "home")
    assert "install Python 3.10" in caught.value.hint
    assert not (tmp_path / "home" / "rasa-env" / "goodword.stamp").exists()
