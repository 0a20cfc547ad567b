"""Every text of a letter: what people are told directly in Slack, outside of the review channel. Short and kind."""

from __future__ import annotations

from bot.review import RejectReason

HANDED_TO_YOU = "*{by}* asks you to look at what {name} wrote, and to write the reply if you can:"
HANDED_HINT = "What you write goes to the reviewers first: nothing goes out before one of them approves it."
HANDED_NO_MORE = "What {name} wrote is not with you any more. Thank you for looking."
OPEN_CARD = "see its card"
DISPUTED = {
    RejectReason.WRONG: "*{who}* thinks that “{title}” is wrong. Nothing is drafted from it until you have looked.",
    RejectReason.OUTDATED: (
        "*{who}* thinks that “{title}” is outdated. Nothing is drafted from it until you have looked."
    ),
}
DISPUTED_POST = "It was about this post"
DISPUTED_ENTRY = "This is what it says: {title}"
DISPUTED_HINT = "Its owner, an editor or a lead can say so. It is in use again as soon as it is right."
NO_OWNER = "It has no owner, so this comes to you."
UNKNOWN_OWNER = "Its owner is “{owner}”. The rules do not say who that is in Slack, so this comes to you."
IT_IS_RIGHT = "It is right"
RETIRE_IT = "Retire it"
SETTLED = {
    "right": "✅ {name} says that it is right: it is in use again.",
    "retired": "🗃 {name} has retired it.",
}
NOT_REACHED = "{to} could not be told: Slack says {error}."
REACH_HINT = "Invite Goodword to the channel with /invite, or name another one in the rules"
