"""The one way into Rasa: a turn comes with all that went before it, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import hmac
import logging
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.channels.rest import RestInput
from rasa.shared.core.events import Event
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from .trackers import EVENTS, TurnTrackers

logger = logging.getLogger(__name__)

Handler = Callable[[UserMessage], Awaitable[Any]]


class TurnChannel(RestInput):
    """Three routes, each of which wants `Authorization: Bearer TOKEN`.

    `POST /webhooks/turn/turn` takes `{events, text, metadata}` and gives `{responses}`; `GET /webhooks/turn/health`
    says which model is in; `PUT /webhooks/turn/model` takes `{path}` and puts another one in.
    """

    @classmethod
    def name(cls) -> str:
        """The part of the address, and the input channel that events carry."""
        return "turn"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> TurnChannel:
        """`token_file` in credentials.yml names the file that holds the token."""
        if not credentials or "token_file" not in credentials:
            cls.raise_missing_credentials_exception()
        return cls(Path(credentials["token_file"]).read_text().strip())

    def __init__(self, token: str) -> None:
        if not token:
            raise ValueError("the token is empty: anybody could take a turn")
        self._authorization = f"Bearer {token}".encode()

    def blueprint(self, on_new_message: Handler) -> Blueprint:
        """The routes; those of RestInput are not among them."""
        routes = Blueprint("turn_channel", __name__)

        @routes.on_request
        async def authorise(request: Request) -> HTTPResponse | None:
            given = request.headers.get("authorization", "").encode()
            if hmac.compare_digest(given, self._authorization):
                return None
            return response.json({"error": "unauthorised"}, status=401)

        @routes.route("/health", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            agent = getattr(request.app.ctx, "agent", None)
            return response.json({"model": agent.model_name if agent else None})

        @routes.route("/turn", methods=["POST"])
        async def turn(request: Request) -> HTTPResponse:
            return await _take(request.json, on_new_message, self.name())

        @routes.route("/model", methods=["PUT"])
        async def model(request: Request) -> HTTPResponse:
            return await _swap(request)

        return routes


async def _take(body: Any, on_new_message: Handler, channel: str) -> HTTPResponse:
    try:
        events = [Event.from_parameters(event) for event in body["events"]]
        text, metadata = body["text"], body["metadata"]
        if not (isinstance(text, str) and isinstance(metadata, dict)) or None in events:
            raise TypeError("text is a string, metadata an object, and every event one that Rasa knows")
    except Exception as error:  # whatever Rasa finds wrong with an event
        return response.json({"error": "malformed", "why": f"{type(error).__name__}: {error}"}, status=400)
    EVENTS.set(events)
    output = CollectingOutputChannel()
    message = UserMessage(as_data(text), output, uuid.uuid4().hex, input_channel=channel, metadata=metadata)
    try:
        await on_new_message(message)
    except Exception as error:
        logger.error("a turn failed: %s", type(error).__name__)  # its message may quote the post
        return response.json({"error": "failed", "why": type(error).__name__}, status=500)
    return response.json({"responses": _own(output.messages)})


def as_data(text: str) -> str:
    """The text without the leading slash that would let a post choose its own intent (Rasa reads `/spam` as one)."""
    return text.lstrip("/ \t\r\n")


def _own(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The responses without the id of a conversation that no longer exists."""
    return [{key: value for key, value in message.items() if key != "recipient_id"} for message in messages]


async def _swap(request: Request) -> HTTPResponse:
    """Load a model beside the one that serves, then serve the new one: no turn waits for it."""
    path = (request.json or {}).get("path")
    if not isinstance(path, str):
        return response.json({"error": "no_model", "why": "path is a string"}, status=400)
    now = request.app.ctx.agent
    try:
        new = await asyncio.get_running_loop().run_in_executor(None, _load, path, now)
    except Exception as error:
        logger.exception("a model could not be loaded")
        return response.json({"error": "no_model", "why": f"{type(error).__name__}: {error}"}, status=400)
    request.app.ctx.agent = new
    return response.json({"model": new.model_name})


def _load(path: str, now: Agent) -> Agent:
    return Agent.load(path, tracker_store=TurnTrackers(None), action_endpoint=now.action_endpoint)
