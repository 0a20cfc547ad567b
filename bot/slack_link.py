"""Connecting Slack to a running service: the room where cards are shown and the way clicks come in."""

from __future__ import annotations

import asyncio
import contextlib
from contextlib import AsyncExitStack

from fastapi import FastAPI

from bot.health import Health
from bot.review import RoomUnavailable
from bot.review_desk import JourneyDesk
from bot.settings import Settings
from bot.slack import app as slack_app
from bot.slack.config import SlackConfig
from bot.slack.room import SlackRoom
from bot.slack.serve import SocketMode, http_routes

#: Seconds that a start waits for Slack to say who we are.
IDENTITY_PATIENCE = 3.0


async def connect(
    settings: Settings, web: FastAPI, desk: JourneyDesk, stack: AsyncExitStack, health: Health
) -> tuple[SlackRoom, ...]:
    """The rooms: Slack's review channel where a bot token is set, else none (the command line reviews)."""
    if settings.slack_bot_token is None:
        return ()
    config = SlackConfig.of(settings)
    room = SlackRoom.of(config)
    room.workspace.team = desk.team
    with contextlib.suppress(RoomUnavailable, TimeoutError):  # Slack is away: the first delivery tries again
        # Known before the first click comes, whose acknowledgement would have to wait for it.
        await asyncio.wait_for(room.workspace.identity(), IDENTITY_PATIENCE)
    app = slack_app.create(config, desk, room)
    health.add("slack", room.healthy)
    if config.app_token:
        socket = SocketMode(app, config)
        await socket.start()
        stack.push_async_callback(socket.stop)
        health.add("slack socket", socket.healthy)
    else:
        web.include_router(http_routes(app, config))
    return (room,)
