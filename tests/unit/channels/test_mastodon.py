"""The Mastodon connector without a server: what is made of its answers, and of its failures."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from requests.adapters import BaseAdapter
from urllib3.exceptions import NewConnectionError

from bot.channels.base import ChannelRefused, ChannelUnavailable
from bot.channels.mastodon import MastodonChannel
from bot.reply import Visibility

Reply = Callable[[requests.PreparedRequest], requests.Response]


class Server(BaseAdapter):
    """Stands where the network would: answers every request by the first path that fits, and keeps the requests."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: dict[str, Any] = {
            "/api/v1/accounts/verify_credentials": account("us", "holloway"),
            "/api/v1/notifications": [],
        }
        self.status = 200
        self.headers: dict[str, str] = {}
        self.fail: Exception | None = None
        self.requests: list[requests.PreparedRequest] = []

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:
        self.requests.append(request)
        if self.fail is not None:
            raise self.fail
        path = (request.url or "").split("?")[0].removeprefix("https://social.example").rstrip("/")
        body = self.answers.get(path, {"error": "Record not found"})
        response = requests.Response()
        response.status_code = self.status if path in self.answers else 404
        response.headers.update(self.headers)
        response._content = body if isinstance(body, bytes) else json.dumps(body).encode()
        response.request = request
        response.url = request.url or ""
        return response

    def close(self) -> None:
        """Nothing to let go of."""


def account(native_id: str, acct: str, name: str = "") -> dict[str, Any]:
    return {"id": native_id, "acct": acct, "username": acct.split("@")[0], "display_name": name}


def status(native_id: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": native_id,
        "uri": f"https://social.example/statuses/{native_id}",
        "url": f"https://social.example/@anna/{native_id}",
        "created_at": f"2026-03-01T09:00:{int(native_id) % 60:02d}.000Z",
        "in_reply_to_id": None,
        "account": account("7", "anna@other.example", "Anna Bell"),
        "content": "<p>How do I hang a shelf?</p>",
        "spoiler_text": "",
        "visibility": "public",
        "language": "en",
        "media_attachments": [],
    } | fields


def mention(native_id: str, of: dict[str, Any] | None) -> dict[str, Any]:
    return {"id": native_id, "type": "mention", "created_at": "2026-03-01T09:00:00.000Z", "status": of}


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def channel(server: Server) -> Iterator[MastodonChannel]:
    connected = MastodonChannel("https://social.example", "secret-token")
    connected._calls._client.session.mount("https://", server)
    yield connected
    connected.close()


async def test_reads_a_post_in_full(channel: MastodonChannel, server: Server) -> None:
    server.answers["/api/v1/notifications"] = [
        mention(
            "90",
            status(
                "10",
                spoiler_text="Blood, a little",
                content="<p>I cut myself &amp; the saw</p>",
                visibility="unlisted",
                language="de",
                media_attachments=[
                    {"type": "image", "description": "a thumb", "url": "https://files.example/1.png"},
                    {"type": "video", "description": None, "url": "https://files.example/2.mp4"},
                    {
                        "type": "video",
                        "url": "https://files.example/3.mp4",
                        "preview_url": "https://files.example/3.png",
                    },
                    {"type": "image", "url": "javascript:alert(1)"},
                    {"type": "image", "url": f"https://files.example/{'5' * 3000}.png"},
                ],
            ),
        )
    ]
    heard = await channel.listen(None)
    (post,) = heard.posts
    assert post.text == "Blood, a little\n\nI cut myself & the saw"
    assert (post.native_id, post.thread, post.parent) == ("10", "10", None)
    assert (post.author_name, post.author_handle, post.author_id) == ("Anna Bell", "anna@other.example", "7")
    assert post.visibility is Visibility.UNLISTED
    assert post.language == "de"
    assert post.media_alts[:2] == ("a thumb", "video without a description")
    assert post.media_urls == ("https://files.example/1.png", "", "https://files.example/3.png", "", "")
    assert post.created_at == datetime(2026, 3, 1, 9, 0, 10, tzinfo=UTC)
    assert post.url == "https://social.example/@anna/10"


@pytest.mark.parametrize("visibility", ["private", "direct", "limited", "something new"])
async def test_what_is_not_public_is_only_counted(channel: MastodonChannel, server: Server, visibility: str) -> None:
    server.answers["/api/v1/notifications"] = [mention("90", status("10", visibility=visibility, content="a secret"))]
    heard = await channel.listen(None)
    assert heard.posts == ()
    assert heard.not_public == ("https://social.example/@anna/10",)
    assert "secret" not in repr(heard)


async def test_a_mention_whose_post_was_deleted_is_passed_over(channel: MastodonChannel, server: Server) -> None:
    server.answers["/api/v1/notifications"] = [mention("91", None), mention("90", status("10"))]
    heard = await channel.listen(None)
    assert [post.native_id for post in heard.posts] == ["10"]
    assert heard.cursor is not None
    assert json.loads(heard.cursor)["mentions"] == "91"


async def test_a_reply_to_a_known_post_costs_no_call(channel: MastodonChannel, server: Server) -> None:
    server.answers["/api/v1/notifications"] = [
        mention("91", status("11", in_reply_to_id="10")),
        mention("90", status("10")),
    ]
    heard = await channel.listen(None)
    assert [post.thread for post in heard.posts] == ["10", "10"]
    assert not any("context" in (request.url or "") for request in server.requests)


async def test_a_reply_in_an_unknown_thread_is_led_back_to_its_root(channel: MastodonChannel, server: Server) -> None:
    server.answers["/api/v1/notifications"] = [mention("90", status("12", in_reply_to_id="11"))]
    server.answers["/api/v1/statuses/12/context"] = {"ancestors": [status("10"), status("11")], "descendants": []}
    heard = await channel.listen(None)
    assert [post.thread for post in heard.posts] == ["10"]


async def test_a_post_that_was_deleted_before_we_looked_is_not_heard(channel: MastodonChannel, server: Server) -> None:
    server.answers["/api/v1/notifications"] = [
        mention("90", status("12", in_reply_to_id="11")),
        mention("89", status("10")),
    ]
    heard = await channel.listen(None)
    assert [post.native_id for post in heard.posts] == ["10"]


async def test_a_cursor_that_cannot_be_read_is_said(channel: MastodonChannel) -> None:
    with pytest.raises(ChannelRefused, match="cannot be read"):
        await channel.listen("{not json")


async def test_publishing_says_everything_outright(channel: MastodonChannel, server: Server) -> None:
    server.answers["/api/v1/statuses"] = status("20")
    part = await channel.publish(
        "Use plugs.", parent="10", visibility=Visibility.UNLISTED, key="key-1", content_warning="Blood", language="fr"
    )
    sent = server.requests[-1]
    body = str(sent.body)
    assert sent.headers["Idempotency-Key"] == "key-1"
    for said in ("in_reply_to_id=10", "visibility=unlisted", "spoiler_text=Blood", "language=fr", "status=Use+plugs."):
        assert said in body
    assert part.permalink == "https://social.example/@anna/20"
    assert part.at == datetime(2026, 3, 1, 9, 0, 20, tzinfo=UTC)


async def send(channel: MastodonChannel) -> None:
    await channel.publish("Use plugs.", parent="10", visibility=Visibility.PUBLIC, key="key")


NO_CONNECTION = requests.ConnectionError(
    type("MaxRetryError", (Exception,), {"reason": NewConnectionError(None, "refused")})()  # type: ignore[arg-type]
)


@pytest.mark.parametrize(
    ("failure", "maybe_done"),
    [
        (requests.ReadTimeout(), True),
        (requests.ConnectionError("aborted"), True),
        (requests.ConnectTimeout(), False),
        (NO_CONNECTION, False),
    ],
)
async def test_a_lost_answer_may_mean_done(
    channel: MastodonChannel, server: Server, failure: Exception, maybe_done: bool
) -> None:
    server.fail = failure
    with pytest.raises(ChannelUnavailable) as caught:
        await send(channel)
    assert caught.value.maybe_done is maybe_done
    assert "secret-token" not in str(caught.value) + caught.value.hint


async def test_a_read_that_fails_has_done_nothing(channel: MastodonChannel, server: Server) -> None:
    server.fail = requests.ReadTimeout()
    with pytest.raises(ChannelUnavailable) as caught:
        await channel.listen(None)
    assert not caught.value.maybe_done


@pytest.mark.parametrize("code", [500, 502, 503, 504])
async def test_server_errors_may_mean_done(channel: MastodonChannel, server: Server, code: int) -> None:
    server.answers["/api/v1/statuses"] = {"error": "oh no"}
    server.status = code
    with pytest.raises(ChannelUnavailable) as caught:
        await send(channel)
    assert caught.value.maybe_done


@pytest.mark.parametrize(
    ("headers", "least", "most"),
    [
        ({"Retry-After": "17"}, 17, 17),
        ({"Retry-After": "Fri, 01 Jan 2100 00:00:00 GMT"}, 1e8, 1e11),
        ({"X-RateLimit-Reset": "2100-01-01T00:00:00.000Z"}, 1e8, 1e11),
    ],
)
async def test_a_rate_limit_says_how_long(
    channel: MastodonChannel, server: Server, headers: dict[str, str], least: float, most: float
) -> None:
    server.answers["/api/v1/statuses"] = {"error": "Too many requests"}
    server.status, server.headers = 429, headers
    with pytest.raises(ChannelUnavailable) as caught:
        await send(channel)
    assert caught.value.retry_after is not None
    assert least <= caught.value.retry_after <= most
    assert not caught.value.maybe_done


async def test_the_waiting_time_of_one_call_is_not_taken_for_the_next(channel: MastodonChannel, server: Server) -> None:
    server.answers["/api/v1/statuses"] = {"error": "x"}
    server.status, server.headers = 429, {"Retry-After": "17"}
    with pytest.raises(ChannelUnavailable):
        await send(channel)
    server.headers = {}
    with pytest.raises(ChannelUnavailable) as caught:
        await send(channel)
    assert caught.value.retry_after is None


@pytest.mark.parametrize("code", [400, 401, 403, 404, 410, 413, 422])
async def test_refusals_say_what_the_server_said(channel: MastodonChannel, server: Server, code: int) -> None:
    server.answers["/api/v1/statuses"] = {"error": "Validation failed: too long"}
    server.status = code
    with pytest.raises(ChannelRefused, match="too long") as caught:
        await send(channel)
    assert caught.value.hint or code == 400


@pytest.mark.parametrize("body", [b"<html>proxy</html>", b'{"error": "trunc', b"[]", b'{"id": 1}', b""])
async def test_an_answer_that_is_none_is_not_taken_for_one(
    channel: MastodonChannel, server: Server, body: bytes
) -> None:
    server.answers["/api/v1/statuses"] = body
    with pytest.raises(ChannelUnavailable) as caught:
        await send(channel)
    assert caught.value.maybe_done


@pytest.mark.parametrize("url", ["http://social.example", "ftp://social.example", "social.example", ""])
def test_the_token_is_only_sent_encrypted(url: str) -> None:
    with pytest.raises(ChannelRefused, match="https"):
        MastodonChannel(url, "token")


def test_a_missing_token_is_said() -> None:
    with pytest.raises(ChannelRefused) as caught:
        MastodonChannel("https://social.example", "")
    assert caught.value.hint


async def test_the_limits_are_the_server_s_own(channel: MastodonChannel, server: Server) -> None:
    server.answers["/api/v2/instance"] = {
        "configuration": {"statuses": {"max_characters": 1000, "characters_reserved_per_url": 30}}
    }
    capabilities = await channel.capabilities()
    assert (capabilities.rules.limit, capabilities.rules.link_length, capabilities.key_lifetime) == (1000, 30, 3600)
    assert channel.count("see https://example.org/a/long/address/that/goes/on") == 34


async def test_an_older_server_is_asked_the_older_way(channel: MastodonChannel, server: Server) -> None:
    server.answers["/api/v1/instance"] = {"uri": "social.example"}
    assert (await channel.capabilities()).rules.limit == 500


def test_counts_as_mastodon_counts(channel: MastodonChannel) -> None:
    assert channel.count("see https://example.org/a/long/address/that/goes/on/and/on") == 27
    assert channel.count("@anna@other.example hi") == 8
    assert channel.count("👩‍🔧") == 1
