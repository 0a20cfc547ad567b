"""Every text a person reads on cards, in modals and in Home: short and kind. What the command and the shortcuts say
stands in `command_texts`, what is wrong with the connection in `health_texts`."""

from __future__ import annotations

from collections.abc import Sequence

from actions.proposal import ProposalKind
from bot.review import RejectReason, Wish
from bot.states import State

# Buttons, menus, titles (a modal's title holds 24 characters)
APPROVE = "Approve"
EDIT = "Edit"
REJECT = "Reject"
WRITE = "Write it"
UNDO = "Undo"
REVIEW = "Review"
DETAILS = "Details"
DRAFT_ONE = "Draft one"
CORRECT = "Correct in public"
WITHDRAW = "Withdraw"
TITLE_CORRECT = "Correct in public"
TITLE_WITHDRAW = "Withdraw the reply"
VERSIONS = "Other versions"
ASK_INSTEAD = "Ask instead"
REDRAFT = "Draft it anew"
SUBMIT_REDRAFT = "Draft anew"
USE_THIS = "Use this one"
HAND_OVER = "Hand over"
GIVE_BACK = "Give it back"
TAKE_BACK = "Take it back"
CLAIM = "I am on it"
RELEASE = "Nobody is on it any more"
SNOOZE = "Put off"
WAKE = "Take it up again now"
OVERRIDE = "Override"
MORE = "More…"
CLOSE = "Close"
CANCEL = "Cancel"
SAVE = "Save"
TITLE_EDIT = "Edit the reply"
TITLE_WRITE = "Write a reply"
TITLE_REJECT = "Reject the reply"
TITLE_HAND_OVER = "Hand over"
TITLE_OVERRIDE = "Override a check"
OVERRIDE = "Override"
TITLE_DETAILS = "Details"
TITLE_REVIEW = "Review"
TITLE_NOTICE = "Goodword"

# The card
REPLY = "Reply"
OUTCOME = "About"
WHY = "Why it is here"
NEAREST = "Nearest sources"
PROMISED = "We promised"
CARD_WAITS_SINCE = "waits since {since}"
HAS_WAITED = "Waiting for {time}"
PRIORITY = "priority {total}"
PRIORITY_PART = {"need": "need", "reach": "reach", "answerability": "can be answered", "wait": "wait"}
SOURCES = "Sources"
PICTURE = "Picture"
PICTURE_WITHOUT_ALT = "no description given"
NO_TEXT = "(no words, only what is attached)"
OPEN_POST = "open the post"
MORE_AT_THE_POST = "The post goes on: "
BURST = "{count} posts in a row"
CONTENT_WARNING = "Content warning"
PART = "Part {number} of {count}"
CHECK_ONE_PASSED = "1 check passed"
CHECKS_PASSED = "{count} checks passed"
ALL_CHECKS_PASSED = "All {count} checks passed"
NO_CHECKS = "No checks were made"
WHOSE_WORDS = "whose words they are"
IN_WORDS_OF = "in {name}'s words"
MUST_MEND = "must be mended"
OVERRIDDEN = "{name} let it pass: {reason}"
NO_DATE = "how-to"
BY_US = "drafted by Goodword, approved by a person"
TOO_LONG_TO_SHOW = (
    "This reply is too long to be shown here in full, so it cannot be approved here. Shorten it or hand it over."
)

KIND = {
    ProposalKind.ADVISE: "Advice",
    ProposalKind.CLARIFY: "A question back",
    ProposalKind.ACKNOWLEDGE: "An acknowledgement",
    ProposalKind.HAND_OFF: "Needs a person",
    ProposalKind.NO_REPLY: "No reply needed",
}

#: What a card says in place of its buttons, by the state the turn is in.
STATE = {
    State.HEARD: "✏️ Being drafted anew",
    State.SILENT: "🤫 No reply is needed. Nothing goes out.",
    State.APPROVED: "✅ Approved",
    State.PUBLISHING: "📤 Going out now",
    State.UNCLEAR: "❓ It is not clear whether this went out. Please look at the post before doing anything",
    State.WITHHELD: "✋ Held back before it went out",
    State.PUBLISHED: "✅ Published",
    State.LEARNED: "✅ Published, and kept as knowledge",
    State.REJECTED: "🚫 Rejected",
    State.HANDED_OVER: "🤝 Handed over",
    State.EXPIRED: "⌛ Nobody decided in time",
    State.WITHDRAWING: "↩️ Being deleted where it was published",
    State.WITHDRAWN: "↩️ Taken back: deleted where it was published",
    State.CLOSED: "✅ Done",
}
WAITS = "Waits: {why}"
CORRECTION = "see the correction"
PERMALINK = "see the reply"
PERMALINK_PART = "part {number}"
BY = "by {name}"

# How it stands, above the post or at the foot of the card
SOMEBODY = "somebody"
CORRECTS = "This corrects, in public, what we published before: {what}"
CLAIMED = "{name} is on it until {until}."
SNOOZED = "Put off until {until}{by}."
HANDED_BY = "{name} handed this to {to}"
EXPIRED = "Nobody decided in time. It still waits for somebody."
APPROVED_BY = "Approved by {names}. One more person has to approve it."
APPROVED_AND_WAITS = "✅ Approved"
GOES_OUT = "goes out at {at}"

# The card as text: notifications, screen readers. The first words say what is wanted.
SAID_DECIDE = "Please decide on a reply to {name} on {channel}."
SAID_MEND = "Please mend a reply to {name} on {channel}."
SAID_WRITE = "Please write to {name} on {channel}."
SAID_TROUBLE = "Please look at the reply to {name} on {channel}: {trouble}."
SAID_STATE = "{state}{by}: {name} on {channel}."
SAID_POST = "They wrote: “{text}”"
SAID_NO_DRAFT = "Nothing is drafted: {reason}."
SAID_REPLY = "Suggested reply ({whose}): “{text}”"

# What a screen reader says of the buttons
LABEL_APPROVE = "Approve the reply to {name}"
LABEL_EDIT = "Edit the reply to {name}"
LABEL_WRITE = "Write a reply to {name}"
LABEL_USE = "Use this version: {label}"
LABEL_OVERRIDE = "Override: as a lead let the reply to {name} pass its checks"
LABEL_UNDO = "Undo: take back the approval of the reply to {name}"
LABEL_REVIEW = "Review the reply to {name}"
LABEL_DRAFT_ONE = "Draft a reply to {name} all the same"
LABEL_REJECT = "Reject: {name} gets no reply"

# The modals
FIELD_BODY = "The reply, in your words"
HINT_BODY = "Name and signature are added for you. The whole reply may have {limit} characters."
HINT_PARTS = "Name, signature and part numbers are added for you. Up to {parts} parts of {limit} characters each."
FIELD_REASON = "What is the matter with it?"
CHOOSE = "Choose one"
FIELD_NOTE = "Anything to add?"
WAS_PUBLISHED = "What was published"
FIELD_WITHDRAW = "Why is it taken back?"
HINT_WITHDRAW = (
    "It is deleted where it was published, and nothing is drafted from it any more. Whoever has read it has read it: a "
    "correction is often kinder."
)
SAY_WHY_WITHDRAW = "Please say why: the reason is kept with the reply."
FIELD_CORRECT = "What is right, in your words"
HINT_CORRECT = (
    "It stands under the wrong reply, so that readers see both, and goes out once it is approved. Nothing is drafted "
    "from the wrong one any more."
)
FIELD_OVERRIDE = "Why may it go out all the same?"
HINT_OVERRIDE = "Kept with the reply, and shown in its history. It counts for this version only."
OVERRIDES = "Would be let pass"
THREAD = "The thread so far"
HISTORY = "What happened"
PASSED = "Checks that passed"
FAILED = "Checks that failed"
CANDIDATES = "Other versions"
STANDS = "This one stands on the card"
NO_VERSIONS = "There are no other versions."
COPY_FROM = "Other versions, to copy from"
NOTHING_YET = "Nothing yet."
LOADING = "One moment, fetching it…"
SAVING = "Saving what you wrote…"
SAVED = "Saved. The card shows how it stands now."
YOU_WROTE = "What you wrote, for you to copy"
REASON = {
    RejectReason.WRONG: "It is wrong",
    RejectReason.OUTDATED: "It is outdated",
    RejectReason.INCOMPLETE: "Something is missing",
    RejectReason.TONE: "The tone is off",
    RejectReason.NOT_OURS: "Not ours to answer",
    RejectReason.OTHER: "Something else",
}
FIELD_WISH = "How should it differ?"
FIELD_WISH_WORDS = "In your words"
HINT_WISH_WORDS = "Only where you chose “As I say below”. The checks and the sources stay the same."
WISH = {
    Wish.SHORTER: "Shorter",
    Wish.OTHER_SOURCE: "From another source",
    Wish.ASK: "A question instead",
    Wish.WORDS: "As I say below",
}
VERSION = {
    "written": "Written from the sources",
    "best": "From the best source",
    "other source": "From another source",
    "shorter": "Shorter",
    "ask": "A question back",
}

# Posts about the same thing
SEE_ALL = "See all of them"
TITLE_SHARED = "About the same thing"
APPROVE_TICKED = "Approve what is ticked"
SHARED_SAID = "Each reply as it would be sent. What is ticked is approved, one decision for each."
SEND_THIS = "Send this reply"
NOT_FROM_HERE = "Open its own card to decide about this one."
MORE_SHARED = "and {count} more: they come once these are decided"
TICK_ONE = "Please tick the replies that may go out, or close this."
APPROVED_COUNT = "Approved: {count}."
NOT_APPROVED = "Not approved, to {name}: {why}"

# The daily digest
DIGEST_SAID = "No reply was proposed for {posts}. One click drafts one all the same."
DIGEST_MORE = "and {count} more: in Home, filter by “No reply needed”"
DIGEST_TAKEN_UP = "✏️ *in the queue now*"

# What is said back to the person who clicked
NOT_A_REVIEWER = "Only reviewers can decide here. Ask a lead to add you."
NOT_A_LEAD = "Overriding a check is for leads. Ask one, or edit the reply."
OTHER_WORKSPACE = "This belongs to another workspace, so nothing was done."
GONE = "This post is no longer with us, so there is nothing to decide."
NEWER = "A newer version stands here now. Please read it again before you decide."
DECIDED_MEANWHILE = "This was decided meanwhile."
NEWER_WHILE_TYPING = "A newer version stands here now. Save, and you will see it with your words kept."
TOO_LATE = "That click reached us too late for Slack. Please click once more."
CLICK_AGAIN = "Try again"
FAILED_HERE = "Something went wrong on our side and nothing was changed. Please try once more."
EMPTY_REPLY = "Please write something first."
CHARACTERS = "{length} of {limit} characters"
TOO_MANY_CHARACTERS = "{length} of {limit} characters: {over} too many."
CHECKS_ON_BODY = "Please mend this first: {notes}"
CHOOSE_A_REASON = "Please choose a reason."
CHOOSE_A_WISH = "Please choose how it should differ."
SAY_HOW = "Please say in a few words how it should differ."
SAY_WHY = "Please say why: the reason is kept with the reply."


def confidence(value: float) -> str:
    """A confidence (0 to 1) in words and per cent; never 100 %, because nothing is that certain."""
    value = min(value, 0.99)
    if value >= 0.8:
        words = "very sure"
    elif value >= 0.6:
        words = "fairly sure"
    elif value >= 0.35:
        words = "not so sure"
    else:
        words = "unsure"
    return f"{words}, {value:.0%}".replace("%", " %")


def hint_body(limit: int, parts: int) -> str:
    """What a reviewer has to know of the room for a reply."""
    return HINT_PARTS.format(limit=limit, parts=parts) if parts > 1 else HINT_BODY.format(limit=limit)


def age(days: int) -> str:
    """How old something is, in the largest unit that fits."""
    for size, unit in ((365, "year"), (30, "month"), (7, "week"), (1, "day")):
        count = days // size
        if count >= 1:
            return f"{count} {unit}{'' if count == 1 else 's'} old"
    return "from today"


def said_checks(failed: int, *, blocked: bool) -> str:
    """The last sentence of a card as text."""
    count = "1 check failed." if failed == 1 else f"{failed} checks failed."
    if blocked:
        return f"{count} Edit or reject?"
    return f"{count} Approve, edit or reject?" if failed else "Approve, edit or reject?"


def plain_state(state: State) -> str:
    """A state without its picture and its last stop, to begin a sentence with."""
    return STATE.get(state, str(state)).split(" ", 1)[-1].rstrip(".")


def shares(others: int) -> str:
    """How many posts a card stands for."""
    return f"This card stands for {others + 1} posts about the same thing."


def used(times: int, worked: int) -> str:
    """How often an entry was used, and how often that is known to have worked."""
    if not times:
        return "not used yet"
    how_often = "once" if times == 1 else f"{times} times"
    return f"used {how_often}, {worked} worked" if worked else f"used {how_often}"


def decided_meanwhile(state: State, by: str) -> str:
    """Somebody was faster."""
    who = f" {BY.format(name=by)}" if by else ""
    return f"{DECIDED_MEANWHILE} {STATE.get(state, str(state)).rstrip('.')}{who}."


def version_label(label: str) -> str:
    """How a drafted version differs, as a person reads it."""
    return VERSION.get(label, label.capitalize()) or "-"


def duration(seconds: float) -> str:
    """How long, in the largest unit that fits."""
    for size, unit in ((86_400, "day"), (3600, "hour"), (60, "minute")):
        count = int(seconds // size)
        if count >= 1:
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "less than a minute"


def posts_before(count: int) -> str:
    """How much of the thread stood before the post; Details show it."""
    return "1 post before it" if count == 1 else f"{count} posts before it"


def waiting(count: int) -> str:
    """How many wait."""
    return "*1* is waiting" if count == 1 else f"*{count}* are waiting"


def language(code: str) -> str:
    """A language in a menu."""
    return f"Language {code}"


def posts(count: int) -> str:
    """So many posts."""
    return "1 post" if count == 1 else f"{count} posts"


def listed(names: Sequence[str]) -> str:
    """Names as a list in words."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else ""
