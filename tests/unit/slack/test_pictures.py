"""The pictures on a card: small, few, and never in the way of the card."""

from __future__ import annotations

import json
from typing import Any

from bot.slack import card as cards
from bot.slack import modals, pictures
from tests.unit.slack import samples

SEEN = "https://square.example/media/1.png"


def images(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    inside = [one for block in blocks for one in [block.get("accessory", {}), *block.get("elements", [])]]
    return [one for one in [*blocks, *inside] if one.get("type") == "image"]


def test_a_picture_stands_beside_its_description_and_is_small_where_there_is_much_to_read() -> None:
    blocks = cards.card(samples.card()).blocks
    (block,) = [one for one in blocks if images([one])]
    assert block["type"] == "context"
    picture, words = block["elements"]
    assert picture == {"type": "image", "image_url": SEEN, "alt_text": samples.post().media_alts[0]}
    assert words["text"].startswith("<https://square.example/@jo/1|Picture>: A shelf leaning")


def test_one_picture_beside_few_words_is_larger() -> None:
    blocks = cards.card(samples.undrafted(posts=(samples.post("What is this?"),))).blocks
    (block,) = [one for one in blocks if images([one])]
    assert block["type"] == "section"
    assert block["accessory"]["image_url"] == SEEN


def test_what_cannot_be_shown_is_described() -> None:
    post = samples.post("Look!", media_alts=("A plug", "", "A wall"), media_urls=("", "ftp://x.example/2.png"))
    blocks = pictures.on_card((post,), 5)
    assert images(blocks) == []
    assert "🖼 <https://square.example/@jo/1|Picture>: A plug" in json.dumps(blocks, ensure_ascii=False)
    assert "no description given" in json.dumps(blocks)


def test_long_addresses_do_not_fill_the_card() -> None:
    post = samples.post("Look!", media_alts=("A", "B"), media_urls=(samples.PICTURE, samples.PICTURE))
    assert len(images(pictures.on_card((post,), 5))) == 1
    assert len(images(pictures.large((post,)))) == 2


def test_without_pictures_the_words_stay() -> None:
    for card in (samples.card(), samples.every_shape()["a picture beside few words"]):
        blocks = cards.card(card).blocks
        spared = pictures.without(blocks)
        assert spared is not None
        assert images(spared) == []
        assert len(spared) == len(blocks)
        assert "|Picture>: A shelf leaning" in json.dumps(spared)
        assert pictures.without(spared) is None


def test_a_form_is_spared_its_pictures_and_nothing_else() -> None:
    view = modals.details_modal(samples.card())
    body = pictures.spared({"view_id": "V1", "view": view})
    assert body is not None
    assert images(view["blocks"])
    assert not images(body["view"]["blocks"])
    assert {**body["view"], "blocks": []} == {**view, "blocks": []}
    assert pictures.spared({"view_id": "V1", "view": modals.message_modal("No.")}) is None
    assert pictures.spared({"channel": "C1", "text": "no blocks"}) is None
