"""What the team has decided about its replies: in whose name, where links may lead, who may decide and override.

The settings say it first; what the team has applied of its own (`bot.rules.team_rules`) stands on them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from enum import StrEnum

from actions.voice import Voice, VoiceError, read_voice
from bot.greeting import first_name, greeting
from bot.record.posts import Post
from bot.reply import Around, Reply
from bot.review import Reviewer, Verb
from bot.rules.routes import Route
from bot.rules.service_hours import ALWAYS, Hours
from bot.settings import Settings


class Right(StrEnum):
    """What a person may do: approve replies; write and change them; or all that, override checks and change rules."""

    APPROVE = "approve"
    EDIT = "edit"
    LEAD = "lead"


#: One of these is needed for a decision; for all others either of approving and editing is enough.
_NEEDED: dict[Verb, frozenset[Right]] = {
    Verb.APPROVE: frozenset({Right.APPROVE}),
    Verb.WITHDRAW: frozenset({Right.APPROVE}),
    Verb.SIGN: frozenset({Right.APPROVE}),
    Verb.EDIT: frozenset({Right.EDIT}),
    Verb.WRITE: frozenset({Right.EDIT}),
    Verb.CHOOSE: frozenset({Right.EDIT}),
    Verb.REDRAFT: frozenset({Right.EDIT}),
    Verb.DRAFT: frozenset({Right.EDIT}),
    Verb.CORRECT: frozenset({Right.EDIT}),
    Verb.OVERRIDE: frozenset({Right.LEAD}),
}
_DECIDES = frozenset({Right.APPROVE, Right.EDIT})
#: Characters that a first name may have without the reply growing too long.
ROOM_FOR_A_NAME = 12
#: The group that every team has: its leads.
LEADS = "leads"


@dataclass(frozen=True)
class Group:
    """People of one department, who can be handed something: their ids, and the Slack channel (name or id) in which
    they are told; empty: each is told directly."""

    name: str
    members: frozenset[str] = frozenset()
    channel: str = ""


@dataclass(frozen=True)
class Escalation:
    """What happens to a turn that nobody decides on. Each wait is counted in service hours from the step before; None:
    that step is left out. `groups` are handed it one after the other, `next` apart."""

    remind: timedelta | None = None
    next: timedelta | None = None
    groups: tuple[str, ...] = ()
    lead: timedelta | None = None
    expire: timedelta | None = None


@dataclass(frozen=True)
class Rules:
    """Values every turn is measured against. `threshold`: below this confidence nothing is drafted. `calls_per_hour`:
    to the team's language model.

    `undo` is how long an approved reply waits before it goes out, `lease` how long a claim holds, `cards_per_hour` how
    many cards are posted besides those that cannot wait. `two_people` are lanes, kinds and reasons of proposals that a
    second person has to approve too, and `correction`. With `signed` a reply ends with the first name of who approves.

    `reviewers` may approve and `editors` write (None: the same people); with neither, whoever sees the cards may do
    both. `names` are people's names by id, `same` the main id of those who have several. `routes` say in which channel
    of the room a card stands, `digest_at` when in the time zone of `hours` the daily digest comes. `settings` are the
    rules below these, as the settings hold them; None where these are they.
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
    editors: frozenset[str] | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    same: Mapping[str, str] = field(default_factory=dict)
    routes: tuple[Route, ...] = ()
    hours: Hours = ALWAYS
    escalation: Escalation = Escalation()
    digest_at: time = time(9)
    settings: Rules | None = field(default=None, repr=False, compare=False)

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
            undo=timedelta(seconds=settings.undo_seconds),
        )

    @property
    def parts(self) -> int:
        """How many numbered parts a long reply may have."""
        return self.voice.parts if self.voice else 1

    def reply_to(self, post: Post, body: Sequence[str], *, signed_by: Reviewer | None = None) -> Reply:
        """The reply to a post, as the channel will get it. `body` has one text for each part. Where the team signs with
        first names, that of `signed_by` takes the place of the usual signature."""
        around = self.around(post.author_handle, post.author_name)
        if signed_by is not None and (own := self.signature_of(signed_by)):
            around = replace(around, signature=own)
        to = {"channel": post.channel, "parent": post.native_id, "language": post.language}
        return Reply.build(body, around=around, visibility=post.visibility, **to)

    def around(self, handle: str, name: str) -> Around:
        """What stands around the reply to a person of this handle and name."""
        return Around(handle, greeting(self.voice, name), self.signature)

    def person(self, someone: str) -> str:
        """The main id of a person who may have several: in Slack, on the command line."""
        return self.same.get(someone, someone)

    def ids(self, someone: str) -> frozenset[str]:
        """Every id of the person with this one."""
        main = self.person(someone)
        return frozenset({someone, main, *(other for other, of in self.same.items() if of == main)})

    def rights(self, someone: str) -> frozenset[Right]:
        """What the person with this id may do. Where the rules name nobody for it, whoever sees the cards may approve
        and edit; a lead always may."""
        me, editors = self.person(someone), self.reviewers if self.editors is None else self.editors
        if me in self.leads:
            return frozenset(Right)
        if not self.reviewers and not editors:
            return _DECIDES
        held = ((Right.APPROVE, self.reviewers), (Right.EDIT, editors))
        return frozenset(right for right, people in held if me in people)

    def may(self, reviewer: Reviewer, verb: Verb) -> bool:
        """Whether this person's decision of this kind counts."""
        return bool(self.rights(reviewer.id) & _NEEDED.get(verb, _DECIDES))

    def signature_of(self, reviewer: Reviewer) -> str:
        """What a reply ends with that this person approves; '' where the team does not sign so, or the name that the
        rules or the room give them is none."""
        name = first_name(self.names.get(self.person(reviewer.id)) or reviewer.name) if self.signed else ""
        return f"– {name}" if name else ""

    def reserve(self, handle: str, name: str) -> Around:
        """What has to be left room for around a reply: whoever signs it, it stays within the channel's limit."""
        around = self.around(handle, name)
        longest = f"– {'n' * ROOM_FOR_A_NAME}"
        return replace(around, signature=max(around.signature, longest, key=len)) if self.signed else around

    def may_decide(self, reviewer: Reviewer) -> bool:
        """Whether this person may decide anything at all."""
        return bool(self.rights(reviewer.id))

    def may_release(self, reviewer: Reviewer) -> bool:
        """Whether this person may end somebody else's claim: a lead."""
        return Right.LEAD in self.rights(reviewer.id)

    def may_settle(self, reviewer: Reviewer) -> bool:
        """Whether this person's word on an entry that is doubted counts: an editor's where the rules name editors, and
        a lead's; where they name neither, that of whoever may decide."""
        rights = self.rights(reviewer.id)
        if self.editors is not None and Right.EDIT in rights:
            return True
        return Right.LEAD in rights or (self.editors is None and not self.leads and bool(rights))

    def may_edit(self, reviewer: Reviewer) -> bool:
        """Whether this person may say what knowledge is used: editors and leads; with nobody named, everybody."""
        return bool(self.rights(reviewer.id) & {Right.EDIT, Right.LEAD})

    def may_resume(self, reviewer: Reviewer) -> bool:
        """Whether this person may switch publishing on again. With no leads nobody may, except on the command line."""
        return Right.LEAD in self.rights(reviewer.id)

    def may_override(self, reviewer: Reviewer) -> bool:
        """Whether this person may let a reply pass that a check blocks. With no leads nobody may."""
        return Right.LEAD in self.rights(reviewer.id)

    @property
    def insiders(self) -> frozenset[str]:
        """The ids of all who may see what waits: those with a right, and those who can be handed something. Empty:
        whoever sees the cards."""
        if not self.reviewers and not self.editors:
            return frozenset()
        named = self.reviewers | (self.editors or frozenset()) | self.leads
        named |= frozenset(one for group in self.groups for one in group.members)
        return named | frozenset(other for other, main in self.same.items() if main in named)

    def group(self, name: str) -> Group | None:
        """The group with this name; the leads are one too."""
        if name == LEADS:
            return Group(LEADS, self.leads)
        return next((group for group in self.groups if group.name == name), None)
