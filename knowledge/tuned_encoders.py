"""Encoders that were trained on the team's own past: where they lie, and which of them is used."""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from knowledge.errors import GoodwordError
from knowledge.model_file import replace_file

_log = logging.getLogger(__name__)


class TrainingRuns(GoodwordError):
    """Somebody else trains an encoder for this installation right now."""

    code = "training_runs"


class InUse(BaseModel):
    """`folder` is the name of a tuned encoder's folder, `base` the encoder it was trained from, as the setting names it
    (empty: the one that ships)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    folder: str
    base: str


class TunedEncoders:
    """A folder with one folder for each tuned encoder, and `in-use.json`, which names one of them.

    With the encoder lies the ranking that was learned on its vectors (`ranking.json`, see ModelFile), so that the two
    come and go together.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()

    @property
    def choice(self) -> Path:
        """The file that names the one in use; without it the encoder of the settings is used."""
        return self.folder / "in-use.json"

    def in_use(self, base: str) -> Path | None:
        """The tuned encoder to use where the settings name `base`; None: that one itself. Another setting than the one
        it was trained from wins."""
        try:
            chosen = InUse.model_validate_json(self.choice.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValidationError) as error:
            _log.warning("%s cannot be read (%s): the tuned encoder is not used", self.choice, type(error).__name__)
            return None
        place = self.folder / Path(chosen.folder).name
        if chosen.base != base:
            return None
        if not (place / "modules.json").is_file():
            _log.warning("the tuned encoder %s is not there: the one it was trained from is used", place)
            return None
        return place

    @contextmanager
    def training(self) -> Iterator[Path]:
        """A folder to train an encoder in, gone afterwards; one training at a time.

        Raises:
            TrainingRuns: there is one already.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise TrainingRuns(
                    "an encoder is being trained already", hint="wait for it, or stop the other command"
                ) from None
            for left in self.folder.glob("training-*"):  # of one that was killed
                shutil.rmtree(left, ignore_errors=True)
            place = Path(tempfile.mkdtemp(prefix="training-", dir=self.folder))
            try:
                yield place
            finally:
                shutil.rmtree(place, ignore_errors=True)

    def accept(self, trained: Path, base: str) -> Path:
        """Keep an encoder that was trained, with what lies in its folder, and use it from the next start on; where it
        is now. The one that was in use stays beside it, older ones are removed."""
        former = self.in_use(base)
        place = self.folder / trained.name
        for file in (file for file in trained.rglob("*") if file.is_file()):
            with file.open("rb") as written:
                os.fsync(written.fileno())
        if place.exists():  # the same weights again
            shutil.rmtree(place)
        trained.rename(place)
        replace_file(self.choice, InUse(folder=place.name, base=base).model_dump_json(indent=1).encode())
        for other in self.folder.glob("*/modules.json"):
            if other.parent not in (place, former):
                shutil.rmtree(other.parent, ignore_errors=True)
        return place
