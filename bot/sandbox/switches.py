"""The JSON surface below /sandbox/ that makes things go wrong: faults, disconnects, and what administrators do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Literal

from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from bot.sandbox.administration import Administration
from bot.sandbox.control import Acting, only_from_here
from bot.sandbox.deliveries import Deliveries
from bot.sandbox.faults import Fault, Kind
from bot.sandbox.refusals import Stale
from bot.sandbox.workspace import BOT, Json, Workspace

DONE: Json = {"ok": True}


class _Switch(BaseModel):
    model_config = ConfigDict(extra="forbid")


class FaultBody(_Switch):
    """What goes wrong with the next `times` calls or deliveries: see `faults.Fault` for the fields."""

    kind: Kind
    target: str = ""
    times: int = Field(default=1, ge=1, le=10_000)
    retry_after: int = Field(default=1, ge=0, le=3600)
    seconds: float = Field(default=1.0, ge=0, le=60)
    word: str = Field(default="internal_error", pattern=r"^[a-z_]{1,60}$")
    status: int = Field(default=503, ge=500, le=599)


class Disconnect(_Switch):
    """How connections end: with Slack's notice and time to leave, or cut without a word."""

    cut: bool = False
    reason: Literal["warning", "refresh_requested", "link_disabled"] = "refresh_requested"


class SocketMode(_Switch):
    """Socket Mode switched on again after `link_disabled`, or off without a word to who is connected."""

    on: bool


class Repeat(_Switch):
    """The last delivery of a kind comes once more."""

    kind: Literal["interactive", "slash_commands", "events_api"] = "interactive"


class App(_Switch):
    """The app's state: its token revoked, removed from the workspace, or installed (again)."""

    state: Literal["installed", "revoked", "removed"]


class ChannelChange(Acting):
    """What `user` does to a channel. `member` is who is added or removed (the app where left out)."""

    channel: str
    action: Literal["rename", "archive", "unarchive", "remove", "add"]
    name: str = ""
    member: str = BOT.id


class PersonChange(Acting):
    """`user` is deactivated or reactivated, or invites somebody of another company to `channel`."""

    action: Literal["deactivate", "reactivate", "invite_outsider"]
    channel: str = "reviews"


class Delete(Acting):
    """A person deletes a message."""

    channel: str
    ts: str


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except Stale as stale:
        raise HTTPException(409, str(stale)) from None


def _state(workspace: Workspace, deliveries: Deliveries) -> Json:
    return {
        "faults": [asdict(fault) for fault in workspace.faults.set],
        "app": str(workspace.installed),
        "socket_mode": workspace.socket_mode,
        "connections": len(deliveries.sockets.connections),
        "archived": [one.name for one in workspace.channels.values() if one.archived],
        "deactivated": [user.id for user in workspace.users.values() if user.deleted],
    }


def switches(workspace: Workspace, deliveries: Deliveries, administration: Administration) -> APIRouter:
    """The routes of the switches."""
    router = APIRouter(prefix="/sandbox", dependencies=[Depends(only_from_here)])

    @router.get("/faults")
    async def state() -> Json:
        return _state(workspace, deliveries)

    @router.post("/faults")
    async def fault(body: FaultBody) -> Json:
        workspace.faults.add(Fault(**body.model_dump()))
        workspace.touch()
        return DONE

    @router.post("/faults/clear")
    async def clear() -> Json:
        workspace.faults.clear()
        workspace.touch()
        return DONE

    @router.post("/disconnect")
    async def disconnect(body: Disconnect) -> Json:
        await (deliveries.sockets.cut() if body.cut else deliveries.sockets.disconnect(body.reason))
        return DONE

    @router.post("/socket_mode")
    async def socket_mode(body: SocketMode) -> Json:
        workspace.socket_mode = body.on
        workspace.touch()
        return DONE

    @router.post("/repeat")
    async def repeat(body: Repeat) -> Json:
        if not await deliveries.repeat(body.kind):
            raise HTTPException(409, "nothing of this kind was delivered yet")
        return DONE

    @router.post("/app")
    async def app(body: App) -> Json:
        change = {
            "installed": administration.install,
            "revoked": administration.revoke_token,
            "removed": administration.uninstall,
        }
        change[body.state]()
        return DONE

    @router.post("/channel")
    async def channel(body: ChannelChange) -> Json:
        with _told():
            if body.action == "rename":
                administration.rename(body.channel, body.name)
            elif body.action == "archive":
                administration.archive(body.channel, body.user)
            elif body.action == "unarchive":
                administration.unarchive(body.channel, body.user)
            elif body.action == "remove":
                administration.remove_member(body.channel, body.member, body.user)
            else:
                administration.add_member(body.channel, body.member, body.user)
        return DONE

    @router.post("/person")
    async def person(body: PersonChange) -> Json:
        with _told():
            if body.action == "deactivate":
                administration.deactivate(body.user)
            elif body.action == "reactivate":
                administration.reactivate(body.user)
            else:
                return {"ok": True, "user": administration.invite_outsider(body.channel, body.user).id}
        return DONE

    @router.post("/delete")
    async def delete(body: Delete) -> Json:
        with _told():
            administration.delete_message(body.user, body.channel, body.ts)
        return DONE

    return router
