from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from actions.checks import check, recheck
from actions.proposal import Candidate, Sentence, TurnContext
from actions.propose import Proposer
from actions.voice import Address, Voice, VoiceError, read_voice
from actions.voicing import in_own_words, voice_checks, voiced

Make = Callable[..., Any]
OURS = Voice(instead={"log in": "sign in", "utilise": "use"}, avoid=("unfortunately",), emoji=False)


def written(path: Path, text: str) -> Path:
    file = path / "voice.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_file_is_read(tmp_path: Path) -> None:
    text = """
greeting = "Hi {name}!"
sign_off = "- Anna at Holloway"
address = "first name"
emoji = false
parts = 3
avoid = ["unfortunately"]

[instead]
"log in" = "sign in"
"""
    voice = read_voice(written(tmp_path, text))
    assert (voice.greeting, voice.address, voice.parts) == ("Hi {name}!", Address.FIRST_NAME, 3)
    assert voice.instead == {"log in": "sign in"}


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    text = "Unfortunately 🙂 don't log in; utilise it."
    assert in_own_words(text, read_voice(written(tmp_path, "# nothing yet\n"))) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("emoji = false\ngreting = 'Hi'\n", "line 2: greting: unknown key"),
        ("\n\nparts = 9\n", "line 3: parts: Input should be less than or equal to 5"),
        ("emoji = 'sometimes'\n", "line 1: emoji: "),
        ("address = 'matey'\n", "line 1: address: "),
        ("greeting = 'Hi {name}'\n", 'line 1: greeting: it holds {name}, so set address to "first name" or "formal"'),
        ("greeting = 'Hi {names}'\naddress = 'formal'\n", "line 1: greeting: the only thing that may stand in braces"),
        ("sign_off = 'see https://holloway.example'\n", "line 1: sign_off: no link may stand here"),
        ("sign_off = '- {name}'\n", "line 1: sign_off: {name} is the name of the person who is answered"),
        ("avoid = [\n'x',\n'']\n", "line 1: avoid.1: "),
        ("[instead]\na = 'b'\n'log in' = ''\n", "line 3: instead.log in: "),
        ("[instead]\n'sign in' = 'log in'\n'log in' = 'sign in'\n", "line 1: instead: “log in” is wanted"),
        ("avoid = ['sign']\n[instead]\n'log in' = 'sign in'\n", "instead: “sign in” is wanted, and “sign” in it"),
        ("greeting = 'Hi'\n oh no\n", "line 2"),
    ],
)
def test_an_error_names_the_file_the_line_and_the_key(text: str, said: str, tmp_path: Path) -> None:
    file = written(tmp_path, text)
    with pytest.raises(VoiceError) as caught:
        read_voice(file)
    assert str(file) in str(caught.value)
    assert said in str(caught.value)
    assert "docs/drafting.md" in caught.value.hint


def test_a_file_that_is_not_there_or_not_text_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(VoiceError, match="No such file"):
        read_voice(tmp_path / "none.toml")
    (tmp_path / "voice.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(VoiceError, match="not text in UTF-8"):
        read_voice(tmp_path / "voice.toml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Log in and utilise the tool.", "Sign in and use the tool."),
        ("First log\n in.", "First sign in."),
        ("Tap Log in, then log in.", "Tap Log in, then sign in."),
        ("Tap “log in”.", "Tap “log in”."),
        ("See https://a.example/log in", "See https://a.example/log in"),
        ("1. Log in.", "1. Sign in."),
        ("A login is no log-in.", "A login is no log-in."),
        ("Good luck 🙂👍🏽 with it :-)", "Good luck with it"),
        ("Holloway® 18 V™ at 10:30 (step 2)", "Holloway® 18 V™ at 10:30 (step 2)"),
    ],
)
def test_words_are_swapped_and_names_left_alone(text: str, said: str) -> None:
    assert in_own_words(text, OURS) == said


def test_formally_there_are_no_contractions() -> None:
    formal = Voice(address=Address.FORMAL)
    assert in_own_words("Don’t worry, it can't slip and won't fall: you'll see.", formal) == (
        "Do not worry, it cannot slip and will not fall: you will see."
    )
    assert in_own_words("It's fine.", formal) == "It's fine."  # "it is", or "it has"


def test_a_candidate_keeps_its_sources() -> None:
    draft = Candidate(label="best", text="Log in.", sentences=(Sentence(text="Log in.", sources=("a",)),))
    assert voiced(draft, None) is draft
    said = voiced(draft, OURS)
    assert (said.text, said.sentences) == ("Sign in.", (Sentence(text="Sign in.", sources=("a",)),))


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("Use a plug.", ""),
        ("Unfortunately it fell.", "you do not say “Unfortunately”"),
        ("First log in.", "you say “sign in”, not “log in”"),
        ("Tap Log in.", ""),
        ("Use a plug 👍", "you use no emoji: 👍"),
        ("Hi there, use a plug.", ""),
    ],
)
def test_the_check_says_what_is_not_in_the_teams_voice(text: str, note: str, turn: Make) -> None:
    (made,) = voice_checks(text, turn(voice=OURS))
    assert (made.name, made.ok, made.note, made.blocking) == ("voice", not note, note, False)


def test_a_second_greeting_and_contractions_are_noticed_where_they_matter(turn: Make) -> None:
    greeting = turn(voice=Voice(greeting="Hello!"))
    assert "greets twice" in voice_checks("Hi there, use a plug.", greeting)[0].note
    assert voice_checks("High shelves need plugs.", greeting)[0].ok
    formal = turn(voice=Voice(address=Address.FORMAL))
    assert "formally: “don't”" in voice_checks("Please don't.", formal)[0].note


def test_without_a_voice_there_is_no_such_check(turn: Make, understood: Make) -> None:
    names = {one.name for one in (*recheck("Yes.", (), turn()), *check("Yes.", (), turn(), understood(), ()))}
    assert "voice" not in names
    assert "voice" in {one.name for one in recheck("Yes.", (), turn(voice=OURS))}


async def test_an_extract_is_in_the_teams_words_and_still_rests_on_its_source(
    turn: Make, understood: Make, hit: Make, searcher: Make
) -> None:
    voice = Voice(instead={"drive the screws": "put the screws in", "clean hole": "hole without dust"})
    proposal = await Proposer(searcher(usage=(hit(),))).advise(turn(voice=voice), understood())
    assert "Put the screws in by hand" in proposal.text
    assert "Drive the screws" not in proposal.text
    assert all(one.ok for one in proposal.checks)
    assert "voice" in {one.name for one in proposal.checks}


def test_the_voice_travels_with_the_turn(turn: Make) -> None:
    given = turn(voice=OURS)
    assert TurnContext.model_validate_json(given.model_dump_json()) == given


def test_no_more_parts_than_people_read() -> None:
    with pytest.raises(ValidationError):
        Voice(parts=6)


EXAMPLE = Path(__file__).resolve().parents[3] / "data" / "voice.example.toml"


def test_the_example_that_ships_is_a_voice_that_says_what_it_shows() -> None:
    voice = read_voice(EXAMPLE)
    assert voice.model_fields_set == set(Voice.model_fields)  # it shows every key
    assert in_own_words("Please utilise it, then log in.", voice) == "Please use it, then sign in."
    assert all(line.startswith(("#", "[")) or "=" in line or not line for line in EXAMPLE.read_text().splitlines())


def test_the_guide_explains_every_key() -> None:
    guide = (EXAMPLE.parents[1] / "docs" / "drafting.md").read_text()
    assert [name for name in Voice.model_fields if f"| `{name}` |" not in guide] == []
