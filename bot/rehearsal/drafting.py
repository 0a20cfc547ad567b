"""Posts through the assistant, a few at a time, each the way a live one goes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import Protocol

from actions.proposal import ChannelRules, Proposal, TurnContext
from bot.nlu.server import RasaFailed
from bot.rehearsal.posts import PastPost
from bot.rehearsal.rows import Row
from bot.rules.rules import Rules

#: A network like many: what a rehearsal composes for.
CHANNEL = ChannelRules(name="rehearsal", limit=500, counted="characters")
#: Stands for the person's name: a reply begins with a mention, which takes of the limit.
_HANDLE = "somebody@example.social"
_NAME = "Somebody Else"


class Proposes(Protocol):
    """Whatever comes to a proposal for a turn."""

    async def propose(self, context: TurnContext) -> Proposal:
        """What the assistant suggests."""


def context_of(post: PastPost, rules: Rules) -> TurnContext:
    """The turn of a post, as of when it was written; its own thread is not drawn from."""
    return TurnContext(
        turn_id=f"rehearsal-{post.id}",
        text=post.text,
        title=post.title,
        product=post.product,
        as_of=post.created,
        channel=CHANNEL,
        reserved=len(rules.around(_HANDLE, _NAME).text),
        allowed_domains=rules.allowed_domains,
        exclude=(post.id,),
        threshold=rules.threshold,
        voice=rules.voice,
    )


async def draft(
    posts: Iterable[PastPost], assistant: Proposes, rules: Rules, done: Callable[[Row], None], at_once: int
) -> None:
    """Take each post to the assistant, `at_once` at a time; `done` gets each row as it comes about.

    A post that fails becomes a row that says why. A rehearsal may make as many calls to the team's language model as an
    hour of the service; the posts after that get extracts.

    Raises:
        RasaFailed: Rasa keeps ending; the posts not yet taken are left out.
    """
    waiting = iter(posts)
    gone: list[RasaFailed] = []
    calls_left = rules.calls_per_hour

    async def work() -> None:
        nonlocal calls_left
        for post in waiting:
            if gone:
                return
            began = time.perf_counter()
            context = context_of(post, rules).model_copy(update={"calls_left": calls_left})
            taken = min(1, calls_left)  # before the call, as the other post in flight counts too
            calls_left -= taken
            try:
                proposal = await assistant.propose(context)
            except RasaFailed as error:
                gone.append(error)
                return
            except Exception as error:  # one bad post is one line of the report, not the end of it
                done(Row.failed(post, (time.perf_counter() - began) * 1000, error))
            else:
                calls_left += taken if not (proposal.writing and proposal.writing.calls) else 0
                done(Row(post, (time.perf_counter() - began) * 1000, proposal))

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(work())
    if gone:
        raise gone[0]
