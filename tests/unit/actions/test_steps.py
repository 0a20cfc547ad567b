from __future__ import annotations

from actions.steps import choose, inline_steps, plain_marks, sections, usable

MARKDOWN = """Start here. Two ways exist.

## With studs

1. Find the studs.
2. Drive a screw
   into each stud.

## Between the studs

1. Push the anchor in.
2. Tighten it until it grips.

## When to stop

Books weigh 25 kg per metre. A **batten** helps.
"""

WIKI = """Compacting frees disk space.
Compact by hand
# Select the folder.
# Click ≡ > File:
#* choose Compact Folders
# Wait until it is done.
What compacting does not do
* does not delete messages
* does not move messages
"""


def test_markdown_is_read_as_headed_steps_and_sentences() -> None:
    first, studs, between, stop = sections(MARKDOWN)
    assert first.blocks[0].sentences == ("Start here.", "Two ways exist.")
    assert (studs.heading, studs.blocks[0].steps) == (
        "With studs",
        ("Find the studs.", "Drive a screw into each stud."),
    )
    assert between.blocks[0].steps == ("Push the anchor in.", "Tighten it until it grips.")
    assert stop.blocks[0].sentences == ("Books weigh 25 kg per metre.", "A batten helps.")


def test_a_wiki_is_read_with_its_own_marks() -> None:
    start, compact, not_done = sections(WIKI)
    assert start.blocks[0].sentences == ("Compacting frees disk space.",)
    assert compact.heading == "Compact by hand"
    assert compact.blocks[0].steps[1] == "Click ≡ > File: choose Compact Folders"
    assert len(compact.blocks[0].steps) == 3
    assert not_done.blocks[0].steps == ()  # these bullets tell facts, not what to do


def test_bullets_that_ask_are_no_steps() -> None:
    text = "Check these.\n\n- Does the light blink red?\n- Have you charged the battery?\n"
    assert all(not block.steps for section in sections(text) for block in section.blocks)


def test_bullets_that_instruct_are_steps() -> None:
    text = "Do this.\n\n- Take the battery out.\n- Wipe the contacts dry.\n- Put the battery back.\n"
    assert any(len(block.steps) == 3 for section in sections(text) for block in section.blocks)


def test_of_several_procedures_the_one_that_meets_the_post_is_chosen_and_named() -> None:
    passage = choose(MARKDOWN, "hang a shelf between the studs with an anchor", "Push the anchor in.")
    assert passage is not None
    assert passage.steps == ("Push the anchor in.", "Tighten it until it grips.")
    assert passage.heading == "Between the studs"


def test_steps_come_before_prose_even_where_the_prose_shares_more_words() -> None:
    passage = choose(MARKDOWN, "a shelf for 25 kg of books on a metre", "Books weigh 25 kg per metre.")
    assert passage is not None
    assert passage.steps


def test_prose_begins_where_it_meets_the_post_and_never_leans_on_what_is_missing() -> None:
    prose = (
        "Glue needs time. Wood glue sets in an hour. Epoxy sets in a day. Varnish dries slowly. "
        "It stays soft for a week. Oil dries faster than varnish. Wax is dry at once."
    )
    passage = choose(prose, "how long does varnish stay soft", "")
    assert passage is not None
    assert passage.sentences[0] == "Varnish dries slowly."


def test_a_text_that_says_nothing_lends_nothing() -> None:
    assert choose("", "x", "") is None
    assert choose("| a | b |\n---", "x", "") is None


def test_steps_within_a_line_are_found_from_three_on() -> None:
    assert inline_steps("Do this: - exit the app - copy the folder - start again") == (
        "Do this",
        ("Exit the app", "Copy the folder", "Start again"),
    )
    assert inline_steps("Use a pre-drilled hole - it helps - always") is None


def test_marks_go_and_words_stay() -> None:
    assert plain_marks("Press **OK** in [the menu](https://a.example) of `Bench`") == "Press OK in the menu of Bench"


def test_a_sentence_about_the_page_is_not_usable() -> None:
    assert not usable("This article explains how to drill.")
    assert not usable("Note: only for adults, of course.")
    assert not usable("Write to [email] for a form.")
    assert usable("This bit needs a pilot hole.")


def test_a_star_without_a_space_is_a_bullet_and_an_emphasis_is_none() -> None:
    text = "Check this.\n\n*Open the menu first.\n*Choose the right account.\n\n*Never* pull the plug."
    (section,) = sections(text)
    assert section.blocks[1].steps == ("Open the menu first.", "Choose the right account.")
    assert section.blocks[-1].sentences == ("*Never* pull the plug.",)


def test_a_sentence_that_lost_a_word_is_not_usable() -> None:
    assert not usable("Check whether you are impacted by .")


NESTED = """Changes
Your password no longer works
* You might see an error message.
* Solution
** Enable cookies:
**# Click ≡ > Settings.
**# Tick Accept cookies.
** Change the method:
**# Click ≡ > Account Settings.
**# Select OAuth2.
"""


def test_steps_below_bullets_are_procedures_of_their_own_and_no_mark_is_left() -> None:
    blocks = [block for section in sections(NESTED) for block in section.blocks]
    steps = [block.steps for block in blocks if block.steps]
    assert ("Click ≡ > Settings.", "Tick Accept cookies.") in steps
    assert ("Click ≡ > Account Settings.", "Select OAuth2.") in steps
    assert not any(mark in block.text for block in blocks for mark in "*#")


def test_the_part_is_taken_that_the_search_found() -> None:
    found = choose(MARKDOWN, "hang my picture", "", ("Push the anchor in. Tighten it until it grips.",))
    assert found is not None
    assert found.heading == "Between the studs"


def test_a_part_for_another_system_stands_back() -> None:
    text = "## Windows\n\n1. Open File.\n2. Click Exit.\n\n## macOS\n\n1. Open Thunder.\n2. Click Quit.\n"
    found = choose(text, "quit it on my Mac", "")
    assert found is not None
    assert found.heading == "macOS"
