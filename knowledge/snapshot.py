"""A replica in a file, so that the next start need not read the whole library. It is a copy: a lost one costs time."""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.bm25 import Later
from knowledge.pools import MakeIndex, Pools, in_memory

#: Rises with every change of what is written, or of how texts are cut into words.
FORM = 1


@dataclass(frozen=True)
class Name:
    """What a snapshot is of: the library (not the database's name: a random one given once) and the encoder."""

    library_id: str
    encoder_id: str
    dimension: int

    @property
    def file(self) -> str:
        """The file's name; one for each library and encoder."""
        return f"index-{hashlib.sha256(repr(self).encode()).hexdigest()[:16]}.npz"


@dataclass(frozen=True)
class Snapshot:
    """Pools as they were at a version."""

    pools: Pools
    version: int


def save(folder: Path, name: Name, version: int, state: Later) -> Path:
    """Write what `Pools.export` copied; atomic: whoever reads gets the former one or this one, also after a power cut.

    Raises:
        OSError: the disk is full, or the folder may not be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name.file
    label = np.array([str(FORM), name.library_id, name.encoder_id, str(version)])
    handle, temporary = tempfile.mkstemp(prefix=f"{path.stem}-", suffix=".part", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            parts: dict[str, Any] = {"label": label, **state()}
            np.savez(file, **parts)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
    place = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(place)  # else a power cut may bring the former name back
    finally:
        os.close(place)
    _remove_left(folder, path)
    return path


def load(folder: Path, name: Name, newest: int, make_index: MakeIndex = in_memory) -> Snapshot | None:
    """The snapshot of this library and encoder; None where there is none that can be used: torn (each part carries a
    checksum), foreign, of another form, or newer than the database, which then was put back to an earlier state."""
    path = folder / name.file
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            form, library_id, encoder_id, version = file["label"].tolist()
            if (form, library_id, encoder_id) != (str(FORM), name.library_id, name.encoder_id) or int(version) > newest:
                return None
            state = {key: file[key] for key in file.files}
            return Snapshot(Pools.restore(name.dimension, state, make_index), int(version))
    except Exception:  # a torn file makes zipfile, numpy and pydantic raise nearly anything; the database has it all
        return None


def _remove_left(folder: Path, path: Path) -> None:
    """Away with what killed writers left."""
    for left in folder.glob(f"{path.stem}-*.part"):
        with suppress(OSError):
            left.unlink()
