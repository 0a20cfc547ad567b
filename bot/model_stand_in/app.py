"""The endpoint: `/v1/models` and `/v1/chat/completions`, and `/stand-in` to switch how it behaves."""

from __future__ import annotations

import asyncio
import hmac
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from openai.types import CompletionUsage, Model
from openai.types.chat import ChatCompletion, ChatCompletionMessage
from openai.types.chat.chat_completion import Choice

from bot.model_stand_in.manners import Answer, Manner, answer
from bot.model_stand_in.refusals import Refusal, refuse_request

#: The context of the model, in tokens of about four characters.
CONTEXT = 16_000
_DEFAULT_ROOM = 4_000


@dataclass
class StandIn:
    """A model by name behind a key. `asked` keeps the requests that were taken, newest last."""

    model: str = "stand-in-1"
    key: str = "sk-stand-in"
    manner: Manner = Manner.HONEST
    retry_after: int = 7
    asked: list[dict[str, Any]] = field(default_factory=list)


def create(stand_in: StandIn) -> FastAPI:
    """The endpoint as an ASGI app."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.state.stand_in = stand_in

    @app.exception_handler(Refusal)
    async def refused(request: Request, refusal: Refusal) -> JSONResponse:
        return JSONResponse(refusal.body, refusal.status, headers=refusal.headers)

    @app.get("/v1/models")
    async def models(request: Request) -> dict[str, Any]:
        _refuse_key(request, stand_in)
        known = Model(id=stand_in.model, created=0, object="model", owned_by="this machine")
        return {"object": "list", "data": [known.model_dump()]}

    @app.post("/v1/chat/completions")
    async def completions(request: Request) -> Response:
        _refuse_key(request, stand_in)
        try:
            body = await request.json()
        except ValueError:
            raise Refusal(400, "We could not parse the JSON body of your request.") from None
        refuse_request(body, stand_in.model)
        stand_in.asked.append(body)
        return await _behave(stand_in, body)

    @app.get("/stand-in")
    async def how() -> dict[str, Any]:
        return {"model": stand_in.model, "manner": stand_in.manner, "asked": len(stand_in.asked)}

    @app.put("/stand-in/{manner}")
    async def switch(manner: Manner) -> dict[str, Any]:
        stand_in.manner = manner
        return await how()

    @app.api_route("/{nowhere:path}", methods=["GET", "POST"])
    async def missing(request: Request, nowhere: str) -> None:
        raise Refusal(404, f"Invalid URL ({request.method} /{nowhere})")

    return app


def _refuse_key(request: Request, stand_in: StandIn) -> None:
    given = request.headers.get("authorization", "")
    if not given.startswith("Bearer "):
        raise Refusal(401, "You didn't provide an API key.")
    if not hmac.compare_digest(given.encode(), f"Bearer {stand_in.key}".encode()):
        raise Refusal(401, "Incorrect API key provided.", code="invalid_api_key")


async def _behave(stand_in: StandIn, body: dict[str, Any]) -> Response:
    match stand_in.manner:
        case Manner.STALL:
            await asyncio.sleep(3600)
        case Manner.BUSY:
            wait = {"retry-after": str(stand_in.retry_after)}
            message = f"Rate limit reached for {stand_in.model}. Please try again in {stand_in.retry_after}s."
            raise Refusal(429, message, code="rate_limit_exceeded", kind="requests", headers=wait)
        case Manner.BROKEN:
            raise Refusal(500, "The server had an error while processing your request.", kind="server_error")
        case Manner.GARBLED:
            return HTMLResponse("<html><body><h1>It works!</h1></body></html>")
        case Manner.MOVED:
            return RedirectResponse("https://elsewhere.invalid/v1/chat/completions", 307)
    asked = sum(len(message["content"]) for message in body["messages"]) // 4
    if asked > CONTEXT:
        message = f"This model's maximum context length is {CONTEXT} tokens. Your messages resulted in {asked}."
        raise Refusal(400, message, code="context_length_exceeded", param="messages")
    given = answer(stand_in.manner, body["messages"], body.get("max_tokens") or _DEFAULT_ROOM)
    return JSONResponse(_completion(stand_in, given, asked).model_dump())


def _completion(stand_in: StandIn, given: Answer, asked: int) -> ChatCompletion:
    """The answer in the form of the published client's own types."""
    written = len(given.content or "") // 4
    message = ChatCompletionMessage(role="assistant", content=given.content, refusal=given.refusal)
    choice = Choice(index=0, message=message, finish_reason=given.finish_reason, logprobs=None)
    return ChatCompletion(
        id=f"chatcmpl-{uuid.uuid4().hex}",
        choices=[choice],
        created=int(time.time()),
        model=stand_in.model,
        object="chat.completion",
        usage=CompletionUsage(prompt_tokens=asked, completion_tokens=written, total_tokens=asked + written),
    )
