"""Training Rasa's model: our examples, and lookup tables of what the live entries name."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import yaml
from rich.console import Console

from bot.nlu.rasa_process import code_version, run, variables
from bot.ticking import ticking
from knowledge.errors import GoodwordError

#: Rasa's part of the data folder; beside it lies the sample company.
DATA = Path(__file__).parents[2] / "data"
_PARTS = ("config.yml", "domain.yml", "rules.yml", "stories.yml", "nlu")

#: Models kept: the one in use, and the one before it while it is being replaced.
_KEPT = 2


class TrainingFailed(GoodwordError):
    """Rasa did not make a model; what it said last is in the message."""

    code = "training_failed"


@dataclass(frozen=True)
class Lookups:
    """The names that entities are recognised by, as the live entries write them (any order, doubles are fine)."""

    products: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    features: tuple[str, ...] = ()


async def train(
    home: Path,
    python: Path,
    lookups: Lookups,
    embedding_path: Path,
    *,
    data: Path = DATA,
    console: Console | None = None,
) -> Path:
    """The model for this data and these lookups: `home`/models/goodword-HASH.tar.gz, trained where it is missing.

    `python` is that of Rasa's environment, `embedding_path` the folder of the embedding model. Takes about 40 s.

    Raises:
        TrainingFailed: Rasa refused the data or could not be run.
    """
    name = f"goodword-{fingerprint(data, lookups, embedding_path)}"
    model = _models(home) / f"{name}.tar.gz"
    if model.is_file():
        model.touch()  # the newest are kept
        return model
    with tempfile.TemporaryDirectory(dir=home, prefix="training-") as folder:
        place = Path(folder)
        write(place, data, lookups)
        with ticking(console or Console(stderr=True), "Training the language understanding (40 seconds or so)"):
            await _run(place, python, name, variables(home, embedding_path))
        (place / "models" / model.name).replace(model)
    _forget_old(model.parent)
    return model


def fingerprint(data: Path, lookups: Lookups, embedding_path: Path) -> str:
    """16 hex digits over all that a model depends on: data, lookups, our component, packages, embedding model."""
    digest = hashlib.sha256()
    digest.update(json.dumps({name: _clean(names) for name, names in asdict(lookups).items()}).encode())
    config = embedding_path / "config.json"
    digest.update(code_version().encode())
    for path in (*_files(data), config):
        digest.update(f"{path.name}\0".encode() + path.read_bytes() + b"\0")
    weights = embedding_path / "model.safetensors"
    digest.update(str(weights.stat().st_size).encode())  # 90 MB: too long to read at each start
    return digest.hexdigest()[:16]


def write(place: Path, data: Path, lookups: Lookups) -> None:
    """Put into `place` what Rasa trains on: config.yml, domain.yml and data/ with the lookup tables added."""
    for source in _files(data):
        target = place / ("" if source.name in ("config.yml", "domain.yml") else "data") / source.relative_to(data)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    tables = {"version": "3.1", "nlu": _tables(lookups)}
    (place / "data" / "nlu" / "lookups.yml").write_text(yaml.safe_dump(tables, allow_unicode=True, width=1000))


def _tables(lookups: Lookups) -> list[dict[str, str]]:
    """A lookup table for each entity, and a synonym for each name: `one18` in a post becomes `One18`."""
    blocks = []
    for field in fields(lookups):
        names = _clean(getattr(lookups, field.name))
        if names:
            blocks.append({"lookup": field.name.removesuffix("s"), "examples": _list(names)})
            blocks += [{"synonym": name, "examples": _list([name.lower()])} for name in names if name != name.lower()]
    return blocks


def _list(names: Iterable[str]) -> str:
    return "".join(f"- {name}\n" for name in names)


def _clean(names: Iterable[str]) -> list[str]:
    """One line each, no doubles, and the longest first: of `Bench` and `Bench app` the first that fits is taken."""
    by_key: dict[str, str] = {}
    for name in sorted(" ".join(name.split()) for name in names):
        if len(name) > 1:
            by_key.setdefault(name.lower(), name)
    return sorted(by_key.values(), key=lambda name: (-len(name), name))


def _files(data: Path) -> list[Path]:
    files = [
        path for part in _PARTS for path in sorted((data / part).rglob("*.yml") if part == "nlu" else [data / part])
    ]
    missing = [path.name for path in files if not path.is_file()]
    if missing or not (data / "nlu").is_dir():
        raise TrainingFailed(
            f"{data} lacks {', '.join(missing) or 'nlu'}", hint="the data folder of Goodword holds Rasa's training data"
        )
    return files


async def _run(place: Path, python: Path, name: str, environ: dict[str, str]) -> None:
    command = [str(python), "-m", "goodword_rasa", "train", "--fixed-model-name", name, "--out", "models"]
    try:
        status, last = await run(command, place, environ)
    except OSError as error:
        raise TrainingFailed(
            f"Rasa could not be started: {error}", hint="remove the folder rasa-env and start again: it is rebuilt"
        ) from error
    if status or not (place / "models" / f"{name}.tar.gz").is_file():
        raise TrainingFailed(
            f"Rasa could not be trained. It said:\n  {last}",
            hint="if it names a file of data/, mend that; if a name among products, platforms or features, that entry",
        )


def _models(home: Path) -> Path:
    folder = home.absolute() / "models"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _forget_old(models: Path) -> None:
    newest = sorted(models.glob("goodword-*.tar.gz"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in newest[_KEPT:]:
        old.unlink(missing_ok=True)
