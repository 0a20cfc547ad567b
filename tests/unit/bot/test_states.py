"""The table of moves is complete, and a move that is not in it raises."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.states import DECIDABLE, MOVES, OPEN, IllegalMove, State, move

states = st.sampled_from(State)


def test_every_state_stands_in_the_table() -> None:
    assert set(MOVES) == set(State)


@given(states, states)
def test_a_move_is_made_exactly_when_the_table_has_it(now: State, to: State) -> None:
    if to in MOVES[now]:
        assert move(now, to) is to
    else:
        with pytest.raises(IllegalMove, match=f"{now} cannot become {to}"):
            move(now, to)


def test_publishing_is_reached_only_from_an_approval() -> None:
    assert [state for state in State if State.PUBLISHING in MOVES[state]] == [State.APPROVED]
    assert State.PUBLISHED not in {to for state in OPEN for to in MOVES[state]}


def test_a_new_message_can_reopen_whatever_nothing_went_out_for() -> None:
    assert all(State.HEARD in MOVES[state] for state in OPEN)


def test_decided_states_cannot_be_decided_again() -> None:
    assert all(State.APPROVED not in MOVES[state] for state in State if state not in DECIDABLE)
