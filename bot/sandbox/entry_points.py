"""The JSON surface of commands and shortcuts, below /sandbox/ like the rest of the control surface."""

from __future__ import annotations

from fastapi import APIRouter, Depends, HTTPException, Request

from bot.sandbox.commands import Commands
from bot.sandbox.control import Acting, only_from_here, said
from bot.sandbox.refusals import Stale
from bot.sandbox.shortcuts import Shortcuts
from bot.sandbox.workspace import Json


class Command(Acting):
    """A line that a person types: `/goodword status`."""

    channel: str
    text: str
    thread_ts: str | None = None


class Shortcut(Acting):
    """A shortcut that a person chooses: with `message_ts` that message's, else a global one."""

    callback_id: str
    channel: str = ""
    message_ts: str = ""


def entry_points(commands: Commands, shortcuts: Shortcuts) -> APIRouter:
    """The routes /sandbox/command and /sandbox/shortcut."""
    router = APIRouter(prefix="/sandbox", dependencies=[Depends(only_from_here)])

    @router.post("/command")
    async def command(body: Command, request: Request) -> Json:
        try:
            return said(await commands.run(str(request.base_url), body.user, body.channel, body.text, body.thread_ts))
        except Stale as stale:
            raise HTTPException(409, str(stale)) from None

    @router.post("/shortcut")
    async def shortcut(body: Shortcut, request: Request) -> Json:
        base = str(request.base_url)
        try:
            if body.message_ts:
                return said(
                    await shortcuts.on_message(base, body.user, body.callback_id, body.channel, body.message_ts)
                )
            return said(await shortcuts.everywhere(body.user, body.callback_id))
        except Stale as stale:
            raise HTTPException(409, str(stale)) from None

    return router
