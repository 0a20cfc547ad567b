"""The stand-in refuses and answers as the published client expects of an endpoint: tests/contract/model.md."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import openai
import pytest
import pytest_asyncio

from actions.brief import WrittenReply
from bot.model_stand_in.manners import Manner
from tests.integration.model.conftest import Model

MESSAGES = [{"role": "user", "content": '{"post": {"title": "", "text": "dull saw"}, "thread": [], "sources": [{"id": "s1", "title": "Sharpen a saw", "text": "Use a file on each dull tooth."}]}'}]  # fmt: skip  # noqa: E501
FORM = {
    "type": "json_schema",
    "json_schema": {"name": "reply", "strict": True, "schema": WrittenReply.model_json_schema()},
}


@pytest_asyncio.fixture
async def client(model: Model) -> AsyncIterator[openai.AsyncOpenAI]:
    async with openai.AsyncOpenAI(base_url=model.url, api_key=model.stand_in.key, max_retries=0, timeout=60) as client:
        yield client


async def ask(client: openai.AsyncOpenAI, **changes: Any) -> Any:
    given = {"model": "stand-in-1", "messages": MESSAGES, "temperature": 0, "response_format": FORM} | changes
    return await client.chat.completions.create(**given)


async def test_an_honest_answer_is_a_completion_in_the_form_that_was_asked_for(client: openai.AsyncOpenAI) -> None:
    answer = await ask(client)
    openai.types.chat.ChatCompletion.model_validate(answer.model_dump(), strict=True)
    written = WrittenReply.model_validate_json(answer.choices[0].message.content)
    assert [(one.text, one.source) for one in written.sentences] == [
        ("Sharpen a saw:", "s1"),
        ("Use a file on each dull tooth.", "s1"),
    ]


async def test_it_lists_its_model(client: openai.AsyncOpenAI) -> None:
    assert [model.id async for model in client.models.list()] == ["stand-in-1"]


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"model": "another"}, openai.NotFoundError, "does not exist"),
        ({"messages": []}, openai.BadRequestError, "empty array"),
        ({"temperature": 3}, openai.BadRequestError, "temperature"),
        ({"max_tokens": 0}, openai.BadRequestError, "max_tokens"),
        ({"extra_body": {"wisdom": 1}}, openai.BadRequestError, "Unrecognized request argument supplied: wisdom"),
        ({"response_format": {"type": "xml"}}, openai.BadRequestError, "Supported values"),
        ({"messages": [{"role": "user", "content": "word " * 20_000}]}, openai.BadRequestError, "context length"),
    ],
)
async def test_it_refuses_what_an_endpoint_refuses(
    client: openai.AsyncOpenAI, changes: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        await ask(client, **changes)


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "array", "items": {"type": "string"}}, "type: "),
        ({"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}, "additionalProperties"),
        ({"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": False}, "required"),
        (
            {
                "type": "object",
                "properties": {"a": {"type": "string", "minLength": 1}},
                "required": ["a"],
                "additionalProperties": False,
            },
            "'minLength' is not permitted",
        ),
        ({"type": "objekt"}, "objekt"),
    ],
)
async def test_it_refuses_a_schema_that_is_not_strict(
    client: openai.AsyncOpenAI, schema: dict[str, Any], words: str
) -> None:
    form = {"type": "json_schema", "json_schema": {"name": "reply", "strict": True, "schema": schema}}
    with pytest.raises(openai.BadRequestError, match=words):
        await ask(client, response_format=form)


async def test_it_wants_its_key(model: Model, client: openai.AsyncOpenAI) -> None:
    with pytest.raises(openai.AuthenticationError, match="Incorrect API key"):
        await ask(client.with_options(api_key="sk-another"))
    async with httpx.AsyncClient() as plain:
        answer = await plain.post(f"{model.url}/chat/completions", json={})
        assert (answer.status_code, answer.json()["error"]["message"]) == (401, "You didn't provide an API key.")
        assert (await plain.get(f"{model.url}/models")).status_code == 401
    assert model.stand_in.asked == []


async def test_when_busy_it_says_how_long_to_wait(model: Model, client: openai.AsyncOpenAI) -> None:
    model.stand_in.manner = Manner.BUSY
    with pytest.raises(openai.RateLimitError) as caught:
        await ask(client)
    assert caught.value.response.headers["retry-after"] == "7"
    assert caught.value.code == "rate_limit_exceeded"


async def test_too_little_room_breaks_an_answer_off(client: openai.AsyncOpenAI) -> None:
    answer = await ask(client, max_tokens=5)
    assert answer.choices[0].finish_reason == "length"


async def test_it_is_switched_over_http(model: Model, client: openai.AsyncOpenAI) -> None:
    async with httpx.AsyncClient(base_url=model.url.removesuffix("/v1")) as plain:
        assert (await plain.put("/stand-in/refuse")).json() == {"model": "stand-in-1", "manner": "refuse", "asked": 0}
        assert (await plain.put("/stand-in/dancing")).status_code == 422
        assert (await plain.get("/elsewhere")).status_code == 404
    answer = await ask(client)
    assert (answer.choices[0].message.content, answer.choices[0].finish_reason) == (None, "stop")
    assert "can't help" in answer.choices[0].message.refusal
