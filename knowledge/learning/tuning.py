"""Trains the encoder itself on a team's own past: posts that were answered with the same entry shall lie close to it.

Contrastive learning with the other examples of a batch as negatives (van den Oord and others 2018; Henderson and others
2017). What a batch holds besides that is right for a post as well is left out of its negatives. Word embeddings and the
lower layers stay as they are: half the cost, and little is lost of what the encoder knew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from knowledge.encoder import has_amx, load_model

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Lesson:
    """A past post, what was answered (with the post's title), and the slots of the entries that the answer cited."""

    post: str
    answer: str
    right: frozenset[int]


@dataclass(frozen=True)
class Plan:
    """How it is trained. Chosen on the posts of 2024 with the links of 2023 (bench/RESULTS.md)."""

    epochs: int = 2
    batch: int = 64
    rate: float = 5e-5
    temperature: float = 0.05
    frozen: int = 3
    longest: int = 128


def tune(
    base: str,
    lessons: Sequence[Lesson],
    passages: Mapping[int, Sequence[str]],
    folder: Path,
    *,
    threads: int = 1,
    plan: Plan = Plan(),
    progress: Progress = lambda done, total: None,
) -> None:
    """Train a copy of the encoder `base` (a folder or a name) and write it into `folder`.

    `passages` are the texts of the entries by slot. Reproducible on one machine: the seed is fixed.
    """
    import torch

    torch.manual_seed(0)
    model = load_model(base, threads, torch.float32)
    learned = list(_unfrozen(model, plan.frozen))
    optimiser = torch.optim.AdamW(learned, lr=plan.rate, weight_decay=0.01)
    chance = Random(0)
    steps = [batch for _ in range(plan.epochs) for batch in _batches(lessons, plan.batch, chance)]
    pace = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _pace(step, len(steps)))
    near = _Neighbours(lessons, passages, chance)
    for done, batch in enumerate(steps, 1):
        asked = _encode(model, [lessons[row].post for row in batch], plan.longest)
        there = _encode(model, [near.of(row) for row in batch], plan.longest)
        same = torch.tensor([[bool(lessons[a].right & lessons[b].right) for b in batch] for a in batch])
        others = same & ~torch.eye(len(batch), dtype=torch.bool)
        alike = (asked @ there.T / plan.temperature).masked_fill(others, float("-inf"))
        wanted = torch.arange(len(batch))
        loss = torch.nn.functional.cross_entropy(alike, wanted) + torch.nn.functional.cross_entropy(alike.T, wanted)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learned, 1.0)
        optimiser.step()
        pace.step()
        progress(done, len(steps))
    model.save(str(folder), create_model_card=False)


class _Neighbours:
    """What a post shall lie close to, another one each time: a passage of an entry that was right, or another post that
    was answered with it, or that post's answer."""

    def __init__(self, lessons: Sequence[Lesson], passages: Mapping[int, Sequence[str]], chance: Random) -> None:
        self._lessons, self._passages, self._chance = lessons, passages, chance
        self._by_entry: dict[int, list[int]] = {}
        for row, lesson in enumerate(lessons):
            for slot in lesson.right:
                self._by_entry.setdefault(slot, []).append(row)

    def of(self, row: int) -> str:
        slot = self._chance.choice(sorted(self._lessons[row].right))
        alike = [other for other in self._by_entry[slot] if other != row]
        kind = self._chance.random()
        if alike and kind < 0.6:
            other = self._lessons[self._chance.choice(alike)]
            return other.post if kind < 0.4 else other.answer
        return self._chance.choice(self._passages[slot])


def _batches(lessons: Sequence[Lesson], size: int, chance: Random) -> Iterator[list[int]]:
    rows = list(range(len(lessons)))
    chance.shuffle(rows)
    for start in range(0, len(rows) - size // 2, size):
        yield rows[start : start + size]


def _pace(step: int, steps: int) -> float:
    """Up over the first tenth, then evenly down to nothing."""
    warm = max(1, steps // 10)
    return (step + 1) / warm if step < warm else (steps - step) / max(1, steps - warm)


def _unfrozen(model: Any, frozen: int) -> Iterator[Any]:
    kept = ("embeddings.", *(f"encoder.layer.{layer}." for layer in range(frozen)))
    for name, parameter in model[0].auto_model.named_parameters():
        parameter.requires_grad_(not name.startswith(kept))
        if parameter.requires_grad:
            yield parameter


def _encode(model: Any, texts: list[str], longest: int) -> Any:
    import torch

    features = {
        key: value[:, :longest]
        for key, value in model[0]
        .tokenizer(texts, padding=True, truncation=True, max_length=longest, return_tensors="pt")
        .items()
    }
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=has_amx()):
        found = model(features)["sentence_embedding"]
    return torch.nn.functional.normalize(found.float(), dim=1)
