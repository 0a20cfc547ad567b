"""`python -m bot.sandbox --port 3911`: the stand-in workspace by itself."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from bot.sandbox.running import RunningSandbox
from bot.sandbox.workspace import Settings, Workspace
from knowledge.errors import GoodwordError


def _settings(manifest: Path | None, given: dict[str, Any]) -> Settings:
    if manifest is None:
        return Settings(**given)
    return Settings.of(yaml.safe_load(manifest.read_text(encoding="utf-8")), **given)


def main(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 3911,
    bot_token: Annotated[str, typer.Option(help="Bot token (xoxb-…); random when left out.")] = "",
    app_token: Annotated[str, typer.Option(help="App token (xapp-…); random when left out.")] = "",
    signing_secret: Annotated[str, typer.Option(help="Secret of signed HTTP deliveries; random when left out.")] = "",
    manifest: Annotated[
        Path | None, typer.Option(help="The app's manifest (YAML); a sample app's when left out.")
    ] = None,
) -> None:
    """Run a stand-in Slack workspace on this machine until Ctrl-C."""
    given = {"bot_token": bot_token, "app_token": app_token, "signing_secret": signing_secret}
    settings = _settings(manifest, {name: value for name, value in given.items() if value})
    try:
        sandbox = RunningSandbox(Workspace(settings), port=port).start()
    except GoodwordError as error:
        typer.echo(f"{error}\n{error.hint}", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"Slack sandbox   {sandbox.address}/")
    typer.echo(f"base_url        {sandbox.api}")
    typer.echo(f"bot token       {settings.bot_token}")
    typer.echo(f"app token       {settings.app_token}")
    typer.echo(f"signing secret  {settings.signing_secret}")
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    ended.wait()
    sandbox.stop()


if __name__ == "__main__":
    typer.run(main)
