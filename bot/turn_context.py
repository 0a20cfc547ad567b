"""What the assistant is told of a turn: built from the record, masked, and handed over with the message."""

from __future__ import annotations

from actions.proposal import ChannelRules, ThreadPost, TurnContext
from bot.channels.base import Channel, ChannelRefused, ChannelUnavailable
from bot.record.posts import Post
from bot.record.turns import Turn
from bot.rules.rules import Rules
from knowledge.masking import mask

#: Characters that a post may have where the channel has not said otherwise: Mastodon's default.
_USUAL_LIMIT = 500


async def channel_rules(channel: Channel) -> ChannelRules:
    """What the channel allows, or, while it has not answered since the start, what is usual: a person who looks at a
    card or edits a reply need not wait for it. The channel itself still refuses what is too long."""
    try:
        return (await channel.capabilities()).rules
    except (ChannelUnavailable, ChannelRefused):
        return ChannelRules(name=channel.name, limit=_USUAL_LIMIT)


async def turn_context(
    turn: Turn,
    burst: tuple[Post, ...],
    thread: tuple[Post, ...],
    channel: Channel,
    rules: Rules,
    *,
    known_now: bool = False,
) -> TurnContext:
    """The context of a turn. `burst` are its posts, `thread` all that is known of the thread.

    `reserved` is what mention, greeting and signature take of the channel's limit, in the channel's own count. With
    `known_now` the channel's rules are those known without it.

    Raises:
        ChannelUnavailable: the channel's rules are not known yet, and it does not answer.
    """
    last = burst[-1]
    allowed = await channel_rules(channel) if known_now else (await channel.capabilities()).rules
    around = rules.reserve(last.author_handle, last.author_name)
    alts = [alt for post in burst for alt in post.media_alts]
    return TurnContext(
        turn_id=str(turn.id),
        text="\n".join([post.masked for post in burst] + [mask(alt) for alt in alts]).strip(),
        language=last.language,
        has_media=bool(alts),
        media_described=any(alt.strip() for alt in alts),
        as_of=last.created_at,
        thread=tuple(
            ThreadPost(by=_by(post, turn), text=post.masked, at=post.created_at)
            for post in thread
            if post.turn_id != turn.id and post.created_at <= last.created_at
        ),
        earlier=turn.earlier,
        channel=allowed,
        reserved=channel.count(around.text),
        allowed_domains=rules.allowed_domains,
        threshold=rules.threshold,
        voice=rules.voice,
    )


def _by(post: Post, turn: Turn) -> str:
    if post.by_us:
        return "ours"
    return "asker" if post.author_id == turn.author_id else "other"
