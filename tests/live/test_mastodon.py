"""What the Mastodon connector rests on, asked of the server with statuses that only the account itself can see."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from bot.channels.base import ChannelRefused
from bot.channels.mastodon import MastodonChannel
from bot.channels.mastodon_calls import MastodonCalls
from bot.reply import Visibility
from bot.settings import Settings

WORDS = "A check of Goodword by `make live-check`. It goes away by itself."


class _Ourselves:
    """Stands for a visibility that Goodword itself never uses: direct, and with nobody mentioned."""

    value = "direct"


OURSELVES = cast(Visibility, _Ourselves())


@pytest.fixture
async def calls(settings: Settings, channel: MastodonChannel) -> AsyncIterator[MastodonCalls]:
    """The server, for what the connector has no verb for."""
    assert settings.mastodon_url
    assert settings.mastodon_token
    made = MastodonCalls(settings.mastodon_url, settings.mastodon_token.get_secret_value(), name="live", timeout=10)
    yield made
    made.close()


@pytest.fixture
async def parent(calls: MastodonCalls) -> AsyncIterator[str]:
    """A status of our own that nobody else sees; with its replies it is deleted at the end."""
    root = str((await calls(lambda client: client.status_post(WORDS, visibility="direct")))["id"])
    try:
        yield root
    finally:
        context: Any = await calls(lambda client: client.status_context(root))
        for status in [*context["descendants"], {"id": root}]:
            await calls(lambda client, it=status["id"]: client.status_delete(it), writes=True)


async def test_a_reply_is_published_once_found_and_deleted(
    channel: MastodonChannel, calls: MastodonCalls, parent: str
) -> None:
    before, key, text = datetime.now(UTC), secrets.token_hex(16), f"{WORDS} {secrets.token_hex(4)}"
    assert await channel.find_own(parent, text, before) is None
    published = await channel.publish(text, parent=parent, visibility=OURSELVES, key=key)
    again = await channel.publish(text, parent=parent, visibility=OURSELVES, key=key)
    assert again.native_id == published.native_id, "the same Idempotency-Key has to publish once"
    found = await channel.find_own(parent, text, before)
    assert found is not None
    assert (found.native_id, found.permalink) == (published.native_id, published.permalink)
    await calls(lambda client: client.status_delete(published.native_id), writes=True)
    assert await channel.find_own(parent, text, before) is None


async def test_what_is_not_public_is_not_read(channel: MastodonChannel, parent: str) -> None:
    with pytest.raises(ChannelRefused, match="not public"):
        await channel.thread(parent)


async def test_a_reply_that_is_too_long_is_refused(channel: MastodonChannel, parent: str) -> None:
    limit = (await channel.capabilities()).rules.limit
    assert limit is not None
    with pytest.raises(ChannelRefused):
        await channel.publish("x" * (limit + 1), parent=parent, visibility=OURSELVES, key=secrets.token_hex(16))


async def test_mentions_are_heard_from_a_cursor_on(channel: MastodonChannel) -> None:
    heard = await channel.listen(None)
    assert heard.cursor
    assert (await channel.listen(heard.cursor)).cursor


async def test_a_token_of_nobody_is_refused(settings: Settings, channel: MastodonChannel) -> None:
    assert settings.mastodon_url
    nobody = MastodonChannel(settings.mastodon_url, "nobody-has-this-token")
    try:
        with pytest.raises(ChannelRefused):
            await nobody.listen(None)
    finally:
        nobody.close()
