"""`goodword knowledge …`: what replies are drawn from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot import core, settings
from bot.terminal import Json, console, errors, go, group, write_json

app = group("What replies are drawn from: import it, search it, count it.")

_EMPTY = "No entries yet: bring some in with `goodword knowledge import`. The demo keeps its own."


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="Markdown folders, articles or answers as JSONL, thread exports")],
    as_json: Json = False,
) -> None:
    """Import knowledge; importing the same again changes nothing.

    Example: goodword knowledge import data/sample/entries data/sample/answers.jsonl
    """
    from bot.importing import import_files

    async def work() -> None:
        async with core.opened(settings.load(), errors.print) as opened:
            report = await import_files(opened, files, None if as_json else console)
        if as_json:
            write_json(report.as_json())
        else:
            report.show(console, errors)

    go(work())


@app.command()
def search(
    words: Annotated[str, typer.Argument(help="what a customer would write")],
    as_json: Json = False,
) -> None:
    """Show what a post would be answered from, and how sure that is.

    Example: goodword knowledge search "how do I hang a shelf on plasterboard?"
    """
    from bot.importing import show_result
    from knowledge import store
    from knowledge.results import Query

    async def work() -> None:
        async with core.opened(settings.load(), errors.print) as opened:
            async with opened.engine.connect() as connection:
                empty = await store.newest_version(connection) == 0
            if empty and not as_json:
                console.print(_EMPTY)
                return
            show_result(await opened.library.search(Query(text=words)), None if as_json else console)

    go(work())


@app.command()
def stats(as_json: Json = False) -> None:
    """Count the entries.

    Example: goodword knowledge stats
    """
    from dataclasses import asdict

    from knowledge import store

    async def work() -> None:
        async with core.opened(settings.load(), errors.print) as opened, opened.engine.connect() as connection:
            found = await store.stats(connection)
        if as_json:
            write_json(asdict(found))
        else:
            for kind, count in sorted(found.kinds.items()):
                console.print(f"{kind:12} {count:>7}")
            if not found.kinds:
                console.print(_EMPTY)

    go(work())
