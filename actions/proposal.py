"""The contract between the journey and the assistant: a turn goes in, a proposal comes out.

Both cross HTTP (through Rasa), so they are pydantic models. Every text in them is masked.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from actions.reasons import Lane
from actions.visible import visible
from actions.voice import Voice


class _Contract(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ProposalKind(StrEnum):
    """What the assistant suggests for a turn."""

    ADVISE = "advise"
    CLARIFY = "clarify"
    ACKNOWLEDGE = "acknowledge"
    HAND_OFF = "hand_off"
    NO_REPLY = "no_reply"


class Wish(StrEnum):
    """How a draft should differ from the one that stands."""

    SHORTER = "shorter"
    OTHER_SOURCE = "other_source"
    ASK = "ask"  # a question in place of advice
    WORDS = "words"  # as the reviewer wrote; needs a language model
    ANY = "any"  # any draft at all, where none was proposed


class ChannelRules(_Contract):
    """What composing must know of the channel: how long a part may be and how it is counted."""

    name: str
    limit: int = Field(gt=0, description="characters (as `counted`) that one post may hold")
    counted: Literal["characters", "graphemes", "mastodon"] = "characters"
    link_length: int | None = Field(default=None, description="a link counts this much, whatever its length")
    most_bytes: int | None = Field(default=None, gt=0, description="bytes of UTF-8 that one post may hold besides")


#: What a reader does not see cannot tell the assistant anything either.
Seen = Annotated[str, AfterValidator(visible)]


class ThreadPost(_Contract):
    """One earlier post of the thread. `by` tells whose it is; ours is what was really published."""

    by: Literal["asker", "ours", "other"]
    text: Seen
    at: datetime


class Understanding(_Contract):
    """What Rasa understood. `outcome` is a short phrase taken from the post."""

    intent: str
    intent_confidence: float
    outcome: str = ""
    product: str | None = None
    platform: str | None = None
    feature: str | None = None


class TurnContext(_Contract):
    """What travels to the actions as the message's metadata.

    `as_of` is the moment of the post: only what was known before it counts. `exclude` are entries not to draw from.
    `reserved` is how much of the channel's limit mention, greeting and signature take (in the channel's own count).
    `wish` is what a reviewer wants of the draft, `wish_words` in their own words, `instead_of` the draft that stood.
    """

    turn_id: str
    text: Seen
    title: Seen = ""
    product: str | None = None
    language: str = "en"
    has_media: bool = False
    media_described: bool = Field(default=False, description="what the author says of the pictures stands in `text`")
    as_of: datetime
    thread: tuple[ThreadPost, ...] = ()
    earlier: Understanding | None = Field(default=None, description="what the turn before was understood as")
    channel: ChannelRules
    reserved: int = 0
    allowed_domains: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    threshold: float = Field(default=0.5, ge=0, le=1, description="below this confidence: hand_off, no_source")
    voice: Voice | None = Field(default=None, description="how the team speaks")
    wish: Wish | None = None
    wish_words: Seen = ""
    instead_of: str = ""
    calls_left: int = Field(default=0, ge=0, description="of this hour's calls to a language model, this turn's among")


class Source(_Contract):
    """A quoted piece of knowledge that sentences rest on, or (in a hand_off) the nearest one there was."""

    entry_id: str
    kind: str
    title: str
    url: str | None = None
    quote: str = ""
    score: float = 0.0
    created_at: datetime | None = None
    written_by: str = "human"


class Sentence(_Contract):
    """A sentence of a reply and the entries it rests on; greetings and the closing question rest on none.

    `by` names the reviewer in whose words it is: then that reviewer is its source.
    """

    text: str
    sources: tuple[str, ...] = ()
    by: str = ""


class Candidate(_Contract):
    """One possible reply. `label` says how it differs: `written`, `best`, `other source`, `shorter`, `ask`.

    `fitness` is how likely a reviewer would send it, as it is or with a small edit; None where nothing tells.
    """

    label: str
    text: str
    sentences: tuple[Sentence, ...] = ()
    fitness: float | None = None


class Check(_Contract):
    """A named check of the chosen candidate. `blocking` checks must be mended before anything goes out."""

    name: str
    ok: bool
    note: str = ""
    blocking: bool = False


class Writing(_Contract):
    """What came of the team's language model: its draft was `used`, or `note` says why not. `calls` were made."""

    model: str
    used: bool
    note: str = ""
    calls: int = Field(default=0, ge=0)

    @property
    def sentence(self) -> str:
        """What a reviewer reads."""
        if self.used:
            return f"Written by {self.model} from the sources below"
        return f"The draft of {self.model} was not used: {self.note}" if self.calls else f"Not written: {self.note}"


class Proposal(_Contract):
    """What the assistant suggests for a turn.

    `reason` is a code (`answered`, `no_source`, `not_for_us`, `spam`, `asks_for_person`, `account_matter`, `safety` …),
    `reason_text` the sentence a reviewer reads. `text` is the first candidate's, empty where nothing is drafted.
    `writing` is None where no language model is connected or none was needed.
    """

    kind: ProposalKind
    reason: str
    reason_text: str
    lane: Lane = Lane.DEEP
    text: str = ""
    candidates: tuple[Candidate, ...] = ()
    sources: tuple[Source, ...] = ()
    confidence: float = Field(ge=0, le=1)
    checks: tuple[Check, ...] = ()
    understanding: Understanding
    writing: Writing | None = None
