"""The Mastodon connector against a real server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bot.channels import mastodon
from bot.channels.base import ChannelRefused, ChannelUnavailable, HeardPost
from bot.channels.mastodon import MastodonChannel
from bot.reply import Visibility
from bot.square.network import SquareNetwork
from bot.square.town import Person, Town
from tests.integration.channels.conftest import Faults
from tests.waiting import PATIENCE, until

STATUSES = "/api/v1/statuses"


async def now(channel: MastodonChannel) -> str:
    """The place to go on listening from, with everything so far behind it."""
    cursor = (await channel.listen(None)).cursor
    assert cursor is not None
    return cursor


def texts(posts: tuple[HeardPost, ...]) -> list[str]:
    return [post.text for post in posts]


async def as_person(network: SquareNetwork, town: Town, person: Person) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {await town.token(person)}"}
    return httpx.AsyncClient(base_url=network.url, headers=headers, trust_env=False)


async def test_hears_mentions_and_replies(channel: MastodonChannel, town: Town, person: Person) -> None:
    cursor = await now(channel)
    first = await town.post(person, "@holloway how do I hang a shelf?\n\nIt is <heavy> & old.")
    await town.post(person, "@holloway on plasterboard", reply_to=first)
    await town.post(person, "nothing for anybody")
    heard = await channel.listen(cursor)
    assert texts(heard.posts) == [
        "@holloway how do I hang a shelf?\n\nIt is <heavy> & old.",
        "@holloway on plasterboard",
    ]
    assert [(post.thread, post.parent) for post in heard.posts] == [(first, None), (first, first)]
    assert heard.posts[0].author_handle == person.handle
    assert (await channel.listen(heard.cursor)).posts == ()


async def test_hears_where_a_picture_is(
    network: SquareNetwork, channel: MastodonChannel, town: Town, person: Person
) -> None:
    cursor = await now(channel)
    async with await as_person(network, town, person) as http:
        file = {"file": ("wall.png", b"\x89PNG\r\n\x1a\n", "image/png")}
        media = (await http.post("/api/v2/media", files=file, data={"description": "A wall with a hole"})).json()
        said = {"status": "@holloway which plug is this?", "media_ids": [media["id"]]}
        (await http.post(STATUSES, json=said)).raise_for_status()
        (post,) = (await channel.listen(cursor)).posts
        assert post.media_alts == ("A wall with a hole",)
        assert (await http.get(post.media_urls[0])).content.startswith(b"\x89PNG")


async def test_hears_hashtags_and_each_post_once(network: SquareNetwork, town: Town, person: Person) -> None:
    channel = MastodonChannel(network.url, network.brand_token, hashtags=("#Decking", "shelves"))
    try:
        cursor = await now(channel)
        await town.post(person, "spacing the boards? #decking")
        await town.post(person, "@holloway both #decking and #shelves")
        heard = await channel.listen(cursor)
        assert texts(heard.posts) == ["spacing the boards? #decking", "@holloway both #decking and #shelves"]
        assert (await channel.listen(heard.cursor)).posts == ()
        post = heard.posts[0]
        await channel.publish("5 mm #decking", parent=post.native_id, visibility=Visibility.PUBLIC, key=person.handle)
        assert (await channel.listen(heard.cursor)).posts == ()
    finally:
        channel.close()


async def test_what_is_not_public_is_never_heard(
    network: SquareNetwork, channel: MastodonChannel, town: Town, person: Person
) -> None:
    cursor = await now(channel)
    async with await as_person(network, town, person) as http:
        for visibility in ("direct", "private", "unlisted"):
            form = {"status": f"@holloway this is {visibility}", "visibility": visibility}
            (await http.post(STATUSES, data=form)).raise_for_status()
    heard = await channel.listen(cursor)
    assert texts(heard.posts) == ["@holloway this is unlisted"]
    assert heard.posts[0].visibility is Visibility.UNLISTED
    assert len(heard.not_public) == 2
    assert all(person.handle in link for link in heard.not_public)
    assert (await channel.listen(heard.cursor)).not_public == ()


async def test_a_private_post_stays_out_of_its_thread(
    network: SquareNetwork, channel: MastodonChannel, town: Town, person: Person
) -> None:
    post = await town.post(person, "@holloway hello")
    async with await as_person(network, town, person) as http:
        form = {"status": "@holloway my address", "visibility": "direct", "in_reply_to_id": post}
        private = (await http.post(STATUSES, data=form)).raise_for_status().json()["id"]
    assert texts(await channel.thread(post)) == ["@holloway hello"]
    with pytest.raises(ChannelRefused, match="not public"):
        await channel.thread(private)


async def test_a_backlog_of_pages_is_heard_whole_and_in_order(
    monkeypatch: pytest.MonkeyPatch, channel: MastodonChannel, town: Town, person: Person
) -> None:
    monkeypatch.setattr(mastodon, "PAGE", 10)
    cursor: str | None = await now(channel)
    said = [f"@holloway question {n}" for n in range(25)]
    for text in said:
        await town.post(person, text)
    assert texts((await channel.listen(cursor)).posts) == said
    # And where one look may take only one page, the next looks take the rest.
    monkeypatch.setattr(mastodon, "PAGES", 1)
    looks = []
    for _ in range(4):
        heard = await channel.listen(cursor)
        looks.append(texts(heard.posts))
        cursor = heard.cursor
    assert looks == [said[:10], said[10:20], said[20:], []]


async def test_publishes_a_reply_once_a_key(channel: MastodonChannel, town: Town, person: Person) -> None:
    post = await town.post(person, "@holloway how?")
    reply = f"@{person.handle} Like this: https://example.org/a/b?c=1\n— Mia"
    first, second = [
        await channel.publish(
            reply, parent=post, visibility=Visibility.UNLISTED, key=f"key-{person.handle}", content_warning="Saws"
        )
        for _ in range(2)
    ]
    assert first == second
    thread = await channel.thread(post)
    assert [said.by_us for said in thread] == [False, True]
    ours = thread[1]
    assert ours.text == f"Saws\n\n{reply}"
    assert (ours.visibility, ours.parent, ours.thread) == (Visibility.UNLISTED, post, post)
    assert first.permalink.endswith(f"/@holloway/{first.native_id}")
    assert abs(first.at - datetime.now(UTC)) < timedelta(seconds=30)


async def test_too_long_is_refused_with_a_hint(channel: MastodonChannel, town: Town, person: Person) -> None:
    post = await town.post(person, "@holloway how?")
    limit = (await channel.capabilities()).rules.limit
    with pytest.raises(ChannelRefused, match="too long") as caught:
        await channel.publish("x" * (limit + 1), parent=post, visibility=Visibility.PUBLIC, key=person.handle)
    assert caught.value.hint
    assert len(await channel.thread(post)) == 1


async def test_a_long_link_counts_as_the_server_says(channel: MastodonChannel, town: Town, person: Person) -> None:
    post = await town.post(person, "@holloway how?")
    limit = (await channel.capabilities()).rules.limit
    link = "https://example.org/" + "a" * 300
    text = f"{'x' * (limit - 24)} {link}"
    assert channel.count(text) == limit < len(text)
    await channel.publish(text, parent=post, visibility=Visibility.PUBLIC, key=f"fits-{person.handle}")
    with pytest.raises(ChannelRefused):
        await channel.publish("x" + text, parent=post, visibility=Visibility.PUBLIC, key=f"long-{person.handle}")


async def test_a_deleted_post_is_said_and_our_reply_found_all_the_same(
    network: SquareNetwork, channel: MastodonChannel, town: Town, person: Person
) -> None:
    started = datetime.now(UTC)
    post = await town.post(person, "@holloway how?")
    part = await channel.publish("So.", parent=post, visibility=Visibility.PUBLIC, key=person.handle)
    async with await as_person(network, town, person) as http:
        (await http.delete(f"{STATUSES}/{post}")).raise_for_status()
    with pytest.raises(ChannelRefused):
        await channel.thread(post)
    assert await channel.find_own(post, "So.", started) == part
    assert await channel.find_own(post, "Other.", started) is None


async def test_finds_our_own_reply_whatever_html_made_of_it(
    channel: MastodonChannel, town: Town, person: Person
) -> None:
    started = datetime.now(UTC)
    post = await town.post(person, "@holloway how?")
    text = f"@{person.handle} Drill *2* or *3* holes & <measure>:\n\n  https://example.org/a?b=1&c=2  \n\n— Mia"
    part = await channel.publish(text, parent=post, visibility=Visibility.PUBLIC, key=person.handle)
    assert await channel.find_own(post, text, started) == part
    assert await channel.find_own(post, text + "!", started) is None
    assert await channel.find_own(post, text, datetime.now(UTC) + timedelta(hours=1)) is None
    other = await town.post(person, "@holloway and this?")
    assert await channel.find_own(other, text, started) is None


async def test_another_s_reply_is_not_taken_for_ours(channel: MastodonChannel, town: Town, person: Person) -> None:
    started = datetime.now(UTC)
    post = await town.post(person, "@holloway how?")
    await town.post(person, "Same words.", reply_to=post)
    assert await channel.find_own(post, "Same words.", started) is None


async def test_a_rate_limit_carries_its_waiting_time(
    channel: MastodonChannel, town: Town, person: Person, faults: Faults
) -> None:
    post = await town.post(person, "@holloway how?")
    faults.add(STATUSES, {"type": "ratelimit", "headers": {"Retry-After": "42"}})
    with pytest.raises(ChannelUnavailable) as caught:
        await channel.publish("So.", parent=post, visibility=Visibility.PUBLIC, key=person.handle)
    assert caught.value.retry_after == 42
    assert not caught.value.maybe_done
    await channel.publish("So.", parent=post, visibility=Visibility.PUBLIC, key=person.handle)
    assert len(await channel.thread(post)) == 2


class LosesAnswers:
    """Stands between us and the network: passes everything on, but keeps the answers to posts to itself."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.lose = True
        self.done = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        asked = Request(scope, receive)
        headers = {name: value for name, value in asked.headers.items() if name not in {"host", "content-length"}}
        path = f"{asked.url.path}?{asked.url.query}"
        async with httpx.AsyncClient(base_url=self._url, trust_env=False) as http:
            answer = await http.request(asked.method, path, headers=headers, content=await asked.body())
        if asked.method == "POST":
            self.done += 1
            while self.lose:
                await asyncio.sleep(0.05)
        kind = answer.headers["content-type"]
        await Response(answer.content, answer.status_code, media_type=kind)(scope, receive, send)


async def test_a_time_out_after_the_effect_publishes_once(
    network: SquareNetwork, town: Town, person: Person, serve: Callable[..., str]
) -> None:
    between = LosesAnswers(network.url)
    address = serve(between)
    hasty, channel = (MastodonChannel(address, network.brand_token, timeout=seconds) for seconds in (1.0, PATIENCE))
    try:
        started = datetime.now(UTC)
        post = await town.post(person, "@holloway how?")
        with pytest.raises(ChannelUnavailable, match="took too long") as caught:
            await hasty.publish("So.", parent=post, visibility=Visibility.PUBLIC, key=person.handle)
        assert caught.value.maybe_done
        await until(lambda: between.done == 1, "the network has published it")
        between.lose = False
        found = await channel.find_own(post, "So.", started)
        assert found is not None
        assert await channel.publish("So.", parent=post, visibility=Visibility.PUBLIC, key=person.handle) == found
        assert len(await channel.thread(post)) == 2
    finally:
        between.lose = False
        hasty.close()
        channel.close()


async def test_a_time_out_before_the_effect_may_mean_done_too(
    network: SquareNetwork, town: Town, person: Person, faults: Faults
) -> None:
    hasty = MastodonChannel(network.url, network.brand_token, timeout=0.5)
    try:
        post = await town.post(person, "@holloway how?")
        faults.add(STATUSES, {"type": "latency", "delay_ms": 3000})
        with pytest.raises(ChannelUnavailable) as caught:
            await hasty.publish("So.", parent=post, visibility=Visibility.PUBLIC, key=person.handle)
        assert caught.value.maybe_done
    finally:
        hasty.close()


@pytest.mark.parametrize("effect", [{"type": "status", "status": 503}, {"type": "malformed"}])
async def test_trouble_on_the_server_may_mean_done(
    channel: MastodonChannel, town: Town, person: Person, faults: Faults, effect: dict[str, object]
) -> None:
    post = await town.post(person, "@holloway how?")
    faults.add(STATUSES, effect)
    with pytest.raises(ChannelUnavailable) as caught:
        await channel.publish("So.", parent=post, visibility=Visibility.PUBLIC, key=person.handle)
    assert caught.value.maybe_done


async def test_listening_goes_on_after_trouble_without_losing_a_post(
    channel: MastodonChannel, town: Town, person: Person, faults: Faults
) -> None:
    cursor = await now(channel)
    await town.post(person, "@holloway are you there?")
    faults.add("/api/v1/notifications", {"type": "malformed"}, methods=("GET",))
    with pytest.raises(ChannelUnavailable):
        await channel.listen(cursor)
    assert texts((await channel.listen(cursor)).posts) == ["@holloway are you there?"]


async def test_a_wrong_token_says_what_to_do(network: SquareNetwork) -> None:
    stranger = MastodonChannel(network.url, "not-a-token")
    try:
        with pytest.raises(ChannelRefused) as caught:
            await stranger.listen(None)
        assert "token" in caught.value.hint
        assert "not-a-token" not in str(caught.value) + caught.value.hint
    finally:
        stranger.close()


async def test_nobody_there(free_port: Callable[[], int]) -> None:
    away = MastodonChannel(f"http://127.0.0.1:{free_port()}", "token")
    try:
        with pytest.raises(ChannelUnavailable) as caught:
            await away.publish("So.", parent="1", visibility=Visibility.PUBLIC, key="k")
        assert not caught.value.maybe_done
    finally:
        away.close()


async def test_a_post_is_found_by_its_link(channel: MastodonChannel, town: Town, person: Person) -> None:
    native_id = await town.post(person, "Has anybody hung a shelf on brick?")
    url = (await channel.thread(native_id))[0].url
    assert url is not None
    found = await channel.find(url)
    assert found is not None
    assert (found.native_id, found.text) == (native_id, "Has anybody hung a shelf on brick?")
    assert await channel.find(url.replace(native_id, "999999999")) is None
    assert await channel.find("https://elsewhere.example/@jo/123456") is None
    assert await channel.find("https://elsewhere.example/about") is None


async def test_a_link_to_what_is_not_public_is_refused(
    network: SquareNetwork, channel: MastodonChannel, town: Town, person: Person
) -> None:
    async with await as_person(network, town, person) as http:
        form = {"status": "@holloway only for you", "visibility": "direct"}
        private = (await http.post(STATUSES, data=form)).raise_for_status().json()["id"]
    with pytest.raises(ChannelRefused, match="not public"):
        await channel.find(f"{network.url}/@{person.handle}/{private}")


async def test_our_own_post_is_deleted_and_deleting_it_again_is_no_fault(
    channel: MastodonChannel, town: Town, person: Person
) -> None:
    post = await town.post(person, "@holloway how?")
    out = await channel.publish("So.", parent=post, visibility=Visibility.PUBLIC, key=f"delete-{person.handle}")
    assert (await channel.capabilities()).can_delete
    await channel.delete(out.native_id)
    assert [said.native_id for said in await channel.thread(post)] == [post]
    await channel.delete(out.native_id)


async def test_a_deletion_whose_answer_was_lost_may_be_repeated(
    channel: MastodonChannel, town: Town, person: Person, faults: Faults
) -> None:
    post = await town.post(person, "@holloway how?")
    out = await channel.publish("So.", parent=post, visibility=Visibility.PUBLIC, key=f"lost-{person.handle}")
    faults.add(f"{STATUSES}/{out.native_id}", {"type": "status", "status": 503}, methods=("DELETE",))
    with pytest.raises(ChannelUnavailable):
        await channel.delete(out.native_id)
    await channel.delete(out.native_id)
    assert [said.native_id for said in await channel.thread(post)] == [post]


async def test_what_is_not_ours_we_cannot_delete(channel: MastodonChannel, town: Town, person: Person) -> None:
    post = await town.post(person, "@holloway how?")
    with pytest.raises(ChannelRefused):
        await channel.delete(post)
    assert len(await channel.thread(post)) == 1
