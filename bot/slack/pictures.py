"""The pictures of a post: small ones on the card, large ones in the details, each with its description and a link.

Slack fetches a picture from its address when it takes a message or a view, and refuses the whole where it cannot
(`invalid_blocks`, "downloading image failed"). So whatever shows pictures can be drawn without them too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, repeat
from typing import Any

from bot.channels.base import picture_address
from bot.review import CardPost
from bot.slack import elements as el
from bot.slack import texts
from bot.slack.elements import Block, Element

SHOWN = 4
#: Characters of a description that stand beside a small picture, and in the words that stand for a picture.
BESIDE, ALT_MAX = 90, 500
#: Characters of all addresses on one card together: they count to what a message may hold.
ADDRESSES_MAX = 3000
#: Characters of post and reply together up to which a card has room for a picture of some size (88 pixels, where it is
#: the only one) above its buttons on a phone; with more it is as small as a word.
ROOMY = 700


def on_card(posts: Sequence[CardPost], characters: int) -> list[Block]:
    """A line for each picture, with the picture itself where it can be shown. `characters` are those of post and reply
    together: one picture beside few words is larger."""
    found = _found(posts)
    room = ADDRESSES_MAX
    blocks: list[Block] = []
    for url, alt, address in found:
        room -= len(address)
        if not address or room < 0:
            blocks += el.contexts([_line(url, alt, BESIDE)])
        elif len(found) == 1 and characters <= ROOMY:
            blocks.append(el.section(_line(url, alt, ALT_MAX, mark=""), _picture(address, alt)))
        else:
            words = el.mrkdwn(_line(url, alt, BESIDE, mark=""))
            blocks.append({"type": "context", "elements": [_picture(address, alt), words]})
    return blocks


def lines(posts: Sequence[CardPost], most: int = BESIDE) -> list[str]:
    """One line for each picture: its description (`most` characters of it), and a link to where it stands."""
    return [_line(url, alt, most) for url, alt, _ in _found(posts)]


def large(posts: Sequence[CardPost]) -> list[Block]:
    """The pictures as large as Slack shows them."""
    return [_picture(address, alt) for _, alt, address in _found(posts) if address]


def without(blocks: Sequence[Block]) -> list[Block] | None:
    """The same without pictures; their descriptions and links stay. None where there are no pictures."""
    kept = [_spared(block) for block in blocks if block.get("type") != "image"]
    return kept if kept != list(blocks) else None


def spared(body: Mapping[str, Any]) -> dict[str, Any] | None:
    """What a call to Slack says (`blocks`, or a `view` with blocks) without pictures; None where there are none."""
    if isinstance(body.get("view"), dict):
        view = spared(body["view"])
        return None if view is None else {**body, "view": view}
    blocks = without(body["blocks"]) if isinstance(body.get("blocks"), list) else None
    return None if blocks is None else {**body, "blocks": blocks}


def _spared(block: Block) -> Block:
    if block.get("accessory", {}).get("type") == "image":
        return {key: value for key, value in block.items() if key != "accessory"}
    if block.get("type") == "context":
        return {**block, "elements": [one for one in block["elements"] if one.get("type") != "image"]}
    return block


def _found(posts: Sequence[CardPost]) -> list[tuple[str | None, str, str]]:
    """Of each picture: the post's address, the description, the picture's own address (empty: it cannot be shown)."""
    return [
        (post.url, alt.strip(), picture_address(address))
        for post in posts
        for alt, address in zip(post.media_alts, chain(post.media_urls, repeat("")), strict=False)
    ][:SHOWN]


def _line(url: str | None, alt: str, most: int, mark: str = "🖼 ") -> str:
    return f"{mark}{el.link(url, texts.PICTURE)}: {el.escaped(alt or texts.PICTURE_WITHOUT_ALT, most)}"


def _picture(address: str, alt: str) -> Element:
    said = el.cut(el.clean(alt) or f"{texts.PICTURE}: {texts.PICTURE_WITHOUT_ALT}", ALT_MAX)
    return {"type": "image", "image_url": address, "alt_text": said}
