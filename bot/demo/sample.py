"""What the demo's customers say, and who they are."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from bot.square.town import Person

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
KNOWLEDGE = (SAMPLE / "entries", SAMPLE / "answers.jsonl")
RULES = SAMPLE / "rules.toml"
BRAND = Person("holloway", "Holloway Tools")


@dataclass(frozen=True)
class Said:
    """A post that a sample customer makes."""

    person: Person
    text: str


@dataclass(frozen=True)
class Script:
    """The demo's story: `opening` posts that entries answer, one that nothing answers with what a reviewer writes to
    it, and a later post of somebody else with the same need. Nobody should answer the `idle` ones."""

    opening: tuple[Said, ...]
    idle: tuple[Said, ...]
    unanswerable: Said
    answer: str
    similar: Said

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody who speaks, once each."""
        said = (*self.opening, *self.idle, self.unanswerable, self.similar)
        return tuple({one.person.handle: one.person for one in said}.values())


def read() -> Script:
    """The script in `data/sample/demo.json`."""
    posts = {}
    for line in (SAMPLE / "posts.jsonl").read_text(encoding="utf-8").splitlines():
        post = json.loads(line)
        posts[post["id"]] = post
    script = json.loads((SAMPLE / "demo.json").read_text(encoding="utf-8"))
    return Script(
        opening=tuple(_said(posts[key]) for key in script["opening"]),
        idle=tuple(_said(posts[key]) for key in script["idle"]),
        unanswerable=_said(script["unanswerable"]),
        answer=script["unanswerable"]["answer"],
        similar=_said(script["similar"]),
    )


def _said(post: dict[str, dict[str, str]]) -> Said:
    # the handle is made of the name: the network takes no dots, and the square finds the same person by name
    return Said(Person.named(post["author"]["name"]), str(post["text"]))
