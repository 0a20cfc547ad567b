"""How well Rasa understands texts it never saw: the pipeline of data/config.yml, trained on examples of any kind.

The form of the files is CLINC150's: a JSON object of lists of `[text, intent]`. Of the first file `train` and
`oos_train` are learned, of the second `test` and `oos_test` are asked, or where absent `val` and `oos_val`; the intent
`oos` is out of scope.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError
from rich.console import Console

from bot.nlu.rasa_process import run, variables
from bot.nlu.training import DATA
from bot.ticking import ticking
from knowledge.errors import BadInput, GoodwordError

#: Cross-validation takes that many parts of the examples.
FOLDS = 3

Example = tuple[str, str]
_FORM = TypeAdapter(list[Example])


class JudgingFailed(GoodwordError):
    """Rasa could not be trained or asked; what it said last is in the message."""

    code = "judging_failed"


def read(path: Path, *names: tuple[str, str]) -> list[Example]:
    """The examples of a file: those of the first pair of `names` (in scope, out of scope) whose first is there.

    Raises:
        BadInput: the file is missing, of another form, or holds none of the pairs.
    """
    hint = 'a JSON object of lists of ["text", "intent"], as CLINC150 has it'
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}", hint=hint) from None
    except ValueError as error:
        raise BadInput(f"{path} is not JSON: {error}", hint=hint) from None
    for inside, outside in names:
        if isinstance(held, dict) and inside in held:
            try:
                return [*_FORM.validate_python(held[inside]), *_FORM.validate_python(held.get(outside, []))]
            except ValidationError as error:
                where = "/".join(str(step) for step in error.errors()[0]["loc"])
                raise BadInput(f"{path}: entry {where} of {inside} or {outside} is malformed", hint=hint) from None
    raise BadInput(f"{path} holds no {' and no '.join(inside for inside, _ in names)}", hint=hint)


def examples(train: Path, test: Path) -> tuple[list[Example], list[Example]]:
    """What is learned, and what is asked.

    Raises:
        BadInput: a file is not as it has to be, or an intent has too few examples for a cross-validation.
    """
    learned = read(train, ("train", "oos_train"))
    asked = read(test, ("test", "oos_test"), ("val", "oos_val"))
    counts = Counter(intent for _, intent in learned)
    few = sorted(intent for intent, count in counts.items() if count < FOLDS)
    if few or len(counts) < 2:
        raise BadInput(
            f"{train}: " + (f"too few examples of {', '.join(few[:5])}" if few else "there is only one intent"),
            hint=f"two intents or more, each with {FOLDS} examples or more: they are cross-validated",
        )
    return learned, asked


async def judge(
    home: Path,
    python: Path,
    embedding_path: Path,
    learned: list[Example],
    asked: list[Example],
    *,
    console: Console,
    data: Path = DATA,
) -> dict[str, Any]:
    """The figures on what is asked: `in_scope_accuracy` and `oos_recall` (null where nothing of the kind is asked) at
    the `threshold` that was chosen within what is learned, their numbers, and the same figures in the cross-validation.

    `home` and `data` (whose config.yml is the pipeline) are absolute.

    Trains in a folder of its own, which is gone afterwards; the model in use is not touched. 15,000 examples of 151
    intents take five minutes on one core.

    Raises:
        JudgingFailed: Rasa could not be run.
    """
    with tempfile.TemporaryDirectory(dir=home, prefix="judging-") as folder:
        place = Path(folder)
        (place / "examples.json").write_text(json.dumps({"train": learned, "test": asked}))
        command = [str(python), "-m", "goodword_rasa.judging", str(data / "config.yml"), str(place)]
        words = f"Training on {len(learned)} examples in {FOLDS} parts and as a whole, then asking {len(asked)}"
        with ticking(console, words):
            await _run(command, variables(place, embedding_path), place)
        found: dict[str, Any] = json.loads((place / "understood.json").read_text())
        return found


async def _run(command: list[str], environ: dict[str, str], place: Path) -> None:
    try:
        status, last = await run(command, place, environ)
    except OSError as error:
        raise JudgingFailed(
            f"Rasa could not be started: {error}", hint="remove the folder rasa-env and start again: it is rebuilt"
        ) from error
    if status:
        raise JudgingFailed(f"Rasa could not be trained or asked. It said:\n  {last}", hint="mend what it names")
