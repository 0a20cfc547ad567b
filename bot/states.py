"""The states of a turn and the legal moves between them: the one table that every change of state goes through."""

from __future__ import annotations

from enum import StrEnum

from knowledge.errors import GoodwordError


class State(StrEnum):
    """Where a turn stands. Each has its own next step: expired is not rejected, undelivered is not asked."""

    HEARD = "heard"  # stored, waiting for a draft
    PROPOSED = "proposed"  # drafted, not yet delivered to the reviewers
    ASKED = "asked"  # it stands in Home and on the command line; what needs a person now has a card, too
    SILENT = "silent"  # proposed no reply; kept for the daily digest
    APPROVED = "approved"  # decided, waiting to go out
    PUBLISHING = "publishing"  # an intent is written; the network may or may not have it
    UNCLEAR = "unclear"  # nobody can tell whether it went out: a person looks
    WITHHELD = "withheld"  # a last check before publishing said no: a person looks
    PUBLISHED = "published"  # the channel confirmed every part
    LEARNED = "learned"  # its answer is an entry
    REJECTED = "rejected"
    HANDED_OVER = "handed_over"  # somebody else looks at it; still open
    EXPIRED = "expired"  # nobody decided in time, and everybody was told: still open, never counted as rejected
    WITHDRAWING = "withdrawing"  # being deleted on the channel
    WITHDRAWN = "withdrawn"  # it was published, and is deleted there
    CLOSED = "closed"  # followed up: attained, not attained or unknown


#: A new message of the person before anything went out sends the turn back to HEARD under a new version.
MOVES: dict[State, frozenset[State]] = {
    State.HEARD: frozenset({State.HEARD, State.PROPOSED, State.SILENT}),
    State.PROPOSED: frozenset(
        {State.HEARD, State.PROPOSED, State.ASKED, State.APPROVED, State.REJECTED, State.HANDED_OVER}
    ),
    State.ASKED: frozenset(
        {State.HEARD, State.ASKED, State.APPROVED, State.REJECTED, State.HANDED_OVER, State.EXPIRED}
    ),
    State.SILENT: frozenset({State.HEARD, State.CLOSED}),
    State.APPROVED: frozenset({State.HEARD, State.ASKED, State.PUBLISHING, State.WITHHELD}),
    State.PUBLISHING: frozenset({State.PUBLISHED, State.UNCLEAR, State.WITHHELD}),
    State.UNCLEAR: frozenset({State.PUBLISHED, State.WITHHELD, State.WITHDRAWING}),
    State.WITHHELD: frozenset(
        {State.HEARD, State.ASKED, State.APPROVED, State.REJECTED, State.HANDED_OVER, State.EXPIRED}
    ),
    State.PUBLISHED: frozenset({State.LEARNED, State.CLOSED, State.WITHDRAWING}),
    State.LEARNED: frozenset({State.CLOSED, State.WITHDRAWING}),
    State.REJECTED: frozenset(),
    State.HANDED_OVER: frozenset(
        {State.HEARD, State.ASKED, State.APPROVED, State.REJECTED, State.HANDED_OVER, State.EXPIRED}
    ),
    State.EXPIRED: frozenset({State.HEARD, State.ASKED, State.APPROVED, State.REJECTED, State.HANDED_OVER}),
    State.WITHDRAWING: frozenset({State.WITHDRAWN, State.CLOSED}),  # closed: the channel refused, so it stands
    State.WITHDRAWN: frozenset(),
    State.CLOSED: frozenset({State.WITHDRAWING}),
}

#: A reviewer may decide in these; in all others a click is answered with what happened meanwhile.
DECIDABLE = frozenset({State.PROPOSED, State.ASKED, State.WITHHELD, State.HANDED_OVER, State.EXPIRED})

#: Nothing has gone out yet, so what the person adds belongs to the same turn.
OPEN = frozenset({State.HEARD, State.APPROVED, *DECIDABLE})

#: Something stands on the channel that can be withdrawn or corrected.
OUT = frozenset({State.PUBLISHED, State.LEARNED, State.CLOSED})


def with_new_version(state: State) -> State:
    """Where a turn that waits stands once its reply has a new version: asked anew, where that had ended."""
    return State.ASKED if state in (State.APPROVED, State.WITHHELD, State.EXPIRED) else state


class IllegalMove(GoodwordError):
    """A turn was asked to make a move that is not in the table: a fault of ours, never of a user."""

    code = "illegal_move"


def move(now: State, to: State) -> State:
    """Return `to` if the table allows the move from `now`.

    Raises:
        IllegalMove: the table does not hold that move.
    """
    if to not in MOVES[now]:
        raise IllegalMove(
            f"a turn that is {now} cannot become {to}", hint="this is a bug in Goodword: please report it"
        )
    return to
