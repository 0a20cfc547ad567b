"""`goodword doctor`: every part is looked at at once, each with a time limit of its own. Nothing is changed."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable

from bot import settings as settings_module
from bot.doctor import elsewhere, house, mastodon, record, slack
from bot.doctor.finding import Finding, Standing, of_error, ok, wrong
from bot.settings import Settings
from knowledge.errors import GoodwordError

Look = Callable[[Settings], Awaitable[list[Finding]]]

#: Seconds for one part, and how long a person waits before they are told what is still being asked.
_PATIENCE, _SLOW = 15.0, 2.0


async def whole_settings(settings: Settings) -> list[Finding]:
    """Nothing is set by half."""
    settings.check()
    return [ok("Settings", "they fit together")]


#: In the order of the report: what stands on this machine, what is in the record, what is elsewhere.
LOOKS: dict[str, Look] = {
    "Settings": whole_settings,
    "Home folder": house.home,
    "Stored tokens": house.stored_tokens,
    "Rasa": house.rasa_environment,
    "Rasa's model": record.rasa_model,
    "Embedding model": house.embedding_model,
    "Database": record.database,
    "Knowledge": record.knowledge,
    "Publishing": record.publishing,
    "Service": elsewhere.service,
    "Slack token": slack.token,
    "Slack clicks": slack.way_in,
    "Slack channel": slack.channel,
    "Mastodon": mastodon.look,
    "Language model": elsewhere.language_model,
}


async def examine(tell: Callable[[str], None]) -> list[Finding]:
    """Look at everything. `tell` hears once what is still being asked, if that takes longer than two seconds."""
    python = house.python()
    try:
        settings = settings_module.load()
    except GoodwordError as error:  # without them nothing else can be looked at
        return [python, of_error("Settings", error)]
    asked = {part: asyncio.create_task(_looked(part, look, settings)) for part, look in LOOKS.items()}
    _, slow = await asyncio.wait(asked.values(), timeout=_SLOW)
    if slow:
        tell(f"Still asking: {', '.join(part for part, task in asked.items() if task in slow)}")
    found = await asyncio.gather(*asked.values())
    return [python, *itertools.chain.from_iterable(found)]


async def _looked(part: str, look: Look, settings: Settings) -> list[Finding]:
    try:
        return await asyncio.wait_for(look(settings), _PATIENCE)
    except TimeoutError:
        return [wrong(part, f"it did not answer within {_PATIENCE:.0f} seconds", "try again; it may be busy")]
    except GoodwordError as error:
        return [of_error(part, error)]
    except Exception as error:  # one part must not keep the others from being seen; its text may hold a secret
        return [wrong(part, f"looking at it failed ({type(error).__name__})", "this is a bug in Goodword: report it")]


def all_is_well(findings: list[Finding]) -> bool:
    """Whether nothing is to be done."""
    return not any(finding.standing is Standing.WRONG for finding in findings)
