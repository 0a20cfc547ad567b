"""The Web API: one address a method, bearer tokens, form or JSON bodies, and Slack's way of refusing."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from bot.sandbox import methods_chat as chat
from bot.sandbox import methods_conversations as conversations
from bot.sandbox import methods_views as views
from bot.sandbox import scopes
from bot.sandbox.call import Call
from bot.sandbox.deliveries import Sockets
from bot.sandbox.faults import CALLS, Fault, Kind
from bot.sandbox.handles import Triggers
from bot.sandbox.limits import MessageRate
from bot.sandbox.refusals import Refused, Word
from bot.sandbox.workspace import BOT, BOT_ID, TEAM, Installed, Json, Workspace


@dataclass(frozen=True)
class Method:
    """How one method answers. Only one that `reads` may come as a GET: the sandbox never changes state on GET."""

    answer: Callable[[Call], Json]
    reads: bool = False
    bearer: str = "bot"


def _auth_test(call: Call) -> Json:
    return {
        "url": call.base,
        "team": call.workspace.name,
        "user": BOT.name,
        "team_id": TEAM,
        "user_id": BOT.id,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def _api_test(call: Call) -> Json:
    return {"args": {key: value for key, value in call.arguments.items() if key != "token"}}


METHODS: dict[str, Method] = {
    "api.test": Method(_api_test, reads=True, bearer="none"),
    "auth.test": Method(_auth_test, reads=True),
    "chat.postMessage": Method(chat.post_message),
    "chat.update": Method(chat.update),
    "chat.delete": Method(chat.delete),
    "chat.postEphemeral": Method(chat.post_ephemeral),
    "chat.getPermalink": Method(chat.permalink, reads=True),
    "reactions.add": Method(chat.add_reaction),
    "reactions.remove": Method(chat.remove_reaction),
    "conversations.list": Method(conversations.list_channels, reads=True),
    "conversations.info": Method(conversations.info, reads=True),
    "conversations.members": Method(conversations.members, reads=True),
    "conversations.history": Method(conversations.history, reads=True),
    "conversations.replies": Method(conversations.replies, reads=True),
    "conversations.join": Method(conversations.join),
    "conversations.open": Method(conversations.open_im),
    "users.info": Method(conversations.user_info, reads=True),
    "users.list": Method(conversations.list_users, reads=True),
    "views.open": Method(views.open_view),
    "views.push": Method(views.push_view),
    "views.update": Method(views.update_view),
    "views.publish": Method(views.publish_view),
}


async def _arguments(request: Request) -> Json:
    """Query, form or JSON body as one dictionary. Refused: invalid_json, invalid_form_data."""
    found: Json = dict(request.query_params)
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/json"):
        raw = await request.body()
        try:
            body = json.loads(raw) if raw else {}
        except ValueError:
            raise Refused(Word.INVALID_JSON) from None
        if not isinstance(body, dict):
            raise Refused(Word.INVALID_JSON)
        return {**found, **body}
    form = await request.form()
    if any(not isinstance(value, str) for value in form.values()):
        raise Refused(Word.INVALID_FORM_DATA)
    return {**found, **form}


def _authorise(workspace: Workspace, request: Request, arguments: Json, kind: str) -> None:
    """Refused: not_authed, invalid_auth, not_allowed_token_type, account_inactive, token_revoked."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    token = given.strip() if scheme.lower() == "bearer" else str(arguments.get("token", ""))
    if not token:
        raise Refused(Word.NOT_AUTHED)
    tokens = {"bot": workspace.settings.bot_token, "app": workspace.settings.app_token}
    matching = [name for name, right in tokens.items() if hmac.compare_digest(token.encode(), right.encode())]
    if not matching:
        raise Refused(Word.INVALID_AUTH)
    if kind not in matching:
        raise Refused(Word.NOT_ALLOWED_TOKEN_TYPE)
    if kind == "bot" and workspace.installed is not Installed.YES:
        removed = workspace.installed is Installed.REMOVED
        raise Refused(Word.ACCOUNT_INACTIVE if removed else Word.TOKEN_REVOKED)


def refusal(refused: Refused) -> JSONResponse:
    """A refusal as Slack writes it; only `ratelimited` has a status of its own."""
    body: dict[str, Any] = {"ok": False, "error": str(refused.word)}
    if isinstance(refused, scopes.MissingScope):
        body |= {"needed": refused.needed, "provided": refused.provided}
    if refused.messages:
        body["response_metadata"] = {"messages": list(refused.messages)}
        if refused.word is Word.INVALID_BLOCKS:
            body["errors"] = [message.removeprefix("[ERROR] ") for message in refused.messages]
    if refused.retry_after is not None:
        return JSONResponse(body, 429, {"Retry-After": str(refused.retry_after)})
    return JSONResponse(body)


def failure(fault: Fault) -> Response:
    """What a call answers that meets a fault: a refusal, 429 with Retry-After, or a server's error."""
    if fault.kind is Kind.RATELIMITED:
        return refusal(Refused(Word.RATELIMITED, retry_after=fault.retry_after))
    if fault.kind is Kind.REFUSED:
        return JSONResponse({"ok": False, "error": fault.word})
    if fault.kind is Kind.HALF_DONE:
        return JSONResponse({"ok": False, "error": str(Word.FATAL_ERROR)}, 500)
    words = {500: Word.INTERNAL_ERROR, 503: Word.SERVICE_UNAVAILABLE}
    if word := words.get(fault.status):
        return JSONResponse({"ok": False, "error": str(word)}, fault.status)
    return HTMLResponse("<html><body>upstream error</body></html>", fault.status)


def web_api(workspace: Workspace, triggers: Triggers, sockets: Sockets) -> APIRouter:
    """The routes below /api/."""
    router = APIRouter(prefix="/api")
    rate = MessageRate(workspace)

    async def answer(name: str, request: Request) -> Response:
        fault = workspace.faults.take(CALLS, name)
        if fault is None:
            return await well(name, request)
        if fault.kind is Kind.SLOW_CALL:
            await asyncio.sleep(fault.seconds)
        half = fault.kind is Kind.HALF_DONE
        done = await well(name, request) if half or fault.kind is Kind.SLOW_CALL else None
        return failure(fault) if done is None or half else done

    async def well(name: str, request: Request) -> JSONResponse:
        try:
            arguments = await _arguments(request)
            if name == "apps.connections.open" and request.method == "POST":
                _authorise(workspace, request, arguments, "app")
                if not workspace.socket_mode:
                    raise Refused(Word.ACCESS_DENIED)
                return JSONResponse({"ok": True, "url": sockets.new_address(str(request.base_url))})
            method = METHODS.get(name)
            if method is None or (request.method == "GET" and not method.reads):
                raise Refused(Word.UNKNOWN_METHOD)
            if method.bearer != "none":
                _authorise(workspace, request, arguments, method.bearer)
                scopes.check(name, workspace.settings.scopes)
            answered = method.answer(Call(workspace, triggers, rate, str(request.base_url), arguments))
            named = {"X-OAuth-Scopes": scopes.header(workspace.settings.scopes)} if method.bearer == "bot" else {}
            return JSONResponse({"ok": True, **answered}, headers=named)
        except Refused as refused:
            return refusal(refused)

    @router.get("/{name}")
    async def read(name: str, request: Request) -> Response:
        return await answer(name, request)

    @router.post("/{name}")
    async def call(name: str, request: Request) -> Response:
        return await answer(name, request)

    return router
