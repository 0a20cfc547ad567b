from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.compose import compose
from actions.counting import length
from actions.links import allowed, links
from actions.opening import closing
from actions.proposal import ChannelRules, TurnContext, Understanding
from knowledge.entries import Entry, EntryKind
from knowledge.results import Hit

Make = Callable[..., Any]


def test_the_outcome_comes_first_then_the_steps_the_link_and_the_question(
    turn: Make, understood: Make, hit: Make
) -> None:
    best = compose(turn(), understood(), [hit()])[0]
    lines = best.text.split("\n")
    assert lines[0] == "To hang a shelf on brick:"
    assert lines[1] == "1. Mark the holes with a level and a pencil."
    assert lines[5] == "5. Drive the screws by hand until the bracket sits tight."
    assert lines[6] == "More: https://holloway.example/help/shelf-brick"
    assert lines[7] == "Did that do the job?"


def test_every_sentence_but_the_frame_rests_on_its_entry(turn: Make, understood: Make, hit: Make) -> None:
    first, *middle, last = compose(turn(), understood(), [hit()])[0].sentences
    assert first.sources == last.sources == ()
    assert {sentence.sources for sentence in middle} == {("shelf-brick",)}


def test_what_does_not_fit_is_named_and_linked(turn: Make, understood: Make, hit: Make) -> None:
    short = ChannelRules(name="b", limit=300, counted="graphemes")
    best = compose(turn(channel=short), understood(), [hit()])[0]
    assert "Step 5 is here: https://holloway.example/help/shelf-brick" in best.text
    assert "Let the bit do the work." not in best.text  # a step keeps its first sentence when room is short


def test_cut_steps_without_a_link_are_not_sent(turn: Make, understood: Make, hit: Make) -> None:
    short = ChannelRules(name="b", limit=150, counted="graphemes")
    assert compose(turn(channel=short, allowed_domains=()), understood(), [hit()]) == ()


def test_the_shorter_candidate_is_much_shorter_and_the_other_source_differs(
    turn: Make, understood: Make, hit: Make, entry: Make
) -> None:
    other = entry(
        "sq-1",
        kind=EntryKind.ANSWER,
        title="shelf fell off",
        question="my shelf fell off the brick wall",
        text="Hi Ada, use a longer plug, and drill only into the brick, never into the joint between. Cheers, Sam",
        url="https://square.example/@holloway/1",
    )
    best, second, shorter = compose(turn(), understood(), [hit(), hit(other, 0.8)])
    assert [best.label, second.label, shorter.label] == ["best", "other source", "shorter"]
    assert "Ada" not in second.text
    assert "Sam" not in second.text
    assert "square.example" not in second.text  # not a domain on the list
    assert len(shorter.text) <= 0.75 * len(best.text)


def test_two_sources_that_say_the_same_are_one_candidate(turn: Make, understood: Make, hit: Make, entry: Make) -> None:
    candidates = compose(turn(), understood(), [hit(), hit(entry("copy"), 0.85)])
    assert [candidate.label for candidate in candidates] == ["best", "shorter"]


def test_a_much_weaker_source_is_not_offered(turn: Make, understood: Make, hit: Make, entry: Make) -> None:
    weak = entry("weak", title="Sand a deck", text="1. Sweep the deck.\n2. Sand it with 60 grit.\n")
    assert all(
        candidate.label != "other source" for candidate in compose(turn(), understood(), [hit(), hit(weak, 0.3)])
    )


def test_a_source_from_afar_is_not_drafted_from_where_the_nearest_lends_nothing(
    turn: Make, understood: Make, hit: Make, entry: Make
) -> None:
    bare = entry("bare", kind=EntryKind.ANSWER, title="", text="I had that too, and your screenshot looks like mine.")
    assert compose(turn(), understood(), [hit(bare, 0.6), hit(score=0.1)]) == ()
    assert compose(turn(), understood(), [hit(bare, 0.6), hit(score=0.5)])


def test_an_article_that_only_past_answers_vote_for_lends_no_steps(turn: Make, understood: Make, hit: Make) -> None:
    voted = replace(hit(), cosine=0.2)
    assert compose(turn(), understood(), [voted]) == ()


def test_an_article_found_for_the_topic_alone_lends_nothing(turn: Make, understood: Make, hit: Make) -> None:
    topic = replace(hit(score=0.6), cosine=0.5)
    other = understood("charge my battery in winter")
    post = turn("How do I charge my battery in winter?")
    assert compose(post, other, [topic]) == ()
    assert compose(turn(), understood(), [topic])  # it speaks of the shelf
    assert compose(post, other, [replace(topic, cosine=0.7)])  # near in meaning
    assert compose(post, other, [replace(topic, score=0.9)])  # very sure


def test_a_capability_says_its_yes_or_no_first(turn: Make, understood: Make, hit: Make, entry: Make) -> None:
    cannot = entry(
        "map",
        kind=EntryKind.CAPABILITY,
        title="The app cannot find a lost tool",
        text="No: the app shows no tool on a map. It reaches ten metres.\n\n## It can\n\n1. It locks.\n2. It rings.",
    )
    best = compose(turn("Can I find my drill with the app?"), understood("find my drill with the app"), [hit(cannot)])[
        0
    ]
    assert best.text.startswith("No: the app shows no tool on a map.")


@pytest.mark.parametrize(
    "text",
    [
        "What version do you use?",
        "Your screenshot does not show it, so please post another one.",
        "See https://evil.example/fix",
        "I don't know either, sorry.",
    ],
)
def test_an_answer_that_says_nothing_to_others_is_no_source(
    text: str, turn: Make, understood: Make, hit: Make, entry: Make
) -> None:
    assert compose(turn(), understood(), [hit(entry("a", kind=EntryKind.ANSWER, text=text, title="x"))]) == ()


def test_a_given_first_line_stands_in_place_of_the_outcome(turn: Make, understood: Make, hit: Make) -> None:
    assert compose(turn(), understood(), [hit()], first_line="Sorry about this.")[0].text.startswith(
        "Sorry about this.\n1. "
    )


WORDS = st.sampled_from(
    [
        "drill",
        "a",
        "hole",
        "in",
        "the",
        "wall",
        "Push",
        "Tighten",
        "6 mm",
        "👩‍🔧",
        "ütz",
        "https://evil.example/x",
        "then",
        "plug",
    ]
)
SENTENCE = st.lists(WORDS, min_size=1, max_size=14).map(lambda words: " ".join(words) + ".")
ARTICLE = st.lists(
    st.one_of(
        SENTENCE,
        st.lists(SENTENCE, min_size=2, max_size=7).map(
            lambda steps: "\n".join(f"{n}. {s}" for n, s in enumerate(steps, 1))
        ),
        st.just("## A heading"),
        st.text(max_size=60),
    ),
    max_size=8,
).map("\n\n".join)


@settings(max_examples=150, deadline=None)
@given(
    texts=st.lists(st.tuples(ARTICLE, st.sampled_from(list(EntryKind))), min_size=1, max_size=3),
    limit=st.integers(60, 600),
    reserved=st.integers(0, 50),
    counted=st.sampled_from(["characters", "graphemes", "mastodon"]),
    post=st.one_of(SENTENCE, st.text(max_size=120)),
)
def test_any_draft_fits_links_only_where_allowed_and_names_its_sources(
    texts: list[tuple[str, EntryKind]], limit: int, reserved: int, counted: Any, post: str
) -> None:
    now = datetime(2026, 8, 1, tzinfo=UTC)
    turn = TurnContext(
        turn_id="1",
        text=post,
        as_of=now,
        channel=ChannelRules(name="x", limit=limit, counted=counted),
        reserved=reserved,
        allowed_domains=("holloway.example",),
    )
    understanding = Understanding(intent="x", intent_confidence=1.0, outcome="drill a hole in the wall")
    hits = [
        Hit(Entry(f"e{n}", kind, "Drill a hole", text, url=f"https://holloway.example/{n}"), 0.9 - n / 10, "", 0.5)
        for n, (text, kind) in enumerate(texts)
    ]
    for candidate in compose(turn, understanding, hits):
        assert 0 < length(candidate.text, turn.channel) <= limit - reserved
        assert all(allowed(link, turn.allowed_domains) for link in links(candidate.text))
        for index, sentence in enumerate(candidate.sentences):
            assert sentence.text in candidate.text
            framing = index == 0 or sentence.text == closing(understanding)
            assert sentence.sources or framing
