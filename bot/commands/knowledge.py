"""`goodword knowledge …`: what replies are drawn from."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot import settings
from bot.opening import opened
from bot.terminal import Json, console, errors, go, group, write_json
from knowledge.entries import EntryStatus
from knowledge.errors import BadInput

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from knowledge.stored import Stored

app = group("What replies are drawn from: import it, search it, look after it.")

_EMPTY = "No entries yet: bring some in with `goodword knowledge import`. The demo keeps its own."

Ids = Annotated[list[str], typer.Argument(help="ids of entries")]
Who = Annotated[str, typer.Option("--as", help="your name, as the history keeps it")]
Name = Annotated[str | None, typer.Option(help="only entries for this one, and those that name none")]
Value = Annotated[str | None, typer.Option(help="set it; an empty text takes it away")]


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="folders or files; docs/knowledge.md lists the forms")],
    sync: Annotated[bool, typer.Option("--sync", help="also retire what these sources do not hold any more")] = False,
    allow_removals: Annotated[bool, typer.Option("--allow-removals", help="however much that is")] = False,
    as_json: Json = False,
) -> None:
    """Import knowledge; importing the same again changes nothing.

    Example: goodword knowledge import data/sample/entries data/sample/answers.jsonl
    """
    from bot.importing import check_paths, import_files

    async def work() -> None:
        check_paths(files)  # before anything is started
        async with opened(errors.print) as core:
            shown = None if as_json else console
            report = await import_files(core, files, shown, sync=sync, allow_removals=allow_removals)
        if as_json:
            write_json(report.as_json())
        else:
            report.show(console, errors)
        if report.refused:
            raise report.refused

    go(work())


@app.command()
def search(
    words: Annotated[str, typer.Argument(help="what a customer would write")],
    product: Name = None,
    platform: Name = None,
    language: Name = None,
    audience: Name = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="at most this many of each pool")] = 5,
    as_json: Json = False,
) -> None:
    """Show what a post would be answered from, and how sure that is.

    Example: goodword knowledge search "how do I hang a shelf on plasterboard?" --language en
    """
    from bot.commands.knowledge_shown import result_json, show_result
    from knowledge import store
    from knowledge.results import Query

    query = Query(words, product=product, platform=platform, language=language, audience=audience, limit=limit)

    async def work() -> None:
        async with opened(errors.print) as core:
            async with core.engine.connect() as connection:
                empty = await store.newest_version(connection) == 0
            if empty and not as_json:
                console.print(_EMPTY)
                return
            result = await core.library.search(query)
            if as_json:
                write_json(result_json(result))
            else:
                show_result(result, console)

    go(work())


@app.command()
def show(
    key: Annotated[str, typer.Argument(metavar="[ID]", help="the entry; without it, entries are listed")] = "",
    status: Annotated[EntryStatus | None, typer.Option(help="list only these")] = None,
    contains: Annotated[str, typer.Option(help="list only what holds these words")] = "",
    review_due: Annotated[
        bool, typer.Option("--review-due", help="list what should have been looked at again")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="list at most this many")] = 50,
    as_json: Json = False,
) -> None:
    """Show an entry with its history, or list entries, the last changed first.

    Example: goodword knowledge show heavy-shelf-plasterboard
    """
    from bot.commands.knowledge_shown import entries_table, show_stored, stored_json
    from knowledge import history, store

    async def work() -> None:
        async with opened(errors.print) as core, core.engine.connect() as connection:
            if key:
                found = await _entry(connection, key)
                versions = await history.versions(connection, key)
                if as_json:
                    write_json(stored_json(found, versions))
                else:
                    show_stored(found, versions, console)
                return
            listed = await store.find(connection, status=status, contains=contains, review_due=review_due, limit=limit)
        if as_json:
            write_json([asdict(entry) for entry in listed])
        elif listed:
            console.print(entries_table(listed))
        else:
            console.print("Nothing to list.")

    go(work())


@app.command()
def edit(
    key: Annotated[str, typer.Argument(metavar="ID", help="the entry")],
    title: Value = None,
    text_file: Annotated[Path | None, typer.Option(help="take the text from this file")] = None,
    product: Value = None,
    platform: Value = None,
    language: Value = None,
    audience: Value = None,
    owner: Value = None,
    review: Annotated[datetime | None, typer.Option(help="when to look at it again")] = None,
    who: Who = "",
    as_json: Json = False,
) -> None:
    """Change an entry, in $EDITOR where nothing else is said; the history keeps what it was.

    Example: goodword knowledge edit heavy-shelf-plasterboard --owner Anna --review 2027-06-01
    """
    named = {"product": product, "platform": platform, "audience": audience, "owner": owner}
    changes: dict[str, Any] = {name: value or None for name, value in named.items() if value is not None}
    changes |= {name: value for name, value in (("title", title), ("language", language)) if value is not None}
    if review is not None:
        changes["review_at"] = review.replace(tzinfo=UTC)
    go(_edit(key, changes, text_file, who or getpass.getuser(), as_json))


async def _edit(key: str, changes: dict[str, Any], text_file: Path | None, who: str, as_json: bool) -> None:
    from bot.commands.knowledge_editing import edited, text_of
    from knowledge import store
    from knowledge.masking import mask
    from knowledge.reading.fields import clean

    changes = {name: clean(value).strip() if isinstance(value, str) else value for name, value in changes.items()}
    if "title" in changes:
        changes["title"] = mask(changes["title"])
        if not changes["title"]:
            raise BadInput("an entry needs a title", hint="give one, or leave --title out")
    if text_file is not None:
        changes["text"] = text_of(text_file)
    async with opened(errors.print) as core:
        async with core.engine.connect() as connection:
            before = await _entry(connection, key)
        # Outside of any transaction: somebody may think about it for an hour.
        entry = replace(before.entry, **changes) if changes else await asyncio.to_thread(edited, before.entry)
        version = before.version
        if entry != before.entry:
            async with core.transaction() as connection:
                version = await store.edit(connection, entry, based_on=before.version, encoder=core.encoder, by=who)
    changed = entry != before.entry
    if as_json:
        write_json({"id": key, "changed": changed, "version": version})
    else:
        console.print(f"{key} is at version {version}." if changed else "Nothing was changed.", highlight=False)


@app.command()
def approve(ids: Ids, who: Who = "", as_json: Json = False) -> None:
    """Let drafts be used for replies.

    Example: goodword knowledge approve heavy-shelf-plasterboard
    """
    from knowledge import store

    async def turn(connection: AsyncConnection) -> int:
        return await store.approve(connection, ids, by=who or getpass.getuser())

    go(_turn(ids, turn, "approved", "were no drafts", as_json))


@app.command()
def retire(ids: Ids, who: Who = "", as_json: Json = False) -> None:
    """Take entries out of use, for all processes from their next search on; the history keeps them.

    Example: goodword knowledge retire heavy-shelf-plasterboard
    """
    from knowledge import store

    async def turn(connection: AsyncConnection) -> int:
        return await store.retire(connection, ids, by=who or getpass.getuser())

    go(_turn(ids, turn, "retired", "were retired before", as_json))


async def _turn(
    ids: Sequence[str], turn: Callable[[AsyncConnection], Awaitable[int]], done: str, else_: str, as_json: bool
) -> None:
    """All of these entries or, where one is not known, none."""
    from knowledge import store

    async with opened(errors.print) as core, core.transaction() as connection:
        known = {entry.id for entry in await store.find(connection, ids=ids, limit=len(ids))}
        if unknown := [key for key in ids if key not in known]:
            raise store.UnknownEntry(f"there is no entry {', '.join(unknown)}", hint="`show` lists what there is")
        count = await turn(connection)
    others = len(set(ids)) - count
    if as_json:
        write_json({done: count, "unchanged": others})
    else:
        console.print(f"{count} {done}" + (f", {others} {else_}" if others else ""), highlight=False)


@app.command()
def disputes(
    number: Annotated[
        int, typer.Argument(metavar="[NUMBER]", help="the one to settle; without it, all are listed")
    ] = 0,
    right: Annotated[bool, typer.Option("--right", help="the entry is right: it is in use again")] = False,
    retire_it: Annotated[bool, typer.Option("--retire", help="the entry is out of use for good")] = False,
    who: Who = "",
    as_json: Json = False,
) -> None:
    """List the entries that a reviewer found wrong or outdated, or settle one: nothing is drafted from them until then.

    Example: goodword knowledge disputes 3 --right --as Anna
    """
    from bot.deciding.disputes import RETIRED, RIGHT, settle
    from bot.record import disputes as record
    from bot.review import Reviewer

    if bool(number) != (right != retire_it):
        raise typer.BadParameter("name a number together with --right or --retire, or nothing to list them")

    async def work() -> None:
        async with opened(errors.print) as core:
            if number:
                name = who or getpass.getuser()
                person = Reviewer(f"cli:{name}", name)
                done = await settle(core.journey, number, RIGHT if right else RETIRED, person, checked=True)
                if as_json:
                    write_json({"accepted": done.accepted, "sentence": done.sentence})
                else:
                    console.print(done.sentence, markup=False, highlight=False)
                return
            async with core.engine.connect() as connection:
                found = await record.open_ones(connection)
        if as_json:
            write_json([asdict(one) for one in found])
        for one in found if not as_json else ():
            line = f"{one.id}  {one.entry_id}: {one.reason}, says {one.who}. {one.note}".strip()
            console.print(line, markup=False, highlight=False)
        if not found and not as_json:
            console.print("Nothing is disputed.")

    go(work())


@app.command()
def stats(as_json: Json = False) -> None:
    """Count the entries.

    Example: goodword knowledge stats
    """
    from bot.commands.knowledge_shown import show_stats
    from knowledge import store

    async def work() -> None:
        async with opened(errors.print) as core, core.engine.connect() as connection:
            found = await store.stats(connection)
        if as_json:
            write_json(asdict(found))
        elif found.statuses:
            show_stats(found, console)
        else:
            console.print(_EMPTY)

    go(work())


@app.command()
def learn(
    encoder: Annotated[bool, typer.Option("--encoder", help="train the encoder as well, minutes to an hour")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only say what would change")] = False,
    as_json: Json = False,
) -> None:
    """Learn from your own past which entry answers what, and keep it if it is better on the latest posts.

    Example: goodword knowledge learn --dry-run
    """
    from bot.commands.learn import learn_encoder, learn_ranking

    go((learn_encoder if encoder else learn_ranking)(settings.load(), dry_run=dry_run, as_json=as_json))


async def _entry(connection: AsyncConnection, key: str) -> Stored:
    from knowledge import store

    found = await store.stored(connection, key)
    if found is None:
        raise store.UnknownEntry(f"there is no entry {key!r}", hint="`show` without an id lists what there is")
    return found
