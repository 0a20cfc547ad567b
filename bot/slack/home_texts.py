"""Every text of App Home: short and kind."""

from __future__ import annotations

from bot.states import State

HOME_EMPTY = "Nothing is waiting. Have a cup of tea."
HOME_NOT_A_REVIEWER = (
    "This is where replies are looked at before they go out. Only reviewers see the queue: ask a lead to add you."
)
HOME_MINE = "Yours"
HOME_TEAM = "The team's queue"
HOME_SILENT = "No reply was proposed"
HOME_WENT = "What you approved"
HOME_NO_MATCH = "Nothing passes these filters. “Show all” brings the rest back."
HOME_MORE_OF_MINE = "and {count} more of yours, further down in the team's queue"
HOME_PLACE = "{first} to {last} of {count}"
PREVIOUS = "Previous"
NEXT = "Next"
LOOK_AGAIN = "Look again"
SHOW_ALL = "Show all"
ANY = {"lane": "Every lane", "channel": "Every channel", "language": "Every language", "kind": "Every kind"}
LANE = {"urgent": "Urgent", "deep": "Deep", "light": "Light"}
LANE_MARK = {"urgent": "🔴", "deep": "🔵", "light": "⚪"}
NOT_DRAFTED = "nothing drafted"
POINTS = "{total} points"
ALSO_ABOUT = "and {count} more about the same thing"
YOU_HAVE_IT = "you, until {until}"
WITH_YOU = "handed to you"
HAS_IT = "{name} is on it"
HANDED_TO = "with {name}"
PUT_OFF = "put off until {until}"
PAUSE = "Pause publishing"
RESUME = "Resume publishing"
START = "Switch publishing on"
SWITCH_ON = "▶️ *Approved replies go out*"
SWITCH_OFF = "⏸️ *Publishing is paused*: what is approved waits"
SWITCH_QUIET = (
    "🌱 *Publishing is not switched on yet*: Goodword hears and drafts, posts no cards and publishes nothing until a "
    "lead switches it on"
)
WENT = {
    State.PROPOSED: "is waiting again",
    State.ASKED: "is waiting again",
    State.HEARD: "is being drafted anew: there is a newer message",
    State.APPROVED: "goes out soon",
    State.PUBLISHING: "is going out",
    State.UNCLEAR: "may have gone out: please look",
    State.WITHHELD: "was held back",
    State.PUBLISHED: "is published",
    State.LEARNED: "is published",
    State.REJECTED: "was rejected later",
    State.HANDED_OVER: "was handed over",
    State.EXPIRED: "is waiting again",
    State.WITHDRAWING: "is being taken back",
    State.WITHDRAWN: "was taken back",
    State.CLOSED: "is published",
}
ATTAINED = {
    "attained": "it worked",
    "not_attained": "it did not help",
    "open": "nobody has said yet whether it worked",
    "unknown": "nobody said whether it worked",
}

RULES = "Rules…"
