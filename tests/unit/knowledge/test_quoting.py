from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from knowledge.bm25 import BM25
from knowledge.quoting import LONGEST, quote


def index(*texts: str) -> BM25:
    made = BM25()
    for slot, text in enumerate(texts):
        made.add(slot, text)
    return made


def test_the_sentence_that_shares_the_rarest_words_is_quoted_with_what_follows() -> None:
    text = "A wall can be many things. Plasterboard needs a **hollow wall anchor**. Push it in. " + "Fill more. " * 40
    found = quote(text, "what holds in a plasterboard wall", index(text, "wall", "wall"))
    assert found.startswith("Plasterboard needs a hollow wall anchor. Push it in.")
    assert len(found) <= LONGEST


def test_without_anything_in_common_it_is_the_beginning() -> None:
    assert quote("First. Second.", "zebra", index("First. Second.")) == "First. Second."


def test_a_sentence_that_is_too_long_is_cut_at_a_word() -> None:
    found = quote("badger " * 100, "badger", index("badger"))
    assert found.endswith("badger …")
    assert len(found) <= LONGEST


@given(st.text(max_size=1_000), st.text(max_size=50))
def test_a_quote_is_never_too_long(text: str, post: str) -> None:
    assert len(quote(text, post, index(text))) <= LONGEST
