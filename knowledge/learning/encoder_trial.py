"""Whether an encoder that was trained on the team's own past is better than the one in use, judged like a ranking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from knowledge.encoder import DEFAULT_PACKAGE, Encoder, default_model_path, weights_hash
from knowledge.evaluation.holdings import fill
from knowledge.learning.examples import past_posts
from knowledge.learning.learner import fit
from knowledge.learning.trial import Say, Trial, held_back, is_better, judge, score
from knowledge.learning.tuning import Lesson, tune
from knowledge.model_file import RANKING, replace_file
from knowledge.passages import PassageKind, cut
from knowledge.pools import Pools

#: Fewer past posts than this were never tried.
LEAST = 400

#: Hears what is being done, how much of it is done, and of how much.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class EncoderTrial:
    """`folder` holds the new encoder with its ranking where it is better, `encoder_id` is its id; `trial` says why, and
    what it did on the held-back posts beside the present encoder, each with a ranking learned from the same posts."""

    trial: Trial
    folder: Path | None = None
    encoder_id: str = ""

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return self.trial.as_json() | {"encoder": self.encoder_id or None}


def learn_encoder(
    pools: Pools,
    present: Encoder,
    base: str,
    folder: Path,
    *,
    threads: int = 1,
    say: Say = lambda _: None,
    progress: Progress = lambda what, done, total: None,
) -> EncoderTrial:
    """Train a copy of the encoder `base` (a name or folder; empty: the one that ships) on all but the latest past
    posts, in `folder`; encode all that ranking needs with it, learn a ranking, and compare it on the latest posts with
    one that is learned with the `present` encoder. What is taken is the very encoder that was compared; its ranking is
    then learned from all posts.

    Whatever `progress` raises ends it.
    """
    past = past_posts(pools)
    count = held_back(len(past))
    if len(past) - count < LEAST:
        why = f"too little to train an encoder on: {len(past)} past answers of people cite an entry; "
        return EncoderTrial(Trial(None, f"{why}some {round(LEAST / 0.8)} are needed", len(past)))
    held = past[-count:]
    border = held[0].asked
    lessons = lessons_of(pools, border)
    say(f"training the encoder on {len(lessons)} past posts")
    trained = train(pools, lessons, base, folder, threads, progress)
    new = Encoder(trained, threads, cache=folder / "vectors")
    say("encoding with it")
    beside = encoded(pools, new, progress)
    say(f"comparing on the {count} latest")
    same = encoded(pools, present, progress)  # from its cache: so that both are judged on the very same entries
    before, after = (
        judge(made, fit(made, border, encoder_id=encoder.id), past_posts(made)[-count:])
        for made, encoder in ((same, present), (beside, new))
    )
    better, why = is_better(before, after)
    model = None
    if better:
        say("learning the ranking from all of them")
        model = fit(beside, encoder_id=new.id)
        replace_file(trained / RANKING, model.model_dump_json(indent=1).encode())
    against = "the present encoder with a ranking learned from the same posts"
    trial = Trial(model, why, len(past), count, against, score(before), score(after))
    return EncoderTrial(trial, trained if better else None, new.id)


def lessons_of(pools: Pools, until: datetime | None = None) -> list[Lesson]:
    """What an encoder is trained on: the past posts whose links were all written before `until` (None: all)."""
    found = []
    for post in past_posts(pools, until):
        entry = pools.answers.entry(pools.answers.slot_of[post.id])
        question, pair = cut(entry)
        found.append(Lesson(question.embedded, pair.embedded, post.right))
    return found


def train(pools: Pools, lessons: list[Lesson], base: str, folder: Path, threads: int, progress: Progress) -> Path:
    """Train on the lessons; the new encoder's own folder in `folder`, named by its base and its weights."""
    right = frozenset(slot for lesson in lessons for slot in lesson.right)
    passages = {
        slot: [part.embedded for part in cut(pools.usage.entry(slot)) if part.kind is not PassageKind.TITLE]
        for slot in right
    }
    made = folder / "made"
    name = base or str(default_model_path())
    tune(name, lessons, passages, made, threads=threads, progress=lambda *done: progress("training", *done))
    label = Path(base).name if base else DEFAULT_PACKAGE
    return made.rename(folder / f"{label}-tuned-{weights_hash(made)}")


def encoded(pools: Pools, encoder: Encoder, progress: Progress) -> Pools:
    """The same entries with vectors of another encoder; of the answers only those that cite, which is what ranking the
    entries needs."""
    usage = [entry for entry in pools.usage.entries if entry is not None]
    answers = [entry for entry in pools.answers.entries if entry is not None and entry.cites]
    total = sum(len(cut(entry)) for entry in (*usage, *answers))
    done = 0

    def hear(count: int) -> None:
        nonlocal done
        done += count
        progress("encoding", done, total)

    made = Pools(encoder.dimension)
    fill(made, usage, answers, encoder, hear)
    return made
