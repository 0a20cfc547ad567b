"""The team's own language model, at any endpoint that speaks OpenAI's chat completions. Nothing of it is a default.

The library is imported only where an endpoint is connected.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from pydantic import ValidationError

from actions.brief import Brief, WrittenReply
from knowledge.errors import GoodwordError

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletion

#: A reply is short; what goes on for longer is no reply.
MOST_TOKENS = 1000
#: A server that asks for no key is given this one: the library wants one.
_NO_KEY = "none"


class WriterFailed(GoodwordError):
    """The model gave no draft. `str(error)` goes on after "The model's draft was not used: "; it quotes nobody."""

    code = "writer_failed"


class Writer(Protocol):
    """Whoever writes drafts from a brief."""

    @property
    def model(self) -> str:
        """The model's name, as the card shows it."""

    async def write(self, brief: Brief) -> WrittenReply:
        """A draft. Raises WriterFailed."""


class EndpointWriter:
    """A model behind an endpoint. One request a draft, never a second: Rasa, and the person who wrote, are waiting."""

    def __init__(self, base_url: str, model: str, key: str | None, timeout: float) -> None:
        """`timeout` in seconds, for the whole request."""
        # Only where an endpoint is set, and at the start: it takes a second or two.
        from openai import AsyncOpenAI, DefaultAsyncHttpxClient

        # Whatever the environment asks of it: its debug log holds whole requests, and no post stands in a log.
        logging.getLogger("openai").setLevel(logging.WARNING)
        self.model = model
        self._timeout = timeout
        local = urlsplit(base_url).hostname in ("127.0.0.1", "localhost", "::1")
        self._client = AsyncOpenAI(
            base_url=base_url,
            api_key=key or _NO_KEY,
            timeout=timeout,
            max_retries=0,
            # The posts go to this address and no other: no redirect, and no proxy before this machine itself.
            http_client=DefaultAsyncHttpxClient(timeout=timeout, follow_redirects=False, trust_env=not local),
        )
        # Not what the environment says of an account elsewhere.
        self._client.organization = self._client.project = None

    async def write(self, brief: Brief) -> WrittenReply:
        """A draft.

        Raises:
            WriterFailed: the endpoint is away, slow or refuses, or its answer is not a draft.
        """
        from openai import APIConnectionError, APIStatusError, APITimeoutError, OpenAIError

        try:
            async with asyncio.timeout(self._timeout):  # the client's own limit starts anew with every byte
                answer = await self._ask(brief)
        except (TimeoutError, APITimeoutError):
            raise WriterFailed(f"it took longer than {self._timeout:g} seconds") from None
        except APIStatusError as error:
            raise WriterFailed(_REFUSALS.get(error.status_code, f"its server failed ({error.status_code})")) from None
        except APIConnectionError:
            raise WriterFailed("its server cannot be reached") from None
        except (OpenAIError, ValueError):
            raise WriterFailed("what its server sent is no answer") from None
        return _read(answer)

    async def _ask(self, brief: Brief) -> ChatCompletion:
        asked: dict[str, Any] = {
            "model": self.model,
            "messages": list(brief.messages),
            "temperature": 0,
            "max_tokens": MOST_TOKENS,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "reply", "strict": True, "schema": brief.schema},
            },
        }
        answer: ChatCompletion = await self._client.chat.completions.create(**asked)
        return answer

    async def aclose(self) -> None:
        """Let go of the connections."""
        await self._client.close()


_REFUSALS = {
    400: "its server does not take such a request (400): can it answer in a given JSON form?",
    401: "its server refuses the key (401)",
    403: "its server refuses the key (403)",
    404: "its server does not know the model, or the address is wrong (404)",
    429: "its server has had enough for now (429)",
}


def _read(answer: ChatCompletion) -> WrittenReply:
    # The library takes an answer as it comes, so none of its types can be relied on here.
    choices = getattr(answer, "choices", None)
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = getattr(choice, "message", None)
    if message is None:
        raise WriterFailed("what its server sent is no answer")
    if getattr(message, "refusal", None):
        raise WriterFailed("it declined to write one")
    if getattr(choice, "finish_reason", None) == "length":
        raise WriterFailed("it broke off in the middle")
    if getattr(choice, "finish_reason", None) == "content_filter":
        raise WriterFailed("its server held it back")
    content = getattr(message, "content", None)
    if not isinstance(content, str) or not content.strip():
        raise WriterFailed("it was empty")
    try:
        reply = WrittenReply.model_validate_json(content)
    except ValidationError:
        raise WriterFailed("it is not in the form that was asked for") from None
    if not reply.sentences or not all(sentence.text.strip() for sentence in reply.sentences):
        raise WriterFailed("it was empty")
    return reply
