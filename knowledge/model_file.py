"""The file in which a library's own ranking model is kept, and the one before it."""

from __future__ import annotations

import logging
import os
import tempfile
from pathlib import Path

from pydantic import ValidationError

from knowledge.model import FORMAT, RankingModel

_log = logging.getLogger(__name__)


class ModelFile:
    """A model on disk. `read` looks whether the file changed, so what another process learned is used by the next
    search; what cannot be used is reported once, and the model that ships is used instead."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: tuple[int, int, str] | None = None
        self._model = RankingModel.default()

    @property
    def former(self) -> Path:
        """Where the model is kept that was in use before."""
        return self.path.with_suffix(".former.json")

    def read(self, encoder_id: str) -> RankingModel:
        """The model to search with; vectors are those of this encoder."""
        try:
            status = self.path.stat()
        except OSError:
            self._seen, self._model = None, RankingModel.default()
            return self._model
        state = (status.st_mtime_ns, status.st_size, encoder_id)
        if state != self._seen:
            self._seen, self._model = state, self._load(encoder_id)
        return self._model

    def _load(self, encoder_id: str) -> RankingModel:
        try:
            model = RankingModel.model_validate_json(self.path.read_bytes())
        except (OSError, ValidationError) as error:
            _log.warning(
                "the learned ranking %s cannot be read (%s): ranking as shipped", self.path, type(error).__name__
            )
            return RankingModel.default()
        if model.format != FORMAT or (model.metric_data and model.encoder_id != encoder_id):
            _log.warning("the learned ranking %s is of another encoder or version: ranking as shipped", self.path)
            return RankingModel.default()
        return model

    def write(self, model: RankingModel) -> None:
        """Put a model in place, all of it or nothing, and keep the one that was there as `former`."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if self.path.exists():
            _replace(self.former, self.path.read_bytes())
        _replace(self.path, model.model_dump_json(indent=1).encode())


def _replace(path: Path, content: bytes) -> None:
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
