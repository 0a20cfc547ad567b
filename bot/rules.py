"""What the team has decided about its replies: in whose name, where links may lead, who may decide and override."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from actions.voice import Voice, VoiceError, read_voice
from bot.greeting import greeting
from bot.record.posts import Post
from bot.reply import Around, Reply
from bot.review import Reviewer
from bot.settings import Settings


@dataclass(frozen=True)
class Group:
    """People of one department, who can be handed something: their ids, and the Slack channel (name or id) in which
    they are told; empty: each is told directly."""

    name: str
    members: frozenset[str] = frozenset()
    channel: str = ""


@dataclass(frozen=True)
class Rules:
    """Values every turn is measured against. `threshold`: below this confidence nothing is drafted. `calls_per_hour`:
    to the team's language model.

    `undo` is how long an approved reply waits before it goes out, `lease` how long a claim holds, `cards_per_hour` how
    many cards are posted besides those that cannot wait. `two_people` are lanes, kinds and reasons of proposals that a
    second person has to approve too, and `correction`. With `signed` a reply ends with the first name of who approves.
    """

    brand: str = "Goodword"
    signature: str = ""
    allowed_domains: tuple[str, ...] = ()
    threshold: float = 0.5
    follow_up: timedelta = timedelta(days=14)
    ask_afterwards: bool = False
    reviewers: frozenset[str] = frozenset()
    leads: frozenset[str] = frozenset()
    voice: Voice | None = None
    calls_per_hour: int = 0
    undo: timedelta = timedelta(seconds=20)
    lease: timedelta = timedelta(minutes=15)
    cards_per_hour: int = 20
    groups: tuple[Group, ...] = ()
    two_people: frozenset[str] = frozenset()
    signed: bool = False

    @classmethod
    def of(cls, settings: Settings) -> Rules:
        """The rules that the settings hold.

        Raises:
            VoiceError: the voice file cannot be used, or it signs off and the settings sign too.
        """
        voice = read_voice(settings.voice) if settings.voice else None
        if voice and voice.sign_off and settings.signature:
            raise VoiceError(
                f"{settings.voice} has a sign_off, and GOODWORD_SIGNATURE is set too", hint="keep one of the two"
            )
        return cls(
            brand=settings.brand,
            signature=voice.sign_off if voice and voice.sign_off else settings.signature,
            allowed_domains=settings.allowed_domains,
            threshold=settings.threshold,
            follow_up=timedelta(days=settings.follow_up_days),
            ask_afterwards=settings.ask_afterwards,
            # with no list everybody may decide; with one, leads need not be named twice
            reviewers=frozenset((*settings.reviewers, *settings.leads)) if settings.reviewers else frozenset(),
            leads=frozenset(settings.leads),
            voice=voice,
            lease=timedelta(minutes=settings.claim_minutes),
            cards_per_hour=settings.cards_per_hour,
            calls_per_hour=settings.llm_per_hour if settings.llm_base_url else 0,
        )

    @property
    def parts(self) -> int:
        """How many numbered parts a long reply may have."""
        return self.voice.parts if self.voice else 1

    def reply_to(self, post: Post, body: Sequence[str]) -> Reply:
        """The reply to a post, as the channel will get it. `body` has one text for each part."""
        around = self.around(post.author_handle, post.author_name)
        to = {"channel": post.channel, "parent": post.native_id, "language": post.language}
        return Reply.build(body, around=around, visibility=post.visibility, **to)

    def around(self, handle: str, name: str) -> Around:
        """What stands around the reply to a person of this handle and name."""
        return Around(handle, greeting(self.voice, name), self.signature)

    def may_decide(self, reviewer: Reviewer) -> bool:
        """Whether this person's decision counts. With no list, whoever sees the cards may decide."""
        return not self.reviewers or reviewer.id in self.reviewers

    def may_release(self, reviewer: Reviewer) -> bool:
        """Whether this person may end somebody else's claim: a lead."""
        return reviewer.id in self.leads

    def may_edit(self, reviewer: Reviewer) -> bool:
        """Whether this person's word on an entry counts: a lead's; with no leads, that of whoever may decide."""
        return reviewer.id in self.leads or (not self.leads and self.may_decide(reviewer))

    def may_override(self, reviewer: Reviewer) -> bool:
        """Whether this person may let a reply pass that a check blocks. With no leads nobody may."""
        return reviewer.id in self.leads
