"""`goodword connect`: walks a person through the tokens, or takes them from a script's environment."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

import typer
from pydantic import SecretStr

from bot import settings as settings_module
from bot import tokens
from bot.terminal import Json, console, errors, group, write_json

if TYPE_CHECKING:
    from rich.console import Console

    from bot.doctor.finding import Finding
    from bot.settings import Settings

app = group("Connect Slack or Mastodon: ask for the tokens, look at them, keep them.")

#: Of who stopped with Ctrl-C.
_STOPPED = 130


@app.command()
def slack(as_json: Json = False) -> None:
    """Connect the Slack workspace where the team reviews: the app, its tokens and the channel.

    Example: goodword connect slack
    """
    from bot.connecting import slack as walking
    from bot.doctor.slack import all_of_it

    _connect("slack", walking.SETTINGS, walking.walk, all_of_it, as_json)


@app.command()
def mastodon(as_json: Json = False) -> None:
    """Connect the Mastodon account that answers: its server and an access token.

    Example: goodword connect mastodon
    """
    from bot.connecting import mastodon as walking
    from bot.doctor.mastodon import look

    _connect("mastodon", walking.SETTINGS, walking.walk, look, as_json)


def _connect(
    what: str,
    names: Sequence[str],
    walk: Callable[[Settings, Console], list[Finding]],
    look: Callable[[Settings], Awaitable[list[Finding]]],
    as_json: bool,
) -> None:
    settings = settings_module.load()
    settings.make_home()
    if as_json:
        _unattended(settings, names, look)
        return
    try:
        to_do = walk(settings, console)
    except (KeyboardInterrupt, EOFError):
        errors.print(f"\nStopped. What was taken so far is kept; `goodword connect {what}` goes on.", highlight=False)
        raise typer.Exit(_STOPPED) from None
    console.print(f"\nKept in {tokens.path(settings.home)}, which only you can read.", highlight=False, markup=False)
    if to_do:
        from bot.doctor.showing import table

        console.print("Still to do:")
        console.print(table(to_do))
        raise typer.Exit(1)
    console.print("Next: `goodword doctor` looks at every part, `goodword run` starts.", highlight=False)


def _unattended(settings: Settings, names: Sequence[str], look: Callable[[Settings], Awaitable[list[Finding]]]) -> None:
    """Look at what the settings hold, and keep it if the other side takes it."""

    async def looked() -> list[Finding]:
        return await look(settings)

    findings = asyncio.run(looked())
    taken = findings[0].standing == "ok"
    if taken:
        tokens.store(
            settings.home, {name: _plain(settings, name) for name in names if name in settings.model_fields_set}
        )
    wrong = [finding for finding in findings if finding.standing == "wrong"]
    write_json(
        {
            "connected": taken and not wrong,
            "kept": str(tokens.path(settings.home)) if taken else None,
            "findings": [finding.as_json() for finding in findings],
        }
    )
    if not taken or wrong:
        raise typer.Exit(1)


def _plain(settings: Settings, name: str) -> str:
    value = getattr(settings, name)
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value or "")
