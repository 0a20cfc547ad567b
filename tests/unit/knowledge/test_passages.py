from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from knowledge.entries import Entry, EntryKind
from knowledge.passages import LONGEST_LIST, MOST, OPENING, Passage, PassageKind, cut, opening, plain, sentences


def markdown(text: str) -> Entry:
    return Entry("a", EntryKind.USAGE, "Hang a shelf", text, meta={"format": "markdown"})


def article(text: str) -> Entry:
    return Entry("a", EntryKind.USAGE, "Hang a shelf", text)


def parts(entry: Entry) -> list[Passage]:
    """What an entry was cut into; its title and its opening come after."""
    *found, title, beginning = cut(entry)
    assert (title.kind, title.embedded) == (PassageKind.TITLE, entry.title)
    assert (beginning.kind, beginning.embedded) == (PassageKind.OPENING, opening(f"{entry.title}\n{entry.text}"))
    assert {passage.kind for passage in found} == {PassageKind.PASSAGE}
    assert [passage.n for passage in cut(entry)] == list(range(len(found) + 2))
    return found


def test_markdown_is_cut_at_headings_with_its_path() -> None:
    found = parts(
        markdown("Measure first.\n\n# Walls\n\nKnock.\n\n## Brick\n\nUse a **6 mm** bit.\n\n# Finish\n\nDust.")
    )
    assert [(p.path, p.text) for p in found] == [
        ("Hang a shelf", "Measure first."),
        ("Hang a shelf > Walls", "Knock."),
        ("Hang a shelf > Walls > Brick", "Use a 6 mm bit."),
        ("Hang a shelf > Finish", "Dust."),
    ]
    assert found[2].embedded == "Hang a shelf > Walls > Brick\nUse a 6 mm bit."


def test_steps_stay_whole_with_the_line_that_leads_into_them() -> None:
    steps = "\n".join(f"{n}. " + "Turn the screw a little more. " * 6 for n in range(1, 8))
    found = parts(markdown("Long introduction. " * 70 + "\n\nDo this:\n\n" + steps))
    whole = [p for p in found if "1. Turn" in p.text]
    assert len(whole) == 1
    assert "7. Turn" in whole[0].text
    assert "Do this:" in whole[0].text


def test_plain_text_has_headings_too() -> None:
    found = parts(
        article("This is about a wall.\nBrick walls\nTake a bit for stone and drill slowly.\nTools\n* Drill\n* Plug")
    )
    assert [p.path for p in found] == ["Hang a shelf", "Hang a shelf > Brick walls", "Hang a shelf > Tools"]


def test_long_prose_is_cut_at_sentences() -> None:
    found = parts(article(" ".join(f"Sentence number {n} says a few words more." for n in range(200))))
    assert len(found) > 5
    assert all(p.text.endswith(".") for p in found)
    assert all(p.text.split() and len(p.text.split()) <= MOST for p in found)


def test_an_answer_is_its_question_and_title_with_answer() -> None:
    entry = Entry("a", EntryKind.ANSWER, "Crumbly wall", "Use resin.", question="Crumbly wall\nWhat holds?")
    assert [(p.kind, p.embedded) for p in cut(entry)] == [
        (PassageKind.QUESTION, "Crumbly wall\nWhat holds?"),
        (PassageKind.PAIR, "Crumbly wall\nUse resin."),
    ]


def test_even_an_empty_text_has_a_passage() -> None:
    assert [p.embedded for p in parts(article(" \n"))] == ["Hang a shelf\n"]


def test_a_dump_without_spaces_is_cut_as_well() -> None:
    found = parts(article("x" * 200_000))
    assert max(len(p.text) for p in found) < 2_100


def test_a_script_without_spaces_is_cut_at_its_sentences() -> None:
    found = parts(article("墙上的洞要用砖钻头来打。" * 400))
    assert len(found) > 2
    assert all(p.text.endswith("。") for p in found)


@given(st.text(max_size=2_000), st.booleans())
def test_no_text_breaks_the_cutter_and_passages_are_bounded(text: str, is_markdown: bool) -> None:
    found = parts(markdown(text) if is_markdown else article(text))
    assert [p.n for p in found] == list(range(len(found)))
    assert all(len(p.text.split()) <= LONGEST_LIST + MOST for p in found)


def test_sentences_lose_their_list_marks() -> None:
    assert sentences("1. Turn it off.\n* Wait! Then go on.\n\nשלום. מה?") == [
        "Turn it off.",
        "Wait!",
        "Then go on.",
        "שלום.",
        "מה?",
    ]


def test_inline_markdown_keeps_its_words() -> None:
    assert plain('See [the **guide**](https://x.org "t") and `cmd`, 2 * 3 * 4') == "See the guide and cmd, 2 * 3 * 4"


def test_an_opening_is_the_text_itself_or_its_first_words() -> None:
    short = "Two lines\n and no more. "
    assert opening(short) == short
    assert opening("word\n" * 500) == ("word\n" * OPENING).rstrip()
    assert opening("x" * 100_000) == "x" * 20 * OPENING
    assert opening("") == ""
