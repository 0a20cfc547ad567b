"""The room: cards are posted, found again, kept up to date, and every way in which Slack says no has a sentence."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest

from bot.review import CardGone, CardPost, Place, RoomUnavailable, Step
from bot.sandbox.running import RunningSandbox
from bot.sandbox.workspace import Settings, Workspace
from bot.slack import room as rooms
from bot.slack.config import SlackConfig
from bot.slack.elements import Rendered
from bot.slack.pace import Pace
from bot.slack.room import SlackRoom
from bot.slack.workspace import CardRefused
from bot.states import State
from tests.integration.slack.conftest import REVIEWS
from tests.integration.slack.desk import MemoryDesk
from tests.integration.slack.person import Json, Person, actions, said
from tests.unit.slack import samples
from tests.waiting import until


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pause between posts: the sandbox allows a burst."""
    monkeypatch.setattr(rooms, "BETWEEN_POSTS", 0.0)


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("half", [0, 1])
async def test_slack_takes_cards_of_every_shape(half: int, config: SlackConfig, anna: Person) -> None:
    room = SlackRoom.of(config)
    for shape in list(samples.every_shape().values())[half::2]:
        place = await room.post(shape)
        await room.update(place, replace(shape, version=shape.version + 1))
    messages = await anna.messages()
    assert all(message["blocks"] for message in messages)


async def test_a_card_is_found_again_by_its_metadata_after_its_place_was_lost(room: SlackRoom, anna: Person) -> None:
    room._pace = Pace(0)
    places = {turn: await room.post(samples.card(turn_id=turn)) for turn in (1, 2, 3)}
    await anna.http.post(
        "/sandbox/say", json={"user": anna.user, "channel": REVIEWS, "text": "turn_id 4 goodword_card"}
    )
    assert await room.find(2) == places[2]
    assert await room.find(4) is None


async def test_a_card_is_found_on_a_later_page_and_sought_no_further_than_the_bound(
    room: SlackRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "FIND_PAGE", 2)
    room._pace = Pace(0)
    first = await room.post(samples.card(turn_id=1))
    for turn in range(2, 7):
        await room.post(samples.card(turn_id=turn))
    assert await room.find(1) == first
    monkeypatch.setattr(rooms, "FIND_PAGES", 2)
    assert await room.find(1) is None


async def test_what_another_bot_wrote_is_not_ours(room: SlackRoom, sandbox: RunningSandbox) -> None:
    place = await room.post(samples.card())
    sandbox.workspace.channels[REVIEWS].messages[place.message].user = "U0ANNAREYES"
    assert await room.find(12) is None


async def test_a_deleted_card_is_noticed(room: SlackRoom, anna: Person) -> None:
    place = await room.post(samples.card())
    await room.workspace.web.chat_delete(channel=place.channel, ts=place.message)
    with pytest.raises(CardGone):
        await room.update(place, samples.published())
    assert await anna.messages() == []


async def test_cards_that_were_deleted_are_told_from_those_that_stand(
    room: SlackRoom, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    room._pace = Pace(0)
    assert await room.lost([]) == ()
    places = [await room.post(samples.card(turn_id=turn)) for turn in range(1, 7)]
    assert await room.lost(places) == ()
    for place in (places[0], places[4]):
        await room.workspace.web.chat_delete(channel=place.channel, ts=place.message)
    assert set(await room.lost(places)) == {places[0], places[4]}
    monkeypatch.setattr(rooms, "FIND_PAGE", 1)
    assert set(await room.lost(places)) == {places[0], places[4]}
    monkeypatch.setattr(rooms, "FIND_PAGES", 2)  # the first one is further back than is read: it counts as there
    assert await room.lost(places) == (places[4],)


async def test_a_deleted_card_below_which_replies_stand_is_missed(room: SlackRoom, anna: Person) -> None:
    """Slack leaves a line in its own name."""
    room._pace = Pace(0)
    place = await room.post(samples.card())
    await room.tell(place, 12, [Step(datetime.now(UTC), "Anna", "edited the reply", 1)])
    await room.workspace.web.chat_delete(channel=place.channel, ts=place.message)
    assert await room.lost([place]) == (place,)
    assert await room.find(12) is None
    with pytest.raises(CardGone):
        await room.update(place, samples.card())


async def test_a_channel_of_earlier_rules_that_is_gone_keeps_no_other_from_being_looked_after(
    room: SlackRoom, sandbox: RunningSandbox
) -> None:
    workspace = sandbox.workspace
    room._pace = Pace(0)
    here, deleted = [await room.post(samples.card(turn_id=turn)) for turn in (1, 2)]
    await room.workspace.web.chat_delete(channel=deleted.channel, ts=deleted.message)
    gone, left = replace(here, channel="C0LONGGONE1"), replace(here, channel="C0GENERAL01")
    assert set(await room.lost([here, deleted, gone, left])) == {deleted, gone}  # where we may not look, nobody knows
    with pytest.raises(CardGone):
        await room.update(gone, samples.card(turn_id=3))
    workspace.channels["C0KNOWLEDGE"].archived = True
    archived = Place("C0KNOWLEDGE", here.message)
    assert await room.lost([archived]) == (archived,)
    workspace.channels["C0KNOWLEDGE"].messages[here.message] = workspace.channels[here.channel].messages[here.message]
    assert await room.lost([archived]) == ()  # it can still be read


async def test_a_card_in_an_archived_channel_is_posted_anew_where_the_rules_want_it_now(
    room: SlackRoom, sandbox: RunningSandbox
) -> None:
    room._pace = Pace(0)
    elsewhere = await room.post(replace(samples.card(), stands_in="knowledge"))
    assert elsewhere.channel == "C0KNOWLEDGE"
    sandbox.workspace.channels["C0KNOWLEDGE"].archived = True
    with pytest.raises(RoomUnavailable, match="archived"):
        await room.update(elsewhere, replace(samples.card(), stands_in="knowledge"))  # the rules still say so
    with pytest.raises(CardGone):
        await room.update(elsewhere, samples.card())


LOST = samples.post("Which plug is this?", media_urls=("https://files.invalid/1.png",))


def addresses(node: object) -> list[str]:
    """The addresses of all pictures in a message or view."""
    if isinstance(node, dict):
        own = [node["image_url"]] if "image_url" in node else []
        return own + [address for value in node.values() for address in addresses(value)]
    return [address for value in node for address in addresses(value)] if isinstance(node, list) else []


async def test_a_picture_that_slack_cannot_fetch_costs_the_picture_and_not_the_card(
    room: SlackRoom, anna: Person
) -> None:
    room._pace = Pace(0)
    place = await room.post(samples.card())
    (message,) = await anna.messages()
    assert addresses(message) == ["https://square.example/media/1.png"]
    await room.update(place, samples.card(version=2, posts=(LOST,)))
    (message,) = await anna.messages()
    assert addresses(message) == []
    assert "|Picture>: A shelf leaning" in said(message)
    assert actions(message) == ["approve", "edit", "reject", "more"]
    await room.post(samples.card(turn_id=13, posts=(LOST,)))
    assert addresses((await anna.messages())[-1]) == []


@pytest.mark.usefixtures("connected")
@pytest.mark.parametrize(("post", "shown"), [(samples.post(), 1), (LOST, 0)])
async def test_details_show_the_pictures_and_open_without_those_that_cannot_be_fetched(
    room: SlackRoom, anna: Person, desk: MemoryDesk, post: CardPost, shown: int
) -> None:
    desk.cards[12] = samples.card(posts=(post,))
    await room.post(desk.cards[12])
    (message,) = await anna.messages()
    await anna.click(message, "more", "details:12:1")

    async def look() -> Json | None:
        view = await anna.view("Details")
        return view if len(addresses(view)) == shown else None

    view = await until(look, f"{shown} pictures are shown")
    assert "|Picture>: A shelf leaning" in said(view)
    assert "Hang a heavy shelf" in said(view)


STEPS = (
    Step(samples.AT, "Jo *Smith*", "posted", id=3),
    Step(samples.AT, "Goodword", "drafted a reply. An article <!here> covers this.", id=4),
    Step(samples.AT, "Anna Reyes", "approved the reply", id=9),
)


async def test_steps_are_told_in_the_thread_in_one_message_and_read_again(room: SlackRoom, anna: Person) -> None:
    room._pace = Pace(0)
    place = await room.post(samples.card())
    assert await room.told(place) == 0
    await room.tell(place, 12, STEPS[:2])
    await room.tell(place, 12, STEPS[2:])
    card, first, second = await anna.messages()
    assert (first["thread_ts"], second["thread_ts"], card["reply_count"]) == (place.message, place.message, 2)
    assert "*Jo ∗Smith∗* posted" in said(first)
    assert "&lt;!here&gt;" in said(first)
    assert first["text"].startswith("Jo ∗Smith∗ posted; Goodword drafted a reply")
    assert "*Anna Reyes* approved the reply" in said(second)
    assert await room.told(place) == 9
    assert await SlackRoom.of(room.workspace.config).find(12) == place  # what is told is no card


async def test_what_others_say_in_the_thread_is_not_what_we_told(
    room: SlackRoom, anna: Person, sandbox: RunningSandbox
) -> None:
    place = await room.post(samples.card())
    await room.tell(place, 12, STEPS)
    reply = next(one for one in sandbox.workspace.channels[REVIEWS].messages.values() if one.thread_ts)
    reply.user = anna.user
    assert await room.told(place) == 0


async def test_cards_and_threads_share_the_pace_of_the_channel(room: SlackRoom) -> None:
    before = time.monotonic()
    place = await room.post(samples.card())
    await room.tell(place, 12, STEPS)
    assert time.monotonic() - before >= 1.0


async def test_cards_go_before_what_is_told_below_them() -> None:
    pace, order = Pace(0.05), list[str]()

    async def one(name: str, *, last: bool) -> None:
        await pace.wait(last=last)
        order.append(name)

    await pace.wait()
    before = time.monotonic()
    await asyncio.gather(
        one("steps", last=True), one("card", last=False), one("more steps", last=True), one("another card", last=False)
    )
    assert order == ["card", "another card", "steps", "more steps"]
    assert time.monotonic() - before >= 0.19


async def test_a_card_in_a_channel_that_was_made_anew_is_gone(room: SlackRoom, sandbox: RunningSandbox) -> None:
    place = await room.post(samples.card())
    old = sandbox.workspace.channels.pop(REVIEWS)
    with pytest.raises(RoomUnavailable, match="no channel"):  # for now there is none at all
        await room.update(place, samples.published())
    sandbox.workspace.channels["C0REVIEWS02"] = replace(old, id="C0REVIEWS02", messages={})
    with pytest.raises(CardGone):
        await room.update(place, samples.published())


async def test_what_was_drawn_later_is_not_overtaken(room: SlackRoom, anna: Person) -> None:
    approved = samples.card(state=State.APPROVED, decided_by="Robin")
    published = samples.published(steps=(*approved.steps, Step(samples.AT, "Goodword", "published")))
    place = await room.post(samples.card())
    await room.update(place, published)
    await room.update(place, approved)  # was on its way for longer
    (message,) = await anna.messages()
    assert "Published" in said(message)
    assert actions(message) == ["more"]


async def test_one_message_a_second(room: SlackRoom) -> None:
    before = time.monotonic()
    for turn in (1, 2, 3):
        await room.post(samples.card(turn_id=turn))
    assert time.monotonic() - before >= 2.0


async def test_being_asked_to_wait_says_for_how_long() -> None:
    with RunningSandbox(Workspace(Settings(burst=1))) as sandbox:
        room = SlackRoom.of(SlackConfig(sandbox.workspace.settings.bot_token, "reviews", base_url=sandbox.api))
        room._pace = Pace(0)
        place = await room.post(samples.card(turn_id=1))
        with pytest.raises(RoomUnavailable) as error:
            await room.post(samples.card(turn_id=2))
        assert place.channel == REVIEWS
    assert error.value.retry_after is not None
    assert error.value.retry_after >= 1


async def test_slack_away(config: SlackConfig, sandbox: RunningSandbox) -> None:
    room = SlackRoom.of(config)
    place = await room.post(samples.card())
    sandbox.stop()
    for call in (room.post(samples.card()), room.update(place, samples.published()), room.find(12)):
        with pytest.raises(RoomUnavailable, match="cannot be reached"):
            await call
    assert "cannot be reached" in str(await room.healthy())


async def test_health_names_what_is_wrong(config: SlackConfig, room: SlackRoom, sandbox: RunningSandbox) -> None:
    assert await room.healthy() is None
    assert await SlackRoom.of(replace(config, channel=REVIEWS)).healthy() is None
    assert "no channel “nowhere”" in str(await SlackRoom.of(replace(config, channel="nowhere")).healthy())
    assert "refuses our token (invalid_auth)" in str(await SlackRoom.of(replace(config, bot_token="xoxb-no")).healthy())
    assert "/invite @Goodword" in str(await SlackRoom.of(replace(config, channel="general")).healthy())
    with pytest.raises(RoomUnavailable, match="/invite @Goodword"):
        await SlackRoom.of(replace(config, channel="general")).post(samples.card())


async def test_a_renamed_channel_is_looked_up_anew(room: SlackRoom, sandbox: RunningSandbox) -> None:
    await room.post(samples.card())
    old = sandbox.workspace.channels.pop(REVIEWS)
    sandbox.workspace.channels["C0REVIEWS02"] = replace(old, id="C0REVIEWS02", messages={})
    with pytest.raises(RoomUnavailable):
        await room.post(samples.card(turn_id=2))
    assert (await room.post(samples.card(turn_id=2))).channel == "C0REVIEWS02"


async def test_what_slack_will_never_take_is_no_reason_to_try_again(
    room: SlackRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms.cards, "card", lambda card: Rendered([{"type": "nonsense"}], "x"))
    with pytest.raises(CardRefused, match="invalid_blocks"):
        await room.post(samples.card())


async def test_a_server_that_is_not_slack(config: SlackConfig, sandbox: RunningSandbox) -> None:
    room = SlackRoom.of(replace(config, base_url=f"{sandbox.address}/nothing/"))
    with pytest.raises(RoomUnavailable):
        await room.update(Place(REVIEWS, "1.1"), samples.card())
    assert (await httpx.AsyncClient(trust_env=False).get(sandbox.address)).status_code == 200
