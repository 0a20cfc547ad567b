from __future__ import annotations

from actions.past_answers import advice, guesses, instructs

WANTED = "How do I change the colour of unread messages in the list?"


def test_its_steps_are_taken_with_the_line_that_leads_into_them() -> None:
    found = advice(
        "Hello Ann,\nTo see them better:\n- Settings > General\n- Click Colours.\n- Tick Blue.\nGood luck!", WANTED
    )
    assert found is not None
    assert found.heading == "To see them better"
    assert found.steps == ("Settings > General.", "Click Colours.", "Tick Blue.")


def test_of_several_lists_the_one_that_meets_the_post_is_taken() -> None:
    text = (
        "For the calendar:\n- Open Calendar.\n- Click New.\n\n"
        "For unread messages:\n- Open Settings.\n- Click Colours of messages."
    )
    found = advice(text, WANTED)
    assert found is not None
    assert found.heading == "For unread messages"


def test_a_list_that_speaks_of_the_other_thread_is_none() -> None:
    assert advice("- I have seen this.\n- You posted two screenshots.\n- Same problem here.", WANTED) is None


def test_bullets_that_instruct_nobody_are_no_procedure() -> None:
    found = advice("Two things matter.\n- The colour of the theme.\n- The weight of the font.", WANTED)
    assert found is None or not found.steps


def test_what_was_said_mostly_to_one_person_is_no_answer() -> None:
    text = (
        "I looked at your screenshots and I see what you mean about it. My own list looks the same as yours. Click it."
    )
    assert advice(text, WANTED) is None


def test_a_sentence_that_leans_on_one_that_was_left_out_goes_with_it() -> None:
    text = (
        "Which theme do you use? If no, then pick the light one. Open Settings and choose Colours for unread messages."
    )
    found = advice(text, WANTED)
    assert found is not None
    assert found.sentences == ("Open Settings and choose Colours for unread messages.",)


def test_it_begins_where_the_advice_for_this_post_begins() -> None:
    text = (
        "Themes are a matter of taste for everybody. They come and they go with every year. Many are grey these days. "
        "Open the settings page. Choose Colours on the left. Click Unread messages and pick one."
    )
    found = advice(text, WANTED)
    assert found is not None
    assert found.sentences[0] == "Open the settings page."


def test_steps_for_another_system_are_left_out() -> None:
    found = advice("On a Mac, click Thunder and then Quit. On Windows, click File and then Exit.", "I use Windows 11")
    assert found is not None
    assert found.sentences == ("On Windows, click File and then Exit.",)


def test_wordings_run_together_for_several_systems_are_cut_behind_the_first() -> None:
    found = advice("- Hold the Shift key down.Hold the option key down.\n- Click Start.", WANTED)
    assert found is not None
    assert found.steps == ("Hold the Shift key down.", "Click Start.")


def test_telling_and_guessing() -> None:
    assert instructs("Click Save.")
    assert not instructs("The weather is nice.")
    assert guesses("Maybe it is the cable.")
    assert not guesses("It is the cable.")
