"""The ranking model of usage entries: weights of the signals, kernel, metric, calibration. A JSON document.

The one that ships holds coefficients fitted on a public support forum (`bench.calibrate` says how); `goodword knowledge
learn` fits one to the team's own past and keeps it in a file. It holds no text, no entry and no vote: those are read
from the library at each search. With no past answers the signals that rest on them are equal for all entries, and
decide nothing.
"""

from __future__ import annotations

import base64
from functools import cache
from importlib.resources import files
from math import isqrt
from typing import Annotated, Self
from weakref import WeakKeyDictionary

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, field_validator

from knowledge.index import Floats, Ids, VectorIndex

FORMAT = 1


class Kernel(BaseModel):
    """How evidence adds up: `sharpness` of the kernel, what `pair` (question with answer) and an entry's own `passage`
    count beside a question, and after how many days (`memory`) a citation counts the e-th part."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    sharpness: Annotated[float, Field(gt=0, le=200)]
    pair: Annotated[float, Field(ge=0)]
    passage: Annotated[float, Field(ge=0)]
    memory: Annotated[float, Field(gt=0)]


class Metric:
    """A linear map of the encoder's vectors, (dimension, dimension): cosines are taken between what it makes of them.

    Stored vectors stay as they are: only how long the map makes each of them is kept, once it was asked for.
    """

    def __init__(self, matrix: Floats) -> None:
        self.matrix = matrix
        self._lengths: WeakKeyDictionary[object, Floats] = WeakKeyDictionary()

    def looking(self, vector: Floats) -> Floats:
        """A post's vector, made so that its product with a stored vector, over that one's length, is the cosine."""
        mapped = self.matrix @ vector
        seen: Floats = self.matrix.T @ (mapped / max(float(np.linalg.norm(mapped)), 1e-12))
        return seen

    def lengths(self, rows: Floats) -> Floats:
        """How long the map makes each row."""
        found: Floats = np.maximum(np.linalg.norm(rows @ self.matrix.T, axis=1), 1e-12).astype(np.float32)
        return found

    def of_index(self, index: VectorIndex, ids: Ids) -> Floats:
        """The lengths of vectors of an index; each is reckoned once, since an id is never used again there."""
        known = self._lengths.get(index)
        last = int(ids.max(initial=0))
        if known is None or len(known) <= last:
            grown = np.full(2 * last + 1024, np.nan, dtype=np.float32)
            grown[: len(known) if known is not None else 0] = known if known is not None else []
            self._lengths[index] = known = grown
        missing = ids[np.isnan(known[ids])]
        if len(missing):
            known[missing] = self.lengths(index.vectors(missing))
        found: Floats = known[ids]
        return found

    def of(self, owner: object, rows: Floats) -> Floats:
        """The lengths of rows that belong to something that never changes."""
        known = self._lengths.get(owner)
        if known is None:
            self._lengths[owner] = known = self.lengths(rows)
        return known


class RankingModel(BaseModel):
    """`weights` by signal (signals.NAMES); `confidence` by what the confidence reads (confidence.RIGHT), and its
    `intercept`; `familiar` likewise (confidence.FAMILIAR), for whether the post is about what the library is about at
    all.

    `encoder_id` is that of the vectors the metric was learned on; without a metric any encoder will do, and it is
    empty. `fitted_on` and `fitted_at` say from what and when.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    format: int = FORMAT
    fitted_on: str
    fitted_at: str = ""
    encoder_id: str = ""
    kernel: Kernel
    weights: dict[str, float]
    confidence: dict[str, float]
    familiar: dict[str, float]
    metric_data: str = ""

    @field_validator("metric_data")
    @classmethod
    def _is_a_square(cls, data: str) -> str:
        numbers = np.frombuffer(base64.b64decode(data, validate=True), dtype="<f4")
        if isqrt(len(numbers)) ** 2 != len(numbers) or not np.isfinite(numbers).all():
            raise ValueError("the metric is no square matrix of numbers")
        return data

    @property
    def metric(self) -> Metric | None:
        """The learned metric, None where there is none."""
        return _metric(self.metric_data) if self.metric_data else None

    @staticmethod
    def default() -> RankingModel:
        """What ships with Goodword."""
        return _shipped()

    def with_metric(self, matrix: Floats | None, encoder_id: str) -> Self:
        """The same model with another metric, or none."""
        data = base64.b64encode(matrix.astype("<f4").tobytes()).decode() if matrix is not None else ""
        return self.model_copy(update={"metric_data": data, "encoder_id": encoder_id if data else ""})


@cache
def _shipped() -> RankingModel:
    text = files("knowledge").joinpath("default_model.json").read_text(encoding="utf-8")
    return RankingModel.model_validate_json(text)


@cache
def _metric(data: str) -> Metric:
    numbers = np.frombuffer(base64.b64decode(data), dtype="<f4")
    side = isqrt(len(numbers))
    return Metric(numbers.reshape(side, side))
