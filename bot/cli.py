"""The command line. Every command says what it does, with an example; errors are one line and a hint."""

from __future__ import annotations

import getpass
import logging
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot import logs, settings
from bot.commands import judging, knowledge, rules
from bot.connecting import commands as connecting_commands
from bot.opening import opened
from bot.roles import Role
from bot.terminal import Json, console, errors, go, stopping, working, write_json
from knowledge.errors import GoodwordError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
app.add_typer(knowledge.app, name="knowledge")
app.add_typer(judging.app, name="evaluate")
app.add_typer(rules.app, name="rules")
app.add_typer(connecting_commands.app, name="connect")


@app.callback()
def start() -> None:
    """Goodword: hears what people want to get done, drafts a good reply, and lets a team approve it."""


@app.command()
def run(
    role: Annotated[Role, typer.Option(help="web answers, worker works, all does both")] = Role.ALL,
) -> None:
    """Run the service until Ctrl-C.

    Example: goodword run --role worker
    """
    from bot.running import run as run_service

    go(run_service(settings.load(), role, console))


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="with an automatic reviewer; stops by itself")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="forget what earlier demos did")] = False,
) -> None:
    """Run the whole way on the sample company: town square, Slack sandbox and desk.

    Example: goodword demo --once
    """
    from bot.demo import demo as run_demo

    go(run_demo(settings.load(), console, once=once, fresh=fresh))


@app.command()
def doctor(as_json: Json = False) -> None:
    """Look at every part: fine, or what to do. Changes nothing; exit status 1 when something is to be done.

    Example: goodword doctor
    """
    go(_doctor(as_json))


async def _doctor(as_json: bool) -> None:
    with working("Looking at every part"):
        from bot.doctor.examination import all_is_well, examine
        from bot.doctor.showing import table

        findings = await examine(lambda line: errors.print(line, style="dim", highlight=False))
    if as_json:
        write_json({"ok": all_is_well(findings), "findings": [finding.as_json() for finding in findings]})
    else:
        console.print(table(findings))
    if not all_is_well(findings):
        raise typer.Exit(1)


@app.command()
def train() -> None:
    """Train the language understanding with the products, platforms and features of the live entries.

    Example: goodword train
    """
    from bot.running import train as run_training

    go(run_training(settings.load(), console))


@app.command()
def review(
    name: Annotated[str, typer.Option("--as", help="your name, as the record keeps it")] = "",
    waiting: Annotated[bool, typer.Option("--list", help="only list what waits")] = False,
    as_json: Json = False,
) -> None:
    """Go through the waiting drafts on the command line: approve, edit, reject.

    Example: goodword review --as Anna
    """
    go(_review(name or getpass.getuser(), waiting, as_json))


async def _review(name: str, waiting: bool, as_json: bool) -> None:
    from bot import terminal_review
    from bot.review import Reviewer

    async with opened(errors.print) as core:
        if as_json:
            found = await core.journey.waiting()
            rows = [
                {"turn": c.turn_id, "version": c.version, "kind": c.kind, "reason": c.reason, "body": c.body}
                for c in found
            ]
            write_json(rows)
        elif waiting:
            console.print(terminal_review.table(await core.journey.waiting()))
            terminal_review.out_of_reach(console, await core.journey.out_of_reach())
        else:
            await terminal_review.walk(console, core.journey, Reviewer(f"cli:{name}", name))


@app.command()
def pause(name: Annotated[str, typer.Option("--as", help="your name, as the record keeps it")] = "") -> None:
    """Pause publishing: nothing goes out until `goodword resume`. Hearing and drafting go on.

    Example: goodword pause --as Anna
    """
    go(_switch(False, name or getpass.getuser()))


@app.command()
def resume(name: Annotated[str, typer.Option("--as", help="your name, as the record keeps it")] = "") -> None:
    """Resume publishing after `goodword pause`; in a new installation, switch it on for the first time.

    Example: goodword resume --as Anna
    """
    go(_switch(True, name or getpass.getuser()))


async def _switch(on: bool, who: str) -> None:
    from bot import switching
    from bot.review import Reviewer

    async with opened(errors.print) as core:
        if on:
            console.print(await switching.switch_on(core.journey, who))
        else:
            console.print(await switching.pause(core.journey, Reviewer(f"cli:{who}", who)))


@app.command()
def rehearse(
    knowledge: Annotated[list[Path], typer.Option(help="files or folders to draw on; may be given several times")],
    posts: Annotated[Path, typer.Option(help="the posts to answer: the thread export or a posts.jsonl")],
    out: Annotated[Path, typer.Option(help="folder for proposals.jsonl and report.html")],
    since: Annotated[datetime | None, typer.Option("--from", help="only posts from this date on")] = None,
    until: Annotated[datetime | None, typer.Option("--to", help="only posts before this date")] = None,
    limit: Annotated[int | None, typer.Option(help="at most this many posts, spread evenly over the time")] = None,
) -> None:
    """Judge Goodword on your own past: draft a reply to each post the live way, publish nothing, write a report.

    Example: goodword rehearse --knowledge articles.jsonl --posts threads-2025.jsonl.gz --limit 50 --out report
    """
    from bot.rehearsal.run import rehearse as run_rehearsal

    go(run_rehearsal(settings.load(), console, knowledge, posts, out, _utc(since), _utc(until), limit))


def _utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment else None


def main() -> None:
    """Entry point: a `GoodwordError` becomes one line and a hint; exit status 1."""
    logs.configure(None, terminal=logging.ERROR)
    try:
        app()
    except SystemExit:
        if not stopping:
            raise
        # All is put away. A thread that is loading the model would hold the program up for many seconds more.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
    except GoodwordError as error:
        errors.print(f"{error}", style="bold red", markup=False, highlight=False)
        if error.hint:
            errors.print(f"  {error.hint}", markup=False, highlight=False)
        sys.exit(1)
