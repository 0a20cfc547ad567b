"""What the command, the shortcuts and the answers added to the knowledge say: short and kind."""

from __future__ import annotations

from collections.abc import Mapping

from bot.review import Publishing
from bot.slack import elements as el
from knowledge.entries import EntryKind

TITLE_LINK = "Draft a reply"
FIELD_LINK = "Link of the post"
HINT_LINK = "One public post. Its card comes like any other's, and nothing goes out without an approval."
LINK_LIKE = "https://mastodon.example/@jo/112233"
DRAFT_IT = "Draft it"
NO_LINK = "That is no web address. Copy the link of the post itself."
TITLE_ADD_KNOWLEDGE = "Add to knowledge"
FIELD_QUESTION = "What is it an answer to?"
HINT_QUESTION = "In the words in which somebody would ask. It is found by them."
FIELD_ANSWER = "The answer"
HINT_ANSWER = "Names, numbers and addresses of people are masked. An editor looks before it is used."
KEEP = "Keep as draft"
SAY_SOMETHING = "Please write something."
ADDED = "{name} added an answer to the knowledge, as a draft"
ADDED_THANKS = "Thank you. It is kept as a draft; an editor makes it live in the review channel."
SEE_MESSAGE = "see the message"
QUESTION_ASKED = "Asked"
MAKE_LIVE = "Make live"
DISCARD = "Discard"
LABEL_MAKE_LIVE = "Make this answer live: drafts may rest on it"
LABEL_DISCARD = "Discard this answer"
COMMAND_HELP = (
    "*/goodword status*: what waits, and whether replies go out\n"
    "*/goodword next*: the most urgent one\n"
    "*/goodword search* WORDS: what the knowledge says\n"
    "*/goodword notice* TEXT *until* TIME: a known issue that drafts admit until then\n"
    "*/goodword pause*: publishing is paused until a lead says */goodword resume*"
)
COMMAND_UNKNOWN = "“{word}” is not something I know. Try */goodword help*."
SEARCH_WHAT = "What should I look for? Like */goodword search hang a shelf on brick*."
NOTHING_FOUND = "Nothing was found for “{words}”."
FOUND = "Found for “{words}”"
NOTICE_HOW = "Please say what is known, and until when: */goodword notice Dust bags are late until Friday 18:00*."
NOTICE_PAST = "That moment is over already. Until when does it hold?"
PUBLISHING_ON = "✅ Approved replies go out."
PUBLISHING_OFF = "⏸ Publishing is paused, by {name}. What is approved waits."
PUBLISHING_QUIET = "🌱 Publishing is not switched on yet: nothing goes out until a lead says */goodword resume*."
ENTRY_KIND = {
    EntryKind.USAGE: "how-to",
    EntryKind.ANSWER: "past answer",
    EntryKind.NOTICE: "known issue",
    EntryKind.CAPABILITY: "what we can",
    EntryKind.REFERENCE: "a customer's words",
}


def out_of_reach(hidden: Mapping[str, int]) -> str:
    """What waits and cannot be shown, by channel."""
    counts = " and ".join(f"{count} from {channel.capitalize()}" for channel, count in hidden.items())
    return f"{counts} cannot be shown: the connection is gone. Whoever looks after Goodword can connect it again."


def publishing(now: Publishing) -> str:
    """Whether replies go out."""
    if now.quiet:
        return PUBLISHING_QUIET
    return PUBLISHING_ON if now.on else PUBLISHING_OFF.format(name=el.escaped(now.by, 60))
