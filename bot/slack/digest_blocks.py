"""The daily digest as a message: what no reply was proposed for, each with a button that drafts one."""

from __future__ import annotations

from bot.cards.overview import Digest, Row
from bot.slack import elements as el
from bot.slack import texts
from bot.slack.elements import Block
from bot.states import State


def fallback(digest: Digest) -> str:
    """The digest in a sentence, for notifications and screen readers."""
    return texts.DIGEST_SAID.format(posts=texts.posts(digest.in_all))


def blocks(digest: Digest) -> list[Block]:
    """The digest: each post with its author, words, reason and link. More than fit are counted."""
    drawn: list[Block] = [el.section(f"🤫 {fallback(digest)}")]
    for row in digest.rows:
        drawn += [el.divider(), _post(row), el.context(*_facts(row))]
    if more := digest.in_all - len(digest.rows):
        drawn.append(el.context(texts.DIGEST_MORE.format(count=more)))
    return drawn


def _post(row: Row) -> Block:
    words = f"“{el.escaped(row.words, 140)}”" if row.words.strip() else texts.NO_TEXT
    said = f"*{el.escaped(row.author_name, 60)}*: {words}"
    if row.state is not State.SILENT:
        return el.section(said, block_id=f"silent-{row.turn_id}")
    label = texts.LABEL_DRAFT_ONE.format(name=row.author_name)
    button = el.button(texts.DRAFT_ONE, "draft_one", f"{row.turn_id}:{row.version}", label=label)
    return el.section(said, accessory=button, block_id=f"silent-{row.turn_id}")


def _facts(row: Row) -> list[str]:
    facts = [texts.DIGEST_TAKEN_UP] if row.state is not State.SILENT else []
    facts += [el.escaped(row.reason, 150)] if row.reason.strip() else []
    facts.append(el.moment(row.heard_at))
    if el.is_web(row.url):
        facts.append(el.link(row.url, texts.OPEN_POST))
    return ["  ·  ".join(facts)]
