"""Trigger ids are used once and soon, response URLs five times and for half an hour, messages about once a second."""

from __future__ import annotations

import pytest
from slack_sdk.signature import SignatureVerifier

from bot.sandbox.deliveries import sign
from bot.sandbox.handles import ResponseUrls, Triggers
from bot.sandbox.limits import MessageRate
from bot.sandbox.refusals import Refused, Word
from bot.sandbox.workspace import Settings, Workspace


class Clock:
    """A clock that only moves when told to."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def workspace(clock: Clock) -> Workspace:
    return Workspace(Settings(burst=3), clock=clock)


def refused(call: object, *arguments: object) -> Word:
    with pytest.raises(Refused) as caught:
        call(*arguments)  # type: ignore[operator]
    return caught.value.word


def test_a_trigger_is_exchanged_once(workspace: Workspace) -> None:
    triggers = Triggers(workspace)
    trigger_id = triggers.issue("U1", "V1")
    exchanged = triggers.exchange(trigger_id)
    assert (exchanged.user, exchanged.view) == ("U1", "V1")
    assert refused(triggers.exchange, trigger_id) is Word.EXCHANGED_TRIGGER_ID
    assert refused(triggers.exchange, "1.2.abc") is Word.INVALID_TRIGGER_ID


def test_a_trigger_lives_three_seconds(workspace: Workspace, clock: Clock) -> None:
    triggers = Triggers(workspace)
    soon, late = triggers.issue("U1"), triggers.issue("U1")
    clock.now += 2.9
    triggers.exchange(soon)
    clock.now += 0.2
    assert refused(triggers.exchange, late) is Word.EXPIRED_TRIGGER_ID


def test_a_response_url_takes_five_posts_in_half_an_hour(workspace: Workspace, clock: Clock) -> None:
    urls = ResponseUrls(workspace)
    first, second = (urls.issue("http://127.0.0.1:1/", "C1", "1.0", "U1").rsplit("/", 1)[1] for _ in range(2))
    for _ in range(5):
        assert urls.use(first).user == "U1"
    assert refused(urls.use, first) is Word.USED_URL
    clock.now += 30 * 60 + 1
    assert refused(urls.use, second) is Word.EXPIRED_URL
    assert refused(urls.use, "invented") is Word.NOT_FOUND


def test_a_channel_takes_a_burst_and_then_one_message_a_second(workspace: Workspace, clock: Clock) -> None:
    rate = MessageRate(workspace)
    for _ in range(3):
        rate.spend("C1")
    with pytest.raises(Refused) as caught:
        rate.spend("C1")
    assert (caught.value.word, caught.value.retry_after) == (Word.RATELIMITED, 1)
    rate.spend("C2")
    clock.now += 1
    rate.spend("C1")
    assert refused(rate.spend, "C1") is Word.RATELIMITED


def test_the_rate_limit_can_be_switched_off(clock: Clock) -> None:
    rate = MessageRate(Workspace(Settings(rate_limit=False, burst=1), clock=clock))
    for _ in range(50):
        rate.spend("C1")


def test_timestamps_rise_even_where_the_clock_stands_still(workspace: Workspace) -> None:
    stamps = [workspace.new_ts() for _ in range(100)]
    assert stamps == sorted(set(stamps))
    assert all(len(ts.split(".")[1]) == 6 for ts in stamps)


def test_our_signature_is_the_one_that_slacks_sdk_expects() -> None:
    theirs = SignatureVerifier("secret").generate_signature(timestamp="1700000000", body="payload=%7B%7D")
    assert sign("secret", "1700000000", "payload=%7B%7D") == theirs
    assert sign("other", "1700000000", "payload=%7B%7D") != theirs


def test_secrets_are_not_in_the_settings_representation() -> None:
    settings = Settings()
    for secret in (settings.bot_token, settings.app_token, settings.signing_secret, settings.verification_token):
        assert secret not in repr(settings)
    assert Settings().bot_token != settings.bot_token
