"""When Rasa's environment is built, and what is said meanwhile."""

from __future__ import annotations

import hashlib
import io
import re
from pathlib import Path

import pytest
from rich.console import Console
from rich.progress import Progress

from bot.nlu import environment


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders that were built; building makes what a build makes."""
    built: list[Path] = []

    def build(folder: Path, wanted: str, console: Console) -> None:
        built.append(folder)
        (folder / "bin").mkdir(parents=True, exist_ok=True)
        (folder / "bin" / "python").touch()
        (folder / environment.STAMP).write_text(wanted)

    monkeypatch.setattr(environment, "_build", build)
    return built


def test_it_is_built_once(tmp_path: Path, builds: list[Path]) -> None:
    assert environment.ensure(tmp_path) == environment.ensure(tmp_path) == tmp_path / "rasa-env" / "bin" / "python"
    assert builds == [tmp_path / "rasa-env"]


def test_an_interrupted_build_is_done_again(tmp_path: Path, builds: list[Path]) -> None:
    (tmp_path / "rasa-env" / "bin").mkdir(parents=True)
    (tmp_path / "rasa-env" / "bin" / "python").touch()
    environment.ensure(tmp_path)
    assert len(builds) == 1


def test_another_lock_or_a_vanished_python_is_another_build(tmp_path: Path, builds: list[Path]) -> None:
    python = environment.ensure(tmp_path)
    (tmp_path / "rasa-env" / environment.STAMP).write_text(hashlib.sha256(b"older").hexdigest())
    environment.ensure(tmp_path)
    python.unlink()
    python.symlink_to(tmp_path / "uninstalled")
    environment.ensure(tmp_path)
    assert len(builds) == 3


def test_the_bar_follows_what_uv_says() -> None:
    progress = Progress(console=Console(file=io.StringIO()))
    task = progress.add_task("", total=100)
    sizes: dict[str, float] = {}
    for line in ("Downloading scipy (32.8MiB)", "Downloading dask (512.0KiB)", " Downloaded dask", " Downloaded scipy"):
        environment._show(line, sizes, progress, task)
    assert progress.tasks[0].completed == pytest.approx(33.3)
    environment._show("Prepared 162 packages in 10.09s", sizes, progress, task)
    assert progress.tasks[0].description == "installing"


def test_the_lock_pins_every_package_by_hash_and_names_no_address() -> None:
    text = environment.LOCK.read_text()
    packages = re.findall(r"^(\S+==\S+)(.*)$", text, re.MULTILINE)
    assert len(packages) > 100
    assert [name for name, rest in packages if not rest.endswith("\\")] == []
    assert "://" not in text
    assert re.findall(r"(?:^|\s)/\S+", text) == []  # no path of the machine that made it
