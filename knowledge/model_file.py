"""The file in which a library's own ranking model is kept, and the one before it."""

from __future__ import annotations

import logging
import os
import tempfile
from pathlib import Path

from pydantic import ValidationError

from knowledge.model import FORMAT, RankingModel

_log = logging.getLogger(__name__)

#: The file's name in the folder of an encoder that was trained here.
RANKING = "ranking.json"


class ModelFile:
    """A model on disk. `read` looks whether the file changed, so what another process learned is used by the next
    search; what cannot be used is reported once, and the model that ships is used instead.

    With an encoder that was trained here lies a ranking of its own: while everything is encoded anew, each is searched
    with what belongs to it."""

    def __init__(self, path: Path, tuned: Path | None = None) -> None:
        """`tuned`: the folder that holds a folder for each encoder that was trained here, named like its vectors."""
        self.path = path
        self._tuned = tuned
        self._seen: tuple[int, int, str] | None = None
        self._model = RankingModel.default()

    def of(self, encoder_id: str) -> Path:
        """Where the model for vectors of this encoder is kept."""
        name = encoder_id.partition("@")[0]
        if self._tuned is not None and name and (place := self._tuned / name).is_dir():
            return place / RANKING
        return self.path

    @staticmethod
    def former(path: Path) -> Path:
        """Where the model is kept that was in a file before."""
        return path.with_suffix(".former.json")

    def read(self, encoder_id: str) -> RankingModel:
        """The model to search with; vectors are those of this encoder."""
        path = self.of(encoder_id)
        try:
            status = path.stat()
        except OSError:
            self._seen, self._model = None, RankingModel.default()
            return self._model
        state = (status.st_mtime_ns, status.st_size, encoder_id)
        if state != self._seen:
            self._seen, self._model = state, self._load(path, encoder_id)
        return self._model

    @staticmethod
    def _load(path: Path, encoder_id: str) -> RankingModel:
        try:
            model = RankingModel.model_validate_json(path.read_bytes())
        except (OSError, ValidationError) as error:
            _log.warning("the learned ranking %s cannot be read (%s): ranking as shipped", path, type(error).__name__)
            return RankingModel.default()
        if model.format != FORMAT or (model.metric_data and model.encoder_id != encoder_id):
            _log.warning("the learned ranking %s is of another encoder or version: ranking as shipped", path)
            return RankingModel.default()
        return model

    def write(self, model: RankingModel, encoder_id: str) -> Path:
        """Put the model for an encoder in place, all of it or nothing, and keep the one that was there as `former`."""
        path = self.of(encoder_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            replace_file(self.former(path), path.read_bytes())
        replace_file(path, model.model_dump_json(indent=1).encode())
        return path


def replace_file(path: Path, content: bytes) -> None:
    """Write a file, all of it or nothing, also when the power fails.

    Raises:
        OSError: the disk is full, or the folder may not be written to.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # else a crash may forget the new name
    finally:
        os.close(folder)
