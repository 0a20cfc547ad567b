"""What reviewing means, whatever the room: the card that is shown, the decision that comes back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from actions.proposal import Candidate, Check, ProposalKind, Source, Writing
from actions.proposal import Wish as Wish
from bot.reply import Reply
from bot.states import State
from knowledge.errors import GoodwordError

if TYPE_CHECKING:
    from bot.cards.letters import Letter
    from bot.cards.overview import Digest


class Verb(StrEnum):
    """What a reviewer can decide."""

    APPROVE = "approve"
    EDIT = "edit"  # a new version of the drafted reply; still needs an approval
    WRITE = "write"  # a reply where nothing was drafted; still needs an approval
    SIGN = "sign"  # the same version with the name of who wants to approve it; still needs their approval
    REJECT = "reject"
    HAND_OVER = "hand_over"
    OVERRIDE = "override"  # a lead lets this version pass the checks that block it; still needs an approval
    UNDO = "undo"  # an approval is taken back before anything went out
    CHOOSE = "choose"  # another of the drafted versions is taken; still needs an approval
    REDRAFT = "redraft"  # drafted anew with a wish: shorter, from another source, a question instead, or in words
    DRAFT = "draft"  # where no reply was proposed one is drafted all the same
    SNOOZE = "snooze"  # looked at again later
    WAKE = "wake"  # a snooze ends early
    CLAIM = "claim"  # one person works on it for a while: others do not decide meanwhile
    RELEASE = "release"  # a claim ends early
    GIVE_BACK = "give_back"  # what was handed over returns to the reviewers
    WITHDRAW = "withdraw"  # what was published is deleted on the channel
    CORRECT = "correct"  # a public correction of what was published: a turn of its own, with a decision of its own


class RejectReason(StrEnum):
    """Why a draft was turned down."""

    WRONG = "wrong"
    OUTDATED = "outdated"
    INCOMPLETE = "incomplete"
    TONE = "tone"
    NOT_OURS = "not_ours"
    OTHER = "other"


#: Before the name of a group, where a person's id could stand as well.
GROUP = "group:"


@dataclass(frozen=True)
class Reviewer:
    """A person who decides. `id` is the room's own id (Slack's user id, `cli:anna`), `zone` the time zone in which they
    read times (`bot.zones.zone`); empty: UTC."""

    id: str
    name: str
    zone: str = field(default="", compare=False)


@dataclass(frozen=True)
class Decision:
    """One decision by one reviewer on one version of one reply.

    `text` is the body the reviewer typed for EDIT, WRITE and CORRECT (mention and signature are added by us); `note`
    their words with a rejection, a hand-over or a redraft, and a lead's reason for an override. `delivery_id` names the
    click: the same delivery decides once.

    `source` is the entry at fault in a rejection, `to` who it is handed over to (a person's id or `group:NAME`) and
    `to_name` what they are called,
    `until` the end of a snooze, `wish` what a redraft should be, `candidate` the drafted version that is chosen
    (counted from 0).
    """

    turn_id: int
    version: int
    verb: Verb
    reviewer: Reviewer
    delivery_id: str
    text: str = ""
    reason: RejectReason | None = None
    note: str = ""
    source: str = ""
    to: str = ""
    to_name: str = ""
    until: datetime | None = None
    wish: Wish | None = None
    candidate: int = 0

    @property
    def to_whom(self) -> str:
        """What whoever it is handed over to is called."""
        return self.to_name or self.to.removeprefix(GROUP)


@dataclass(frozen=True)
class Publishing:
    """Whether approved replies go out, who said so and when. `quiet`: nobody has ever switched it on."""

    on: bool
    by: str = ""
    since: datetime | None = None
    quiet: bool = False


@dataclass(frozen=True)
class Step:
    """One line of a turn's history, as a person reads it. `id` rises from step to step."""

    at: datetime
    who: str
    what: str
    id: int = 0


@dataclass(frozen=True)
class CardPost:
    """A post as the card shows it: masked text. `media_urls` are where its pictures are seen, one for each of
    `media_alts` as far as known."""

    author_name: str
    author_handle: str
    text: str
    at: datetime
    url: str | None
    by_us: bool = False
    media_alts: tuple[str, ...] = ()
    media_urls: tuple[str, ...] = ()


#: No lead can override these: the channel would refuse.
LASTING = frozenset({"length", "taken_by_the_channel"})


def in_the_way(checks: Iterable[Check], *, overridden: bool = False) -> tuple[Check, ...]:
    """The checks that keep a reply from being approved: those that block and failed, with an override the lasting ones
    only."""
    failed = (check for check in checks if check.blocking and not check.ok)
    return tuple(check for check in failed if not overridden or check.name in LASTING)


@dataclass(frozen=True)
class Override:
    """Who let this version pass its checks, and why."""

    by: str
    reason: str


@dataclass(frozen=True)
class Claim:
    """Who works on a turn, and until when nobody else decides on it."""

    by: Reviewer
    until: datetime


@dataclass(frozen=True)
class HandOver:
    """Who has a turn that was handed over, since when, by whom and with which words."""

    to: str
    by: str
    at: datetime
    note: str


@dataclass(frozen=True)
class Priority:
    """Where a turn stands in the queue, as a sum: points for each part by its name (`need`, `reach`, `answerability`,
    `wait`). It does not ask whether the author is a customer."""

    parts: tuple[tuple[str, int], ...]

    @property
    def total(self) -> int:
        """The sum."""
        return sum(points for _, points in self.parts)


@dataclass(frozen=True)
class Use:
    """How an entry has served so far: replies published that rest on it, and how many of those are known to have
    worked."""

    times: int
    worked: int


@dataclass(frozen=True)
class Card:
    """All that a reviewer is shown of a turn: a view, rebuilt from the record at any time, never decided from.

    `posts` is the burst this turn answers, `thread` what stood before it. `body` is the editable part of the reply,
    `reply` the whole as it would be sent (None where nothing is drafted); `length`/`limit` are in the channel's own
    count of the longest part, `parts` is how many there may be. `writing` is what came of the team's language model.
    `written_by` is the reviewer in whose words it is, empty where we drafted it. `decided`
    says who decided what, `published` the permalinks, `trouble` what keeps a reply from going out. `override` is a
    lead's word on the checks of this version; `has_leads` tells whether there is anybody to give it.

    `goes_out_at` is when an approved reply goes out, unless it is undone before; `waits` why it does not.
    `approved_by` are those whose approval of this version stands while a second person's is needed. `handed` tells to
    whom it was handed over. `rests_on` are the ids of the entries that the sentences of the reply rest on. `promised`
    is what we have said in this thread that we would do. `has_model` tells whether a wish in words can be followed.
    `corrects` is the turn whose published reply this one corrects and `corrected` its parts, `correction` where this
    one's own published correction stands, `deletable` says whether what is out can be deleted, `shares` the other turns
    about the same thing that stand on the same card. `uses` tells, by the entry's id, how each source has served
    before.
    """

    turn_id: int
    version: int
    state: State
    channel: str
    brand: str
    posts: tuple[CardPost, ...]
    thread: tuple[CardPost, ...]
    outcome: str
    kind: ProposalKind
    reason: str
    reason_text: str
    confidence: float
    reply: Reply | None
    body: str
    length: int
    limit: int
    candidates: tuple[Candidate, ...]
    sources: tuple[Source, ...]
    checks: tuple[Check, ...]
    heard_at: datetime
    writing: Writing | None = None
    parts: int = 1
    written_by: str = ""
    decided: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None
    published: tuple[str, ...] = ()
    trouble: str = ""
    steps: tuple[Step, ...] = ()
    override: Override | None = None
    has_leads: bool = False
    lane: str = ""
    priority: Priority | None = None
    goes_out_at: datetime | None = None
    waits: str = ""
    approved_by: tuple[str, ...] = ()
    claim: Claim | None = None
    snoozed_until: datetime | None = None
    snoozed_by: str = ""
    handed: HandOver | None = None
    rests_on: tuple[str, ...] = ()
    promised: tuple[str, ...] = ()
    has_model: bool = False
    corrects: int | None = None
    corrected: tuple[CardPost, ...] = ()
    correction: tuple[str, ...] = ()
    deletable: bool = False
    shares: tuple[int, ...] = ()
    stands_in: str = ""
    uses: Mapping[str, Use] = field(default_factory=dict)

    @property
    def blocked_by(self) -> tuple[Check, ...]:
        """The checks for which this reply cannot be approved as it stands."""
        return in_the_way(self.checks, overridden=self.override is not None)

    @property
    def other_versions(self) -> tuple[Candidate, ...]:
        """The drafted versions that are not the one that stands."""
        return tuple(one for one in self.candidates if one.text.strip() not in ("", self.body.strip()))

    @property
    def overridable(self) -> bool:
        """Whether a lead could let it pass."""
        blocked = self.blocked_by
        return bool(blocked) and self.has_leads and not any(check.name in LASTING for check in blocked)


@dataclass(frozen=True)
class Version:
    """One of the drafted versions as it would be sent. `number` is its place among the candidates of the proposal;
    `stands` whether it is the reply that stands on the card."""

    number: int
    label: str
    reply: Reply
    length: int
    limit: int
    checks: tuple[Check, ...]
    stands: bool = False


@dataclass(frozen=True)
class Verdict:
    """What became of a decision: `sentence` is for the person who clicked, `card` the turn as it stands now."""

    accepted: bool
    sentence: str
    card: Card


@dataclass(frozen=True)
class Place:
    """Where a card stands: enough to update it (Slack: channel id and message timestamp)."""

    channel: str
    message: str


class CardGone(GoodwordError):
    """The card was deleted in the room."""

    code = "card_gone"


@dataclass(frozen=True)
class Team:
    """Who sees what waits: ids (empty: whoever is where the cards stand), and the room's further channels by name."""

    insiders: frozenset[str] = frozenset()
    channels: tuple[str, ...] = ()


class RoomUnavailable(GoodwordError):
    """The room cannot be reached now; the same call may succeed later. `retry_after` in seconds where it said so."""

    code = "room_unavailable"

    def __init__(self, what: str, *, hint: str = "", retry_after: float | None = None) -> None:
        super().__init__(what, hint=hint)
        self.retry_after = retry_after


class RoomRefused(GoodwordError):
    """What was to be told cannot reach whom it is for: no such person or channel, or we are not in it."""

    code = "room_refused"


class Room(Protocol):
    """Where reviewers are asked. A card is posted at most once a turn: look with `find` before posting anew."""

    name: str

    async def post(self, card: Card) -> Place:
        """Show a new card. Raises RoomUnavailable."""

    async def update(self, place: Place, card: Card) -> None:
        """Show the card as it stands now. Raises RoomUnavailable, CardGone."""

    async def tell(self, place: Place, turn_id: int, steps: Sequence[Step]) -> None:
        """Tell these steps, oldest first, in one message in the thread below the card. Raises RoomUnavailable."""

    async def told(self, place: Place) -> int:
        """The id of the newest step that the thread below the card tells, 0 where it tells none. Raises
        RoomUnavailable."""

    async def remark(self, place: Place, sentence: str, people: tuple[str, ...] = ()) -> None:
        """Say a sentence below a card, calling these people by their ids. Raises RoomUnavailable."""

    async def write(self, to: str, letter: Letter, place: Place | None) -> None:
        """Write to one person (by id), to a channel, or (empty) to the room's own people what concerns them; `place` is
        the card it is about. Raises RoomUnavailable; RoomRefused where that will never reach them."""

    async def find(self, turn_id: int) -> Place | None:
        """The place of a turn's card if it was posted before (after a crash between posting and recording)."""

    async def lost(self, places: Sequence[Place]) -> tuple[Place, ...]:
        """Which of these cards do not stand there any more. Raises RoomUnavailable."""

    async def post_digest(self, digest: Digest) -> Place:
        """Tell of the posts of a day that no reply was proposed for. Raises RoomUnavailable."""

    async def find_digest(self, day: date) -> Place | None:
        """The place of a day's digest if it was posted before. Raises RoomUnavailable."""

    async def healthy(self) -> str | None:
        """None when reachable, else a sentence saying what is wrong."""
