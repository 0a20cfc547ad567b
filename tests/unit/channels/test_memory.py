"""The network in memory behaves like a real one, whatever goes wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import Channel, ChannelRefused, ChannelUnavailable
from bot.channels.memory import MemoryChannel
from bot.reply import Visibility

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def channel(clock: Clock) -> MemoryChannel:
    return MemoryChannel(limit=100, key_lifetime=3600, now=clock)


async def publish(channel: MemoryChannel, text: str, parent: str, key: str = "key") -> str:
    part = await channel.publish(text, parent=parent, visibility=Visibility.PUBLIC, key=key)
    return part.native_id


def test_is_a_channel(channel: MemoryChannel) -> None:
    as_channel: Channel = channel
    assert as_channel.name == "memory"


async def test_hears_what_is_new_in_order(channel: MemoryChannel) -> None:
    first = channel.say("anna", "How do I hang a shelf?")
    second = channel.say("ben", "And a mirror?", reply_to=first.native_id)
    heard = await channel.listen(None)
    assert heard.posts == (first, second)
    assert second.thread == first.native_id
    again = await channel.listen(heard.cursor)
    assert again.posts == ()
    assert again.cursor == heard.cursor


async def test_does_not_hear_us_nor_what_was_deleted(channel: MemoryChannel) -> None:
    post = channel.say("anna", "Hello?")
    gone = channel.say("anna", "Never mind")
    await publish(channel, "Hello!", post.native_id)
    channel.erase(gone.native_id)
    assert [heard.text for heard in (await channel.listen(None)).posts] == ["Hello?"]


async def test_a_whisper_is_counted_and_never_read(channel: MemoryChannel) -> None:
    link = channel.whisper("anna", "my card number is 4111")
    heard = await channel.listen(None)
    assert heard.posts == ()
    assert heard.not_public == (link,)
    assert (await channel.listen(heard.cursor)).not_public == ()
    assert "4111" not in repr(vars(channel))


async def test_the_thread_holds_posts_and_replies(channel: MemoryChannel) -> None:
    post = channel.say("anna", "How?")
    reply = await publish(channel, "So.", post.native_id)
    after = channel.say("anna", "Thanks", reply_to=reply)
    channel.say("ben", "Something else")
    assert [(said.text, said.by_us) for said in await channel.thread(after.native_id)] == [
        ("How?", False),
        ("So.", True),
        ("Thanks", False),
    ]


async def test_a_deleted_post_has_no_thread_and_takes_no_reply(channel: MemoryChannel) -> None:
    post = channel.say("anna", "How?")
    channel.erase(post.native_id)
    with pytest.raises(ChannelRefused):
        await channel.thread(post.native_id)
    with pytest.raises(ChannelRefused):
        await publish(channel, "So.", post.native_id)


async def test_refuses_what_is_too_long(channel: MemoryChannel) -> None:
    post = channel.say("anna", "How?")
    await publish(channel, "x" * 100, post.native_id, "fits")
    with pytest.raises(ChannelRefused, match="100 characters") as caught:
        await publish(channel, "x" * 101, post.native_id, "long")
    assert caught.value.hint


async def test_a_key_publishes_once_while_it_is_remembered(channel: MemoryChannel, clock: Clock) -> None:
    post = channel.say("anna", "How?")
    first = await publish(channel, "So.", post.native_id)
    clock.at += timedelta(seconds=3599)
    assert await publish(channel, "So.", post.native_id) == first
    clock.at += timedelta(seconds=1)
    assert await publish(channel, "So.", post.native_id) != first
    assert len(channel.published) == 2


async def test_a_lost_answer_took_effect(channel: MemoryChannel, clock: Clock) -> None:
    post = channel.say("anna", "How?")
    channel.faults.lost_answers = 1
    with pytest.raises(ChannelUnavailable) as caught:
        await publish(channel, "So.", post.native_id)
    assert caught.value.maybe_done
    found = await channel.find_own(post.native_id, "So.", START)
    assert found is not None
    assert await publish(channel, "So.", post.native_id) == found.native_id
    assert await channel.find_own(post.native_id, "Other", START) is None
    assert await channel.find_own(post.native_id, "So.", START + timedelta(seconds=1)) is None


async def test_faults_last_until_switched_off(channel: MemoryChannel) -> None:
    post = channel.say("anna", "How?")
    channel.faults.down = True
    with pytest.raises(ChannelUnavailable) as caught:
        await publish(channel, "So.", post.native_id)
    assert not caught.value.maybe_done
    channel.faults.down = False
    channel.faults.rate_limited = 30.0
    with pytest.raises(ChannelUnavailable) as caught:
        await channel.listen(None)
    assert caught.value.retry_after == 30.0
    channel.faults.rate_limited = None
    assert len((await channel.listen(None)).posts) == 1
    assert channel.published == ()


Try = tuple[str, int, bool]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 50), st.booleans()), max_size=30))
async def test_any_tries_publish_once_a_key(tries: list[Try]) -> None:
    """Tries: a key, how many minutes pass before it (all within the key's life), and whether the answer is lost."""
    clock = Clock()
    channel = MemoryChannel(now=clock, key_lifetime=60 * 60 * 24 * 30)
    post = channel.say("anna", "How?")
    parts: dict[str, str] = {}
    for key, minutes, lost in tries:
        clock.at += timedelta(minutes=minutes)
        channel.faults.lost_answers = int(lost)
        if lost:
            with pytest.raises(ChannelUnavailable) as caught:
                await publish(channel, f"answer {key}", post.native_id, key)
            assert caught.value.maybe_done
            continue
        part = await publish(channel, f"answer {key}", post.native_id, key)
        assert parts.setdefault(key, part) == part
    assert sorted(said.text for said in channel.published) == sorted({f"answer {key}" for key, _, _ in tries})


async def test_we_delete_what_is_ours_and_may_say_so_twice(channel: MemoryChannel) -> None:
    post = channel.say("anna", "How?")
    ours = await publish(channel, "So.", post.native_id)
    channel.faults.lost_answers = 1
    with pytest.raises(ChannelUnavailable) as caught:
        await channel.delete(ours)
    assert caught.value.maybe_done
    await channel.delete(ours)
    assert channel.posts == (post,)
    with pytest.raises(ChannelRefused):
        await channel.delete(post.native_id)


async def test_a_network_may_let_nobody_delete() -> None:
    channel = MemoryChannel(can_delete=False)
    ours = await publish(channel, "So.", channel.say("anna", "How?").native_id)
    assert not (await channel.capabilities()).can_delete
    with pytest.raises(ChannelRefused):
        await channel.delete(ours)
    assert len(channel.published) == 1
