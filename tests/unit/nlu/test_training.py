"""What a model is trained on, and when it has to be trained anew."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from bot.nlu.training import DATA, Lookups, TrainingFailed, fingerprint, train, write


@pytest.fixture
def embedding(tmp_path: Path) -> Path:
    folder = tmp_path / "embedding"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(b"weights")
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of Rasa's part of the data, to change."""
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder, ignore=shutil.ignore_patterns("sample"))
    return folder


def lookups_of(place: Path) -> list[dict[str, str]]:
    blocks: list[dict[str, str]] = yaml.safe_load((place / "data" / "nlu" / "lookups.yml").read_text())["nlu"]
    return blocks


def test_lookup_tables_put_the_longest_name_first_and_know_how_it_is_written(tmp_path: Path) -> None:
    write(tmp_path, DATA, Lookups(products=("Bench", "Bench app", "bench APP", "  H18\n combi  ", "x", "")))
    table, *synonyms = lookups_of(tmp_path)
    assert table == {"lookup": "product", "examples": "- Bench app\n- H18 combi\n- Bench\n"}
    assert {block["synonym"]: block["examples"] for block in synonyms} == {
        "Bench app": "- bench app\n",
        "H18 combi": "- h18 combi\n",
        "Bench": "- bench\n",
    }


@pytest.mark.parametrize("name", ["a: b", "- dash", "it's [odd](product)", "#hash", "{brace}", "Ünï 😀"])
def test_any_name_survives_the_file(tmp_path: Path, name: str) -> None:
    write(tmp_path, DATA, Lookups(features=(name,)))
    assert lookups_of(tmp_path)[0]["examples"] == f"- {name}\n"


def test_rasa_gets_its_part_of_the_data_and_nothing_of_the_sample(tmp_path: Path) -> None:
    write(tmp_path, DATA, Lookups())
    files = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert {"config.yml", "domain.yml", "data/rules.yml", "data/stories.yml", "data/nlu/help.yml"} <= files
    assert not [path for path in files if "sample" in path]


def test_the_same_input_is_the_same_model(embedding: Path) -> None:
    one = Lookups(products=("H18", "HX"), platforms=("One18",))
    other = Lookups(products=("HX", "H18", "H18"), platforms=(" One18 ",))
    assert fingerprint(DATA, one, embedding) == fingerprint(DATA, other, embedding)


def test_whatever_a_model_depends_on_makes_another(data: Path, embedding: Path) -> None:
    seen = {fingerprint(data, Lookups(), embedding)}
    seen.add(fingerprint(data, Lookups(products=("H18",)), embedding))
    seen.add(fingerprint(data, Lookups(platforms=("H18",)), embedding))
    with (data / "nlu" / "help.yml").open("a") as file:
        file.write("\n")
    seen.add(fingerprint(data, Lookups(), embedding))
    (embedding / "config.json").write_text('{"hidden_size": 12}')
    seen.add(fingerprint(data, Lookups(), embedding))
    assert len(seen) == 5


async def test_a_model_that_is_there_is_not_trained(tmp_path: Path, embedding: Path) -> None:
    model = tmp_path / "models" / f"goodword-{fingerprint(DATA, Lookups(), embedding)}.tar.gz"
    model.parent.mkdir()
    model.write_bytes(b"model")
    # The unit tests' guard refuses a process: this would fail if one were started.
    assert await train(tmp_path, Path("no/python"), Lookups(), embedding) == model


def test_missing_data_is_named(data: Path, tmp_path: Path) -> None:
    (data / "rules.yml").unlink()
    with pytest.raises(TrainingFailed, match=r"lacks rules\.yml"):
        write(tmp_path / "place", data, Lookups())
