from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from knowledge.entries import Entry, EntryKind
from knowledge.passages import PassageKind
from knowledge.pools import UsagePool, Vector
from knowledge.results import Query

TEXT = """Mark both holes with a level. Drill six millimetres into brick, push plugs until flush, then turn screws by
hand. Check that nothing wobbles before any heavy books come onto the shelf; tighten again after one week of use. Clean
dust away, fill cracks around wood, paint over stains, sand edges smooth, and keep spare fittings inside a box."""
HANG = Entry("hang", EntryKind.USAGE, "Hang a shelf", TEXT)
ALL = Query(text="shelf")


def pool(*found: Entry) -> UsagePool:
    made = UsagePool(4)
    made.put(
        [(entry, [Vector(PassageKind.PASSAGE, "", entry.text, np.eye(4, dtype=np.float32)[0])]) for entry in found]
    )
    return made


def found(pool: UsagePool, query: Query = ALL) -> list[str]:
    return [pool.entry(int(slot)).id for slot in np.flatnonzero(pool.allowed(query))]


def test_of_the_same_text_the_later_is_found() -> None:
    assert found(pool(HANG, replace(HANG, id="copy"))) == ["copy"]
    assert found(pool(HANG, replace(HANG, id="copy", text=f"  {TEXT.upper()}!  "))) == ["copy"]


@pytest.mark.parametrize(
    "better",
    [
        {"owner": "Anna"},
        {"created_at": datetime(2026, 2, 1, tzinfo=UTC)},
    ],
)
def test_an_owner_or_a_date_wins_over_what_came_later(better: dict[str, object]) -> None:
    known = replace(HANG, **better)  # type: ignore[arg-type]
    assert found(pool(known, replace(HANG, id="copy"))) == ["hang"]


def test_what_a_person_wrote_wins_over_what_was_drafted() -> None:
    newer = datetime(2026, 2, 1, tzinfo=UTC)
    assert found(pool(HANG, replace(HANG, id="drafted", written_by="assistant", created_at=newer))) == ["hang"]


def test_a_word_changed_is_the_same_text_and_a_paragraph_added_is_not() -> None:
    assert found(pool(HANG, replace(HANG, id="copy", text=TEXT.replace("hand", "fingers")))) == ["copy"]
    longer = f"{TEXT}\nPlasterboard wants hollow wall anchors instead, since plain plugs pull out under load."
    assert found(pool(HANG, replace(HANG, id="longer", text=longer))) == ["hang", "longer"]


def test_the_same_text_for_another_product_or_platform_is_another_entry() -> None:
    saw = replace(HANG, id="saw", product="Saw")
    mac = replace(HANG, id="mac", platform="macOS")
    assert found(pool(HANG, saw, mac)) == ["hang", "saw", "mac"]
    assert found(pool(HANG, saw, mac), replace(ALL, product="Drill")) == ["hang", "mac"]


def test_the_other_one_is_found_where_the_first_may_not_be() -> None:
    made = pool(HANG, replace(HANG, id="copy"))
    assert found(made, replace(ALL, exclude=frozenset({"copy"}))) == ["hang"]
    made.drop(["copy"])
    assert found(made) == ["hang"]


def test_a_third_and_a_copy_that_comes_back() -> None:
    made = pool(HANG, replace(HANG, id="two"), replace(HANG, id="three"))
    assert found(made) == ["three"]
    made.drop(["three"])
    assert found(made) == ["two"]
    made.drop(["two"])
    assert found(made) == ["hang"]
    again = replace(HANG, id="two")
    made.put([(again, [Vector(PassageKind.PASSAGE, "", again.text, np.eye(4, dtype=np.float32)[0])])])
    assert found(made) == ["two"]


def test_short_texts_are_never_taken_for_one_another() -> None:
    one = Entry("one", EntryKind.USAGE, "Help", "Call us.")
    assert found(pool(one, replace(one, id="two"))) == ["one", "two"]
