"""What is compared is encoded in the pool that searches share: posts never take more cores than were allowed."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from bot.learning import StoredKnowledge
from knowledge.encoder import Encoder, Progress, Vectors


class Watched(Encoder):
    """Says in which thread it encoded."""

    def __init__(self) -> None:
        super().__init__("watched")
        self.threads: set[str] = set()

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        self.threads.add(threading.current_thread().name)
        return np.eye(2, dtype=np.float32)[[len(text) % 2 for text in texts]]


async def test_likeness_is_encoded_in_the_pool() -> None:
    encoder = Watched()
    with ThreadPoolExecutor(1, thread_name_prefix="search") as pool:
        found = await StoredKnowledge(encoder, pool).likeness("aa", ["bb", "c"])
    assert found == pytest.approx([1, 0])
    assert {name.split("_")[0] for name in encoder.threads} == {"search"}
