"""`goodword evaluate understanding` and `goodword evaluate privacy`: on files of your own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from bot import settings
from bot.commands import evaluate
from bot.terminal import console, errors, go, write_figures

#: Beside what measures the knowledge.
app = evaluate.app

Out = Annotated[Path | None, typer.Option("--json", help="write all figures to this file")]


@app.command()
def privacy(
    file: Annotated[Path, typer.Option(help="sentences whose private details are marked, in presidio-research's form")],
    out: Out = None,
) -> None:
    """Measure how many private details masking finds, and how many of its finds are none.

    Example: goodword evaluate privacy --file pii.jsonl --json privacy.json
    """
    from knowledge.evaluation.privacy import evaluate, read, report

    found = report(evaluate(read(file)))
    if out:
        write_figures(out, found)
    table = Table(title="Private details", title_justify="left")
    for name in ("", "recall", "precision", "n"):
        table.add_column(name, justify="left" if not name else "right")
    rows = {"all": {**found, "n": sum(row["n"] for row in found["kinds"].values())}, **found["kinds"]}
    for name, row in rows.items():
        table.add_row(name, *(_shown(row[figure]) for figure in ("recall", "precision", "n")))
    console.print(table)


@app.command()
def understanding(
    train: Annotated[Path, typer.Option(help="examples to learn from, in CLINC150's form")],
    test: Annotated[Path, typer.Option(help="what is asked, in the same form; may be the same file")],
    out: Out = None,
) -> None:
    """Measure how well Rasa tells intents apart, and what belongs to none of them, when it learns your examples.

    Example: goodword evaluate understanding --train train_val.json --test test.json --json understanding.json
    """
    from bot.nlu import environment, judging
    from knowledge.encoder import default_model_path

    learned, asked = judging.examples(train, test)

    async def work() -> None:
        home = settings.load().make_home().absolute()
        python = environment.ensure(home, console=errors)
        found = await judging.judge(home, python, default_model_path(), learned, asked, console=errors)
        if out:
            write_figures(out, found)
        _show(found)

    go(work())


def _show(found: dict[str, Any]) -> None:
    table = Table(title=f"{found['intents']} intents, threshold {found['threshold']:.2f}", title_justify="left")
    for name in ("", "right in scope", "out of scope kept out"):
        table.add_column(name, justify="left" if not name else "right")
    for name, row in (("asked", found), ("cross-validation", found["cross_validation"])):
        cells = ((row["in_scope_accuracy"], row["in_scope"]), (row["oos_recall"], row["oos"]))
        table.add_row(name, *(f"{_shown(figure)} of {count}" for figure, count in cells))
    console.print(table)


def _shown(figure: float | int | None) -> str:
    if figure is None:
        return "-"
    return f"{figure:.3f}" if isinstance(figure, float) else str(figure)
