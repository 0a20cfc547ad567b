"""`goodword rules`: the team's rules go into the record from a file, and come out of it as one."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.opening import opened
from bot.terminal import Json, console, errors, go, group, working, write_json
from knowledge.errors import BadInput

app = group("The team's rules: who may decide, when, where cards go, what needs two people.")


@app.command()
def apply(
    file: Annotated[Path, typer.Argument(help="the rules, as TOML; data/rules.example.toml is one")],
    yes: Annotated[bool, typer.Option("--yes", help="ask no question")] = False,
    name: Annotated[str, typer.Option("--as", help="your name, as the history keeps it")] = "",
    as_json: Json = False,
) -> None:
    """Put the rules in a file into force, everywhere at once; shows what changes and asks first.

    Example: goodword rules apply rules.toml --as Anna
    """
    go(_apply(file, f"cli:{name or getpass.getuser()}", yes, as_json))


async def _apply(file: Path, who: str, yes: bool, as_json: bool) -> None:
    with working("Reading the rules"):
        from bot.record import team_rules
        from bot.rules import ruling
        from bot.rules.file import read_rules

        new = read_rules(file)
    async with opened(errors.print) as core:
        async with core.engine.connect() as connection:
            before = await team_rules.standing(connection, core.journey.rules)
        changed = ruling.changes(before, new.over(before.settings or before))
        if changed and not yes:
            _ask(changed)
        async with core.transaction() as connection:
            changed = await ruling.put_into_force(connection, new, core.journey.rules, who=who)
    if as_json:
        write_json({"changed": changed})
        return
    for line in changed:
        console.print(f"  {line}", markup=False, highlight=False)
    console.print("These rules hold from now on." if changed else "Nothing changes: these rules hold already.")


def _ask(changed: tuple[str, ...]) -> None:
    for line in changed:
        errors.print(f"  {line}", markup=False, highlight=False)
    if not sys.stdin.isatty():
        raise BadInput("nobody is here to ask whether these rules shall hold", hint="add --yes to go on without asking")
    if not typer.confirm("Shall these rules hold from now on?", err=True):
        raise BadInput("nothing was changed", hint="the rules that held before still hold")


@app.command()
def export(
    file: Annotated[Path | None, typer.Argument(help="where to write them; default: print them")] = None,
) -> None:
    """Write the rules that hold now as a file: all of them, what the settings say among them.

    Example: goodword rules export rules.toml
    """
    go(_export(file))


async def _export(file: Path | None) -> None:
    with working("Reading the rules"):
        from bot.record import team_rules
        from bot.rules.file import rules_text
        from bot.rules.team_rules import TeamRules
    async with opened(errors.print) as core, core.engine.connect() as connection:
        text = rules_text(TeamRules.of(await team_rules.standing(connection, core.journey.rules)))
    if file is None:
        sys.stdout.write(text)
        return
    _write(file, text)
    console.print(f"The rules are in {file}.", markup=False, highlight=False)


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{file} cannot be written: {error.strerror}", hint="choose another place") from None


@app.command()
def show(as_json: Json = False) -> None:
    """Show the rules that hold now, and whether each comes from the team's rules or from the settings.

    Example: goodword rules show
    """
    go(_show(as_json))


async def _show(as_json: bool) -> None:
    with working("Reading the rules"):
        from bot.record import team_rules
        from bot.rules.file import rules_text
        from bot.rules.team_rules import TeamRules
    async with opened(errors.print) as core, core.engine.connect() as connection:
        applied = await team_rules.newest(connection)
        whole = TeamRules.of(await team_rules.standing(connection, core.journey.rules))
    own = applied.body()
    if as_json:
        write_json({"rules": whole.body(), "applied": own})
        return
    theirs = TeamRules.model_validate({key: value for key, value in whole.body().items() if key not in own})
    for title, rules in (("From the team's rules:", applied), ("From the settings, or as it is by default:", theirs)):
        console.print(title, style="bold")
        console.print(rules_text(rules, head=False).strip() or "nothing", markup=False, highlight=False, soft_wrap=True)
        console.print()


@app.command()
def history(as_json: Json = False) -> None:
    """Who changed the rules when, and what; newest first.

    Example: goodword rules history
    """
    go(_history(as_json))


async def _history(as_json: bool) -> None:
    with working("Reading the rules"):
        from bot.record import team_rules
    async with opened(errors.print) as core, core.engine.connect() as connection:
        found = await team_rules.history(connection)
    if as_json:
        write_json([{"at": one.at, "who": one.who, "what": one.what, "rules": one.rules.body()} for one in found])
        return
    for one in found:
        line = f"{one.at:%Y-%m-%d %H:%M} UTC  {one.who}: {one.what}"
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    if not found:
        console.print("The rules were never changed: the settings hold.")
