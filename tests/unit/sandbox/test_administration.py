"""What people and administrators do to a workspace, and what the app is told of it."""

from __future__ import annotations

import asyncio

import pytest

from bot.sandbox.workspace import BOT, OUTSIDER, Settings
from tests.unit.sandbox.api import ANNA, GENERAL, MODAL, REVIEWS, TOM, Json, Sandbox


@pytest.fixture
def its() -> Sandbox:
    return Sandbox()


async def told(its: Sandbox, kind: str) -> list[Json]:
    for _ in range(10):
        await asyncio.sleep(0)
    return its.events(kind)


class TestChannels:
    async def change(self, its: Sandbox, action: str, **more: str) -> int:
        answer = await its.act("channel", **{"user": TOM, "channel": REVIEWS, "action": action, **more})
        return answer.status_code

    async def test_a_renamed_channel_keeps_its_id(self, its: Sandbox) -> None:
        assert await self.change(its, "rename", name="#Replies to read") == 200
        event = (await told(its, "channel_rename"))[0]
        assert event["channel"] == {"id": REVIEWS, "name": "replies-to-read", "created": 1700000000}
        assert await its.error("chat.postMessage", channel="#reviews", text="x") == "channel_not_found"
        assert await its.error("chat.postMessage", channel=REVIEWS, text="x") == ""
        assert await self.change(its, "rename", name="general") == 409

    async def test_an_archived_channel_takes_nothing_until_it_is_opened_again(self, its: Sandbox) -> None:
        ts = await its.posted()
        await self.change(its, "archive")
        event = (await told(its, "channel_archive"))[0]
        assert (event["channel"], event["user"]) == (REVIEWS, TOM)
        for method, more, word in (
            ("chat.postMessage", {"text": "x"}, "is_archived"),
            ("chat.postEphemeral", {"text": "x", "user": ANNA}, "is_archived"),
            ("chat.update", {"text": "x", "ts": ts}, "is_inactive"),
            ("reactions.add", {"name": "eyes", "timestamp": ts}, "is_archived"),
            ("conversations.join", {}, "is_archived"),
        ):
            assert await its.error(method, channel=REVIEWS, **more) == word
        assert (await its.act("say", user=ANNA, channel=REVIEWS, text="x")).status_code == 409
        info = (await its.call("conversations.info", channel=REVIEWS)).json()["channel"]
        listed = (await its.call("conversations.list", exclude_archived="true")).json()["channels"]
        assert info["is_archived"]
        assert REVIEWS not in {channel["id"] for channel in listed}
        await self.change(its, "unarchive")
        assert len(await told(its, "channel_unarchive")) == 1
        assert await its.posted()

    async def test_the_app_is_removed_and_invited(self, its: Sandbox) -> None:
        await self.change(its, "remove")
        left = (await told(its, "member_left_channel"))[0]
        assert (left["user"], left["channel"], left["channel_type"]) == (BOT.id, REVIEWS, "C")
        assert (await told(its, "channel_left"))[0]["actor_id"] == TOM
        assert await its.error("chat.postMessage", channel=REVIEWS, text="x") == "not_in_channel"
        assert await self.change(its, "remove") == 409
        await self.change(its, "add")
        assert (await told(its, "member_joined_channel"))[0]["inviter"] == TOM
        assert await its.posted()

    async def test_who_is_not_in_a_channel_sees_and_clicks_nothing_there(self, its: Sandbox) -> None:
        ts = await its.posted(blocks=MODAL["blocks"])
        await self.change(its, "remove", member=ANNA)
        assert (await told(its, "member_left_channel"))[0]["user"] == ANNA
        click = {"user": ANNA, "message_ts": ts, "block_id": "b", "action_id": "a"}
        assert (await its.act("click", **click)).status_code == 409
        seen = await its.http.get("/sandbox/messages", params={"user": ANNA, "channel": REVIEWS})
        assert seen.status_code == 404

    async def test_what_happens_where_the_app_is_not_is_none_of_its_business(self, its: Sandbox) -> None:
        await self.change(its, "remove", channel=GENERAL, member=ANNA)
        assert await told(its, "member_left_channel") == []

    async def test_only_what_the_manifest_names_is_told(self) -> None:
        deaf = Sandbox(Settings(subscriptions=frozenset({"app_home_opened"})))
        await self.change(deaf, "archive")
        assert await told(deaf, "channel_archive") == []

    @pytest.mark.parametrize("channel", ["nowhere", "D0ANNAREYES"])
    async def test_what_cannot_be_is_said(self, its: Sandbox, channel: str) -> None:
        assert await self.change(its, "archive", channel=channel) == 409
        assert await self.change(its, "add", member="U0NOBODY000") == 409


class TestPeople:
    async def test_a_deactivated_person_does_nothing_more(self, its: Sandbox) -> None:
        ts = await its.posted(blocks=MODAL["blocks"])
        await its.act("person", user=TOM, action="deactivate")
        assert (await its.act("click", user=TOM, message_ts=ts, block_id="b", action_id="a")).status_code == 409
        assert (await its.call("users.info", user=TOM)).json()["user"]["deleted"]
        assert TOM not in (await its.call("conversations.members", channel=REVIEWS)).json()["members"]
        assert TOM not in {one["id"] for one in (await its.http.get("/sandbox/whoami")).json()["people"]}
        await its.act("person", user=TOM, action="reactivate")
        assert TOM in (await its.call("conversations.members", channel=REVIEWS)).json()["members"]
        assert (await its.act("person", user=TOM, action="reactivate")).status_code == 409

    async def test_somebody_of_another_company_clicks_under_their_own_team(self, its: Sandbox) -> None:
        invited = (await its.act("person", user=ANNA, action="invite_outsider", channel=REVIEWS)).json()["user"]
        assert invited == OUTSIDER.id
        body = await its.clicked(OUTSIDER.id)
        assert (body["user"]["team_id"], body["team"]["id"]) == (OUTSIDER.team, "T0SANDBOX01")
        assert (await its.call("users.info", user=OUTSIDER.id)).json()["user"]["team_id"] == OUTSIDER.team
        await its.call("views.open", trigger_id=body["trigger_id"], view=MODAL)
        view = its.workspace.open_view(OUTSIDER.id)
        assert view
        await its.act("submit", user=OUTSIDER.id, view_id=view.id)
        sent = its.seen[-1][1]
        assert (sent["team"]["id"], sent["view"]["team_id"]) == (OUTSIDER.team, OUTSIDER.team)
        assert sent["view"]["app_installed_team_id"] == "T0SANDBOX01"
        await its.act("say", user=OUTSIDER.id, channel=REVIEWS, text="hello")
        event = (await told(its, "message"))[0]
        assert (event["user_team"], its.seen[-1][1]["is_ext_shared_channel"]) == (OUTSIDER.team, True)

    async def test_the_apps_commands_shortcuts_and_home_are_not_for_them(self, its: Sandbox) -> None:
        await its.act("person", user=ANNA, action="invite_outsider", channel=REVIEWS)
        olli = {"user": OUTSIDER.id}
        assert (await its.act("command", **olli, channel=REVIEWS, text="/goodword")).status_code == 409
        assert (await its.act("shortcut", **olli, callback_id="draft_link")).status_code == 409
        assert (await its.act("home", **olli)).status_code == 409


class TestMessages:
    async def test_a_deleted_card_is_gone_and_the_app_hears_of_it(self, its: Sandbox) -> None:
        ts = await its.posted()
        assert (await its.act("delete", user=ANNA, channel=REVIEWS, ts=ts)).json()["ok"]
        event = (await told(its, "message"))[0]
        assert (event["subtype"], event["deleted_ts"], event["hidden"]) == ("message_deleted", ts, True)
        assert event["previous_message"]["text"] == "A card"
        assert await its.error("chat.update", channel=REVIEWS, ts=ts, text="x") == "message_not_found"
        assert (await its.act("delete", user=ANNA, channel=REVIEWS, ts=ts)).status_code == 409

    async def test_below_a_deleted_card_its_replies_stay_until_the_last_is_gone(self, its: Sandbox) -> None:
        ts = await its.posted()
        reply = (await its.call("chat.postMessage", channel=REVIEWS, text="a step", thread_ts=ts)).json()["ts"]
        assert (await its.act("delete", user=ANNA, channel=REVIEWS, ts=ts)).json()["ok"]
        event = (await told(its, "message"))[-1]
        assert (event["subtype"], event["message"]["subtype"]) == ("message_changed", "tombstone")
        assert (event["previous_message"]["text"], "deleted_ts" in event) == ("A card", False)
        (stone,) = (await its.call("conversations.history", channel=REVIEWS)).json()["messages"]
        assert (stone["user"], stone["text"], stone["reply_count"]) == ("USLACKBOT", "This message was deleted.", 1)
        assert not {"bot_id", "metadata", "blocks"} & set(stone)
        thread = (await its.call("conversations.replies", channel=REVIEWS, ts=ts)).json()["messages"]
        assert [one["ts"] for one in thread] == [ts, reply]
        assert await its.error("chat.update", channel=REVIEWS, ts=ts, text="x") == "message_not_found"
        assert (await its.act("delete", user=ANNA, channel=REVIEWS, ts=ts)).status_code == 409
        assert (await its.act("delete", user=ANNA, channel=REVIEWS, ts=reply)).json()["ok"]
        assert (await its.call("conversations.history", channel=REVIEWS)).json()["messages"] == []

    async def test_what_only_one_person_sees_is_put_away_without_a_word(self, its: Sandbox) -> None:
        sent = (await its.call("chat.postEphemeral", channel=REVIEWS, user=ANNA, text="psst")).json()["message_ts"]
        assert (await its.act("delete", user=TOM, channel=REVIEWS, ts=sent)).status_code == 409
        assert (await its.act("delete", user=ANNA, channel=REVIEWS, ts=sent)).json()["ok"]
        assert await told(its, "message") == []


class TestApp:
    async def test_with_a_revoked_token_the_app_hears_but_cannot_speak(self, its: Sandbox) -> None:
        ts = await its.posted(blocks=MODAL["blocks"])
        await its.act("app", state="revoked")
        assert (await told(its, "tokens_revoked"))[0]["tokens"] == {"oauth": [], "bot": [BOT.id]}
        assert await its.error("chat.postMessage", channel=REVIEWS, text="x") == "token_revoked"
        click = {"user": ANNA, "message_ts": ts, "block_id": "b", "action_id": "a"}
        assert (await its.act("click", **click)).json()["ok"]
        await its.act("app", state="installed")
        assert await its.posted()

    async def test_a_removed_app_hears_of_that_and_of_nothing_more(self, its: Sandbox) -> None:
        ts = await its.posted(blocks=MODAL["blocks"])
        await its.act("app", state="removed")
        assert len(await told(its, "app_uninstalled")) == len(await told(its, "tokens_revoked")) == 1
        heard = len(its.seen)
        assert await its.error("auth.test") == "account_inactive"
        click = {"user": ANNA, "message_ts": ts, "block_id": "b", "action_id": "a"}
        assert "removed" in (await its.act("click", **click)).json()["message"]
        assert not (await its.act("command", user=ANNA, channel=REVIEWS, text="/goodword")).json()["ok"]
        await its.act("home", user=ANNA)
        await told(its, "app_home_opened")
        assert len(its.seen) == heard

    async def test_socket_mode_can_be_switched_off_and_on(self, its: Sandbox) -> None:
        token = its.workspace.settings.app_token
        await its.act("disconnect", reason="link_disabled")
        assert await its.error("apps.connections.open", token=token) == "access_denied"
        assert not (await its.http.get("/sandbox/faults")).json()["socket_mode"]
        await its.act("socket_mode", on=True)
        assert await its.error("apps.connections.open", token=token) == ""
