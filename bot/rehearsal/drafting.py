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
from bot.reply import envelope
from bot.rules import Rules

#: A network like many: what a rehearsal composes for.
CHANNEL = ChannelRules(name="rehearsal", limit=500, counted="characters")
#: Stands for the person's name: a reply begins with a mention, which takes of the limit.
_HANDLE = "somebody@example.social"


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
        reserved=len(envelope(_HANDLE, rules.signature).replace("\0", "")),
        allowed_domains=rules.allowed_domains,
        exclude=(post.id,),
        threshold=rules.threshold,
    )


async def draft(
    posts: Iterable[PastPost], assistant: Proposes, rules: Rules, done: Callable[[Row], None], at_once: int
) -> None:
    """Take each post to the assistant, `at_once` at a time; `done` gets each row as it comes about.

    A post that fails becomes a row that says why.

    Raises:
        RasaFailed: Rasa keeps ending; the posts not yet taken are left out.
    """
    waiting = iter(posts)
    gone: list[RasaFailed] = []

    async def work() -> None:
        for post in waiting:
            if gone:
                return
            began = time.perf_counter()
            try:
                proposal = await assistant.propose(context_of(post, rules))
            except RasaFailed as error:
                gone.append(error)
                return
            except Exception as error:  # one bad post is one line of the report, not the end of it
                done(Row.failed(post, (time.perf_counter() - began) * 1000, error))
            else:
                done(Row(post, (time.perf_counter() - began) * 1000, proposal))

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(work())
    if gone:
        raise gone[0]
