"""The modals: what they carry, and what they never lose."""

from __future__ import annotations

import json

import pytest

from actions.proposal import Check
from bot.review import Place, RejectReason
from bot.slack import disputes, editing, handing_over, modals, snoozing
from bot.slack.elements import INPUT_MAX, View
from bot.slack.modals import About
from tests.unit.slack import samples

PLACE = Place("C1", "17.1")


def field(view: View) -> dict[str, object]:
    found: dict[str, object] = next(block["element"] for block in view["blocks"] if block["type"] == "input")
    return found


def test_a_form_names_the_version_and_the_place_of_the_card() -> None:
    view = editing.edit_modal(samples.card(version=4), PLACE)
    about = About.load(view["private_metadata"])
    assert (about.turn_id, about.version, about.place) == (12, 4, PLACE)
    assert About.load(disputes.reject_modal(samples.card())["private_metadata"]).place is None
    for broken in ("", "{}", '{"turn_id": 1, "other": 2}', "[]"):
        with pytest.raises((ValueError, TypeError)):
            About.load(broken)


def test_nothing_that_is_pasted_is_cut_by_the_field() -> None:
    for body in ("x" * 450, "x" * 880, "x" * 9000):
        assert "max_length" not in field(editing.edit_modal(samples.card(length=490, limit=500, body=body)))
    assert field(editing.edit_modal(samples.card(body="x" * 880)))["initial_value"] == "x" * 880
    assert len(str(field(editing.edit_modal(samples.card(body="x" * 9000)))["initial_value"])) == INPUT_MAX


def test_below_the_field_stand_the_count_and_the_checks_and_then_the_other_versions() -> None:
    drawn = json.dumps(
        editing.edit_modal(samples.card(length=512, checks=samples.FAILED))["blocks"], ensure_ascii=False
    )
    order = ["512 of 500 characters: 12 too many.", "private details", "must be mended", "tone", "1 check passed"]
    order += ["Other versions, to copy from", "Shorter", "Find the studs first."]
    places = [drawn.index(words) for words in order]
    assert places == sorted(places)
    assert "From the best source" not in drawn  # that one stands in the field


def test_what_was_typed_comes_back_with_the_reason() -> None:
    view = editing.edit_modal(samples.card(), typed="my words", notice="The person has written again.")
    assert field(view)["initial_value"] == "my words"
    assert "The person has written again." in json.dumps(view["blocks"][0])
    assert "my words" in json.dumps(modals.message_modal("Too late.", "my words"))


def test_rejecting_offers_every_reason() -> None:
    options = field(disputes.reject_modal(samples.card()))["options"]
    assert isinstance(options, list)
    assert [option["value"] for option in options] == [reason.value for reason in RejectReason]


def test_whoever_rejects_hands_over_or_puts_off_sees_whose_post_it_is() -> None:
    card = samples.card()
    for view in (disputes.reject_modal(card), handing_over.hand_over_modal(card, []), snoozing.snooze_modal(card)):
        drawn = json.dumps(view["blocks"], ensure_ascii=False)
        assert card.posts[-1].author_name in drawn
        assert card.posts[-1].text[:60] in drawn


def test_where_parts_are_allowed_the_field_holds_them_all_and_says_so() -> None:
    view = editing.edit_modal(samples.card(parts=3))
    assert "Up to 3 parts of 500 characters each" in str(view)


def test_details_say_whose_words_they_are_and_name_each_check_in_words() -> None:
    checks = (Check(name="sourced", ok=True, note="2 of 2 in Robin’s words"), Check(name="no_private_detail", ok=True))
    text = json.dumps(modals.details_modal(samples.card(checks=checks, written_by="Robin")), ensure_ascii=False)
    assert "✓ whose words they are: 2 of 2 in Robin’s words" in text
    assert "✓ no private details" in text
    assert "✓ every sentence has a source" in json.dumps(
        modals.details_modal(samples.card(checks=(Check(name="sourced", ok=True),))), ensure_ascii=False
    )
