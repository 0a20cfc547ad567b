"""How long a text is, counted as the channel counts it."""

from __future__ import annotations

import regex

from actions.links import LINK
from actions.proposal import ChannelRules

#: `@name@server`: Mastodon counts only `@name`.
REMOTE_MENTION = regex.compile(r"(?<![\w/])(@[\w.-]*\w)@[\w.-]*\w")


def graphemes(text: str) -> int:
    """The number of extended grapheme clusters (Unicode Annex 29): what a reader takes for one character."""
    return len(regex.findall(r"\X", text))


def length(text: str, rules: ChannelRules) -> int:
    """The length of `text` in the channel's own count.

    `characters` counts code points and `graphemes` extended grapheme clusters. `mastodon` counts graphemes too, takes
    every link for `link_length` (23 where the instance names none) and a remote mention without its server, as the
    validator in Mastodon's source does. `link_length` holds for the other counts as well where it is given.
    """
    each_link = rules.link_length if rules.link_length is not None else 23 if rules.counted == "mastodon" else None
    if each_link is not None:
        text = LINK.sub("x" * each_link, text)
    if rules.counted == "mastodon":
        text = REMOTE_MENTION.sub(r"\1", text)
    return len(text) if rules.counted == "characters" else graphemes(text)
