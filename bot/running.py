"""`goodword run` and `goodword train`: the service and the training as a person at a terminal sees them."""

from __future__ import annotations

import asyncio
import logging

from rich.console import Console

from bot import core, logs
from bot.nlu import environment
from bot.rasa_keeper import model_for
from bot.roles import Role
from bot.service import running
from bot.settings import Settings
from knowledge.encoder import default_model_path


async def run(settings: Settings, role: Role, console: Console) -> None:
    """Run the service until it is told to stop."""
    settings.check()
    logs.configure(settings.make_home() / "logs", terminal=logging.WARNING)
    if not settings.slack_bot_token:
        console.print("No Slack workspace is connected (`goodword connect slack`): review with `goodword review`.")
    if not (settings.mastodon_url and settings.mastodon_token):
        console.print("No channel is connected: `goodword connect mastodon` connects one, to hear posts.")
    async with running(settings, role=role, console=console) as service:
        console.print(f"Goodword runs: {service.url}/desk. Ctrl-C stops it.")
        await asyncio.Event().wait()


async def train(settings: Settings, console: Console) -> None:
    """Train a model for the live entries; a running service puts it in within seconds."""
    async with core.opened(settings, lambda line: console.print(line, markup=False)) as opened:
        python = await asyncio.to_thread(environment.ensure, settings.home)
        model = await model_for(opened.engine, settings.home, python, default_model_path(), console)
    console.print(f"Trained: {model.name}", markup=False)
