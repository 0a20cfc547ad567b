"""Asking Rasa for a proposal: one call a turn, which brings along all that Rasa has to know."""

from __future__ import annotations

from typing import Any, Protocol, Self

import httpx
from pydantic import ValidationError

from actions.proposal import Proposal, TurnContext
from bot.nlu.events import events, words
from knowledge.errors import GoodwordError


class AssistantUnavailable(GoodwordError):
    """Rasa, or the actions behind it, did not answer: the same turn may be asked again later.

    `maybe_done` is False where the turn surely never reached the actions.
    """

    code = "assistant_unavailable"

    def __init__(self, what: str, *, hint: str = "", maybe_done: bool = True) -> None:
        super().__init__(what, hint=hint)
        self.maybe_done = maybe_done


class AssistantAnswer(GoodwordError):
    """Rasa answered, but not with one proposal: asking again changes nothing."""

    code = "assistant_answer"


class Address(Protocol):
    """Where Rasa answers now: asked each time, as a server that is started again has another address and token."""

    @property
    def url(self) -> str:
        """Such as `http://127.0.0.1:5005`, without a slash at the end."""

    @property
    def token(self) -> str:
        """What the turn channel wants as bearer."""


class Assistant:
    """The client of our turn channel. Close it, or use it as a context manager."""

    def __init__(
        self,
        address: Address,
        *,
        timeout: float = 30.0,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """`timeout` in seconds, for a whole turn with its action; `transport` is for tests."""
        self._address = address
        self._timeout = timeout
        # No proxy of the environment stands between us and loopback.
        self._http = httpx.AsyncClient(timeout=timeout, trust_env=False, transport=transport)

    async def propose(self, context: TurnContext) -> Proposal:
        """What the assistant suggests for a turn.

        Raises:
            AssistantUnavailable: Rasa or the action endpoint is down, loading, or slower than the time-out.
            AssistantAnswer: the token was refused or what came back is not a proposal.
        """
        body = {
            "events": events(context),
            "text": words(context),
            "metadata": {"turn": context.model_dump(mode="json")},
        }
        answer = await self._call("POST", "turn", body)
        return _proposal(answer)

    async def healthy(self) -> str | None:
        """None where a model is in and answers, else a sentence saying what is wrong."""
        try:
            answer = await self._call("GET", "health")
        except GoodwordError as error:
            return str(error)
        return None if answer.get("model") else "Rasa runs but has no model loaded"

    async def aclose(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def _call(self, method: str, route: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        address = self._address
        headers = {"Authorization": f"Bearer {address.token}"}
        try:
            response = await self._http.request(
                method, f"{address.url}/webhooks/turn/{route}", json=body, headers=headers
            )
        except httpx.TimeoutException as error:
            raise AssistantUnavailable(f"Rasa did not answer within {self._timeout:g} seconds") from error
        except httpx.TransportError as error:
            raise AssistantUnavailable(
                f"Rasa does not answer at {address.url}: {type(error).__name__}",
                hint="`goodword run` starts it; what it said last stands in logs/rasa.log",
                maybe_done=not isinstance(error, httpx.ConnectError),
            ) from error
        return _read(response)


def _read(response: httpx.Response) -> dict[str, Any]:
    if response.status_code >= 500:
        raise AssistantUnavailable(
            f"Rasa failed with status {response.status_code}", hint="what it said last stands in logs/rasa.log"
        )
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if response.status_code == 401:
        raise AssistantAnswer("Rasa refused our token", hint="it was started by another Goodword: stop that one first")
    if response.status_code != 200 or not isinstance(answer, dict):
        why = answer.get("why", "") if isinstance(answer, dict) else ""
        raise AssistantAnswer(f"Rasa refused the turn with status {response.status_code} {why}".rstrip())
    return answer


def _proposal(answer: dict[str, Any]) -> Proposal:
    responses = answer.get("responses")
    if not isinstance(responses, list) or not all(isinstance(response, dict) for response in responses):
        raise AssistantAnswer("Rasa's answer holds no list of responses", hint="another server answers at its address?")
    if not responses:
        # Rasa logs a failed action and goes on; the endpoint may only be starting.
        raise AssistantUnavailable(
            "the actions gave Rasa no answer", hint="is Goodword's action endpoint up? logs/rasa.log says more"
        )
    customs = [response["custom"] for response in responses if isinstance(response.get("custom"), dict)]
    proposals = [custom["proposal"] for custom in customs if "proposal" in custom]
    if len(proposals) != 1:
        raise AssistantAnswer(f"an action gave {len(proposals)} proposals for one turn", hint="a fault of an action")
    try:
        return Proposal.model_validate(proposals[0])
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()[:3])
        raise AssistantAnswer(f"an action gave a malformed proposal: {wrong}", hint="a fault of an action") from error
