"""The hour's budget of calls to the team's language model, kept in the record and handed to each turn.

A call is written down before it can be made, so no crash and no number of workers spends more than the budget; what
turns out not to have been made is given back.
"""

from __future__ import annotations

from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncEngine

from actions.proposal import Proposal, TurnContext
from bot.nlu.assistant import AssistantUnavailable
from bot.record import calls


class Assistant(Protocol):
    """Whoever understands and drafts: Rasa with our actions."""

    async def propose(self, context: TurnContext) -> Proposal:
        """The proposal for a turn. Raises AssistantUnavailable."""


async def propose(engine: AsyncEngine, assistant: Assistant, context: TurnContext, per_hour: int) -> Proposal:
    """The proposal for a turn, which is told how many calls are left.

    Raises:
        AssistantUnavailable: as the assistant does; a call that may have been made stays written down.
    """
    if per_hour < 1:
        return await assistant.propose(context)
    async with engine.begin() as connection:
        call, left = await calls.take(connection, int(context.turn_id), per_hour)
    try:
        proposal = await assistant.propose(context.model_copy(update={"calls_left": left}))
        made = proposal.writing is not None and proposal.writing.calls > 0
    except AssistantUnavailable as error:
        made = error.maybe_done
        raise
    finally:
        if call is not None and not made:
            async with engine.begin() as connection:
                await calls.give_back(connection, call)
    return proposal
