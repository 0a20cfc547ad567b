"""Connecting Slack to a running service: the room where cards are shown and the way clicks come in."""

from __future__ import annotations

from contextlib import AsyncExitStack

from fastapi import FastAPI

from bot.health import Health
from bot.review_desk import JourneyDesk
from bot.rules import Rules
from bot.settings import Settings
from bot.slack import app as slack_app
from bot.slack.config import SlackConfig
from bot.slack.room import SlackRoom
from bot.slack.serve import SocketMode, http_routes


async def connect(
    settings: Settings, web: FastAPI, desk: JourneyDesk, stack: AsyncExitStack, health: Health
) -> tuple[SlackRoom, ...]:
    """The rooms: Slack's review channel where a bot token is set, else none (the command line reviews)."""
    if settings.slack_bot_token is None:
        return ()
    config = SlackConfig.of(settings, Rules.of(settings).reviewers)
    room = SlackRoom.of(config)
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
