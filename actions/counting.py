"""How long a text is, counted as the channel counts it.

Mastodon: `app/validators/status_length_validator.rb` with `lib/…/extractor` (`extract_url_without_protocol: false`) and
`config/initializers/twitter_regex.rb` of mastodon/mastodon. Bluesky: the lexicon `app.bsky.feed.post` of
bluesky-social/atproto (`maxGraphemes` 300, and `maxLength` 3000, which is bytes of UTF-8).
"""

from __future__ import annotations

import math

import regex

from actions.links import LINK
from actions.proposal import ChannelRules

#: `@name@server`: Mastodon counts only `@name`.
REMOTE_MENTION = regex.compile(r"(?<![\w=/])(@[a-z0-9_]+(?:[.-]+[a-z0-9_]+)*)@\w+(?:[.-]+\w+)*", regex.IGNORECASE)
#: What Mastodon takes for a link: only with its scheme, at a domain with a top level of letters (no address of digits,
#: no bare host), not run together with a word. Of what may end it, only what surely does: a sign too many is counted.
MASTODON_LINK = regex.compile(
    r"(?<![A-Za-z0-9@＠$#＃])https?://(?:[\p{L}\p{N}_-]+\.)+\p{L}{2,}(?::\d+)?(?![\w.-]*[\p{L}\p{N}])"
    r"(?:[/?](?:[^\s<>]*[^\s<>()?!*\"'“”「」;:=,.$%\[\]~&|@])?)?",
    regex.IGNORECASE,
)


def graphemes(text: str) -> int:
    """The number of extended grapheme clusters (Unicode Annex 29): what a reader takes for one character."""
    return len(regex.findall(r"\X", text))


def length(text: str, rules: ChannelRules) -> int:
    """The length of `text` in the channel's own count.

    `characters` counts code points and `graphemes` extended grapheme clusters. `mastodon` counts graphemes too, takes
    every link for `link_length` (23 where the instance names none) and a remote mention without its server.
    `link_length` holds for the other counts as well where it is given.

    Where the channel limits the bytes too (`rules.most_bytes`) and they are nearer to their limit than the characters
    are to theirs, that share of the limit is the length.
    """
    counted = text
    if rules.counted == "mastodon":
        each_link = 23 if rules.link_length is None else rules.link_length
        counted = REMOTE_MENTION.sub(r"\1", MASTODON_LINK.sub("x" * each_link, text))
    elif rules.link_length is not None:
        counted = LINK.sub("x" * rules.link_length, text)
    found = len(counted) if rules.counted == "characters" else graphemes(counted)
    if rules.most_bytes is None:
        return found
    return max(found, math.ceil(len(text.encode()) * rules.limit / rules.most_bytes))
