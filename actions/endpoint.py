"""The actions as Rasa calls them: one custom message with the proposal each, or a clear failure and nothing."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import structlog
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher

from actions.proposal import Proposal, TurnContext, Understanding
from actions.propose import Proposer
from actions.understanding import turn_of, understand
from actions.writer import Writer
from knowledge.errors import GoodwordError
from knowledge.results import Searcher

log = structlog.get_logger()


class DraftingFailed(GoodwordError):
    """An action could not come to a proposal. Nothing was stored or said, so the same turn can be drafted again."""

    code = "drafting_failed"


class _ProposalAction(Action):
    """Answers with `custom = {"proposal": ...}` and sets nothing: the journey keeps the record."""

    def __init__(self, proposer: Proposer) -> None:
        self._proposer = proposer

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        """Read the turn from the message's metadata, propose, and hand the proposal to Rasa as one message."""
        state = {"latest_message": tracker.latest_message, "slots": tracker.slots}
        turn = turn_of(state)
        proposal = await self.propose(turn, understand(state, turn))
        dispatcher.utter_message(json_message={"proposal": proposal.model_dump(mode="json")})
        return []

    @abstractmethod
    async def propose(self, turn: TurnContext, understanding: Understanding) -> Proposal:
        """What this action suggests for the turn."""


class Advise(_ProposalAction):
    """A need: something to get done, a problem, a choice before buying."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_advise"

    async def propose(self, turn: TurnContext, understanding: Understanding) -> Proposal:
        """See `Proposer.advise`."""
        return await self._proposer.advise(turn, understanding)


class Acknowledge(_ProposalAction):
    """A feeling: a complaint, praise, thanks, success."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_acknowledge"

    async def propose(self, turn: TurnContext, understanding: Understanding) -> Proposal:
        """See `Proposer.acknowledge`."""
        return await self._proposer.acknowledge(turn, understanding)


class HandOff(_ProposalAction):
    """A matter for a person."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_hand_off"

    async def propose(self, turn: TurnContext, understanding: Understanding) -> Proposal:
        """See `Proposer.hand_off`."""
        return await self._proposer.hand_off(turn, understanding)


class NoReply(_ProposalAction):
    """Spam, small talk, and what is not for us."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_no_reply"

    async def propose(self, turn: TurnContext, understanding: Understanding) -> Proposal:
        """See `Proposer.no_reply`."""
        return await self._proposer.no_reply(turn, understanding)


def executor(searcher: Searcher, writer: Writer | None = None) -> ActionExecutor:
    """An executor with the four actions over one searcher, and the team's model, for hosting at `POST /webhook`."""
    proposer = Proposer(searcher, writer)
    actions = ActionExecutor()
    for action in (Advise, Acknowledge, HandOff, NoReply):
        actions.register_action(action(proposer))
    return actions


async def run(actions: ActionExecutor, payload: dict[str, Any]) -> dict[str, Any]:
    """Run the action that Rasa asks for and return its answer: `{"events": [], "responses": [{"custom": ...}]}`.

    Raises:
        DraftingFailed: whatever went wrong. Answer Rasa with status 500, and it passes the failure on to the caller,
            who draws the turn up again later; half a proposal is never returned.
    """
    name = payload.get("next_action")
    try:
        result = await actions.run(payload)
    except GoodwordError as error:
        log.error("drafting failed", action=name, code=error.code, reason=str(error))
        raise DraftingFailed(f"{name} failed: {error}", hint=error.hint) from error
    except Exception as error:
        # the message of a foreign error may quote the post, so only its kind is logged
        log.error("drafting failed", action=name, error=type(error).__name__)
        raise DraftingFailed(f"{name} failed: {type(error).__name__}", hint="the turn will be tried again") from error
    if result is None:
        raise DraftingFailed("Rasa asked for no action", hint="send next_action, as Rasa's action webhook does")
    return dict(result)
