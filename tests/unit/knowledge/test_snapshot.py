from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from knowledge import snapshot
from knowledge.entries import Entry, EntryKind
from knowledge.index import Floats
from knowledge.passages import PassageKind
from knowledge.pools import Pools, Vector
from knowledge.results import Query
from knowledge.searching import search

NAME = snapshot.Name("library-1", "words@1", 8)
CHANCE = np.random.default_rng(5)
POST: Floats = CHANCE.normal(size=8).astype(np.float32)


def _vector(kind: PassageKind, text: str) -> Vector:
    numbers: Floats = CHANCE.normal(size=8).astype(np.float32)
    return Vector(kind, "path", text, numbers / np.linalg.norm(numbers))


def pools() -> Pools:
    made = Pools(8)
    for n in range(40):
        usage = Entry(
            f"u{n}", EntryKind.USAGE, f"Title {n % 7}", f"wall drill {n} שלום", url=f"https://x.org/{n}", language="de"
        )
        answer = Entry(
            f"a{n}",
            EntryKind.ANSWER,
            "Shelf",
            f"answer {n} 📚",
            question=f"question {n % 5}",
            cites=(f"u{n}",) if n % 2 else (),
            created_at=datetime(2026, 1, 1 + n % 28, tzinfo=UTC),
            meta={"cited:x": "2026-01-01"},
        )
        made.put(
            [
                (usage, [_vector(PassageKind.PASSAGE, f"text {n}.{part}") for part in range(n % 3 + 1)]),
                (answer, [_vector(PassageKind.QUESTION, "q"), _vector(PassageKind.PAIR, "p")]),
            ]
        )
    made.drop([f"u{n}" for n in range(0, 40, 3)] + ["a1", "a2"])
    return made


def found(made: Pools) -> list[tuple[object, ...]]:
    queries = [Query("wall drill 8"), Query("question 3"), Query("drill", language="en"), Query("wall", product="Saw")]
    later = [replace(queries[1], as_of=datetime(2026, 1, 9, tzinfo=UTC))]
    shown: list[tuple[object, ...]] = []
    for query in (*queries, *later):
        result = search(made, query, POST)
        hits = [(h.entry, round(h.score, 5), h.quote, h.votes) for h in (*result.usage, *result.answers)]
        shown.append((result.confidence, result.why, hits))
    return shown


def test_what_comes_back_finds_the_same_and_goes_on_changing(tmp_path: Path) -> None:
    before = pools()
    path = snapshot.save(tmp_path, NAME, 7, before.export())
    loaded = snapshot.load(tmp_path, NAME, 7)
    assert loaded is not None
    assert (loaded.version, len(loaded.pools)) == (7, len(before))
    assert found(loaded.pools) == found(before)
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    new = (Entry("new", EntryKind.USAGE, "New", "wall"), [_vector(PassageKind.PASSAGE, "wall")])
    for made in (before, loaded.pools):
        made.put([new])
        made.drop(["u1", "a3"])
    assert found(loaded.pools) == found(before)


def test_an_empty_replica_comes_back_empty(tmp_path: Path) -> None:
    snapshot.save(tmp_path, NAME, 3, Pools(8).export())
    loaded = snapshot.load(tmp_path, NAME, 3)
    assert loaded is not None
    assert len(loaded.pools) == 0


@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.7, 0.99])
def test_a_torn_one_is_none(tmp_path: Path, share: float) -> None:
    path = snapshot.save(tmp_path, NAME, 7, pools().export())
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    assert snapshot.load(tmp_path, NAME, 7) is None


def test_a_byte_that_changed_is_noticed(tmp_path: Path) -> None:
    path = snapshot.save(tmp_path, NAME, 7, pools().export())
    whole = bytearray(path.read_bytes())
    for place in range(200, len(whole) - 200, len(whole) // 40):
        torn = bytearray(whole)
        torn[place] ^= 0xFF
        path.write_bytes(torn)
        loaded = snapshot.load(tmp_path, NAME, 7)
        assert loaded is None or found(loaded.pools) == found(pools_of(whole, tmp_path)), place


def pools_of(whole: bytearray, folder: Path) -> Pools:
    """What the whole file holds: a flipped byte of the padding between two parts harms nothing."""
    (folder / NAME.file).write_bytes(whole)
    loaded = snapshot.load(folder, NAME, 7)
    assert loaded is not None
    return loaded.pools


def test_a_foreign_one_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = snapshot.save(tmp_path, NAME, 7, pools().export())
    for other in (replace(NAME, library_id="library-2"), replace(NAME, encoder_id="words@2")):
        assert snapshot.load(tmp_path, other, 7) is None
        (tmp_path / other.file).write_bytes(path.read_bytes())  # also under the other's name
        assert snapshot.load(tmp_path, other, 7) is None
    assert snapshot.load(tmp_path, NAME, 6) is None, "the database was put back to an earlier state"
    monkeypatch.setattr(snapshot, "FORM", snapshot.FORM + 1)
    assert snapshot.load(tmp_path, NAME, 7) is None


def test_a_writer_that_fails_leaves_the_former_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot.save(tmp_path, NAME, 7, pools().export())

    def full(*_: object, **__: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError, match="no space"):
        snapshot.save(tmp_path, NAME, 8, pools().export())
    loaded = snapshot.load(tmp_path, NAME, 8)
    assert loaded is not None
    assert loaded.version == 7
    assert len(list(tmp_path.iterdir())) == 1


def test_the_folder_is_flushed_after_the_name_was_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    import os

    real_sync, real_replace = os.fsync, os.replace

    def sync(handle: int) -> None:
        done.append("folder" if os.path.isdir(f"/proc/self/fd/{handle}") else "file")
        real_sync(handle)

    def rename(source: str, target: str) -> None:
        done.append("replace")
        real_replace(source, target)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(os, "replace", rename)
    snapshot.save(tmp_path, NAME, 7, pools().export())
    assert done == ["file", "replace", "folder"]
