"""Slash commands and shortcuts: what the app is told, and what the person sees."""

from __future__ import annotations

import pytest

from bot.sandbox.deliveries import NotDelivered
from bot.sandbox.features import Command, Shortcut, commands_of, shortcuts_of
from bot.sandbox.refusals import Refused, Stale, Word
from bot.sandbox.workspace import BOT, Message, Settings
from tests.unit.sandbox.hands import ANNA, BASE, TOM, Hands, hands

REVIEWS = "C0REVIEWS01"


@pytest.fixture
def its() -> Hands:
    return hands()


async def test_a_command_says_who_where_and_what_in_flat_text(its: Hands) -> None:
    assert (await its.commands.run(BASE, ANNA, "reviews", "/goodword  search wall plug ")).ok
    kind, body = its.app.seen[0]
    assert kind == "slash_commands"
    url, trigger_id, token = body.pop("response_url"), body.pop("trigger_id"), body.pop("token")
    assert body == {
        "team_id": "T0SANDBOX01",
        "team_domain": "holloway-tools",
        "channel_id": REVIEWS,
        "channel_name": "reviews",
        "user_id": ANNA,
        "user_name": "anna",
        "command": "/goodword",
        "text": "search wall plug",
        "api_app_id": "A0GOODWORD1",
        "is_enterprise_install": "false",
    }
    assert token == its.workspace.settings.verification_token
    assert its.triggers.exchange(trigger_id).user == ANNA
    assert url.startswith(BASE)
    assert its.texts() == []  # the line itself is nobody's message


async def test_a_command_works_where_the_app_is_no_member_and_in_its_direct_messages(its: Hands) -> None:
    assert (await its.commands.run(BASE, ANNA, "general", "/goodword")).ok
    assert (await its.commands.run(BASE, ANNA, BOT_DM, "/goodword")).ok
    assert [body["channel_name"] for _, body in its.app.seen] == ["general", "directmessage"]


BOT_DM = "D0ANNAREYES"


async def test_what_the_acknowledgement_says_only_the_person_sees(its: Hands) -> None:
    its.app.answer = {"text": "Three wait."}
    assert (await its.commands.run(BASE, ANNA, "reviews", "/goodword status")).ok
    assert (its.texts(), its.texts(user=TOM)) == (["Three wait."], [])


async def test_in_channel_shows_the_command_and_the_answer_to_everybody(its: Hands) -> None:
    its.app.answer = {"text": "Three wait.", "response_type": "in_channel"}
    assert (await its.commands.run(BASE, ANNA, "reviews", "/goodword status")).ok
    assert its.texts(user=TOM) == ["/goodword status", "Three wait."]


@pytest.mark.parametrize(("reason", "word"), [("http_timeout", "operation_timeout"), ("timeout", "dispatch_failed")])
async def test_a_late_answer_is_an_error_that_the_person_reads(its: Hands, reason: str, word: str) -> None:
    its.app.fails = NotDelivered("late", reason=reason)
    outcome = await its.commands.run(BASE, ANNA, "reviews", "/goodword status")
    assert (outcome.ok, outcome.sentence) == (False, f'/goodword failed with the error "{word}"')


async def test_an_answer_that_slack_cannot_show_is_an_error_too(its: Hands) -> None:
    its.app.answer = {"blocks": [{"type": "section"}]}
    assert "dispatch_failed" in (await its.commands.run(BASE, ANNA, "reviews", "/goodword status")).sentence
    assert its.texts() == []


async def test_unknown_commands_and_threads_never_reach_the_app(its: Hands) -> None:
    assert not (await its.commands.run(BASE, ANNA, "reviews", "/goodwords status")).ok
    assert not (await its.commands.run(BASE, ANNA, "reviews", "/goodword status", "1.0")).ok
    with pytest.raises(Stale):
        await its.commands.run(BASE, ANNA, "nowhere", "/goodword")
    assert its.app.seen == []


async def test_people_and_channels_arrive_as_references_only_where_the_manifest_says_so() -> None:
    escaped = hands(Settings(commands=(Command("/a", escaped=True), Command("/b"))))
    for name in ("/a", "/b"):
        await escaped.commands.run(BASE, ANNA, "reviews", f"{name} @tom in #reviews @nobody tom@mia.example")
    first, second = (body["text"] for _, body in escaped.app.seen)
    assert first == f"<@{TOM}|tom> in <#{REVIEWS}|reviews> @nobody tom@mia.example"
    assert second == "@tom in #reviews @nobody tom@mia.example"


async def test_a_commands_response_url_has_no_original_to_replace_or_delete(its: Hands) -> None:
    its.app.answer = {"text": "Looking"}
    await its.commands.run(BASE, ANNA, "reviews", "/goodword next")
    key = its.app.seen[0][1]["response_url"].rsplit("/", 1)[1]
    its.responses.respond(key, {"text": "Found", "replace_original": True})
    its.responses.respond(key, {"delete_original": True})
    assert its.texts() == ["Looking", "Found"]
    its.responses.respond(key, {"text": "All see it", "response_type": "in_channel"})
    assert its.texts(user=TOM) == ["All see it"]
    its.responses.respond(key, {"text": "four"})
    its.responses.respond(key, {"text": "five"})
    with pytest.raises(Refused) as caught:
        its.responses.respond(key, {"text": "six"})
    assert caught.value.word is Word.USED_URL


async def test_a_global_shortcut_names_a_person_and_nothing_else(its: Hands) -> None:
    assert (await its.shortcuts.everywhere(ANNA, "draft_link")).ok
    kind, body = its.app.seen[0]
    assert kind == "interactive"
    assert body["type"] == "shortcut"
    assert body["callback_id"] == "draft_link"
    assert body["team"] == {"id": "T0SANDBOX01", "domain": "holloway-tools"}
    assert its.triggers.exchange(body["trigger_id"]).user == ANNA
    assert not {"channel", "message", "response_url"} & set(body)


async def test_a_message_shortcut_brings_the_message_and_its_place(its: Hands) -> None:
    message = its.interactions.say(TOM, "general", "Use a wall plug & a level")
    assert (await its.shortcuts.on_message(BASE, ANNA, "add_knowledge", "", message.ts)).ok
    body = its.app.seen[0][1]
    assert (body["type"], body["callback_id"]) == ("message_action", "add_knowledge")
    assert body["channel"] == {"id": "C0GENERAL01", "name": "general"}
    assert body["message_ts"] == message.ts
    assert (body["message"]["user"], body["message"]["text"]) == (TOM, "Use a wall plug &amp; a level")
    key = body["response_url"].rsplit("/", 1)[1]
    its.responses.respond(key, {"text": "Kept", "replace_original": True})
    assert its.texts("C0GENERAL01") == ["Use a wall plug &amp; a level", "Kept"]


async def test_what_is_not_offered_cannot_be_chosen(its: Hands) -> None:
    message = its.interactions.say(TOM, "general", "hello")
    psst = its.workspace.add(Message(its.workspace.new_ts(), REVIEWS, BOT.id, "psst", visible_to=ANNA))
    for call in (
        its.shortcuts.everywhere(ANNA, "add_knowledge"),
        its.shortcuts.on_message(BASE, ANNA, "draft_link", "", message.ts),
        its.shortcuts.on_message(BASE, ANNA, "add_knowledge", "", psst.ts),
        its.shortcuts.on_message(BASE, TOM, "add_knowledge", "", psst.ts),
        its.shortcuts.on_message(BASE, ANNA, "add_knowledge", "", "1.0"),
        its.shortcuts.everywhere(BOT.id, "draft_link"),
    ):
        with pytest.raises(Stale):
            await call
    assert its.app.seen == []


async def test_a_shortcut_that_is_not_taken_says_so(its: Hands) -> None:
    its.app.fails = NotDelivered("the app is not connected")
    assert "Draft reply" in (await its.shortcuts.everywhere(ANNA, "draft_link")).sentence


def test_a_manifest_says_what_there_is() -> None:
    manifest = {
        "features": {
            "slash_commands": [{"command": "/x", "description": "d", "usage_hint": "[a]", "should_escape": True}],
            "shortcuts": [{"name": "Do", "type": "global", "callback_id": "do", "description": "it"}],
        },
        "oauth_config": {"scopes": {"bot": ["chat:write", "commands"]}},
        "settings": {"event_subscriptions": {"bot_events": ["app_home_opened"]}},
    }
    assert commands_of(manifest) == (Command("/x", "d", "[a]", escaped=True),)
    assert shortcuts_of(manifest) == (Shortcut("do", "Do", "global", "it"),)
    assert (commands_of({}), shortcuts_of({})) == ((), ())
    settings = Settings.of(manifest, burst=3)
    assert (settings.commands, settings.shortcuts) == (commands_of(manifest), shortcuts_of(manifest))
    assert (settings.scopes, settings.burst) == ({"chat:write", "commands"}, 3)
    assert settings.subscriptions == {"app_home_opened"}
