"""Every value's place, in each way TOML has to write one."""

from __future__ import annotations

from bot.rules.toml_places import Spot, places

TEXT = '''\
# a comment with = and [brackets]
a.b = 1.5
"c d" = "text with # and ]"
e = [ 1,  # one
      [2, 3], { f = "x", g.h = 2 } ]
long = """
not = a key
[nor a table]
"""
[t.u]
when = 1979-05-27 07:32:00
[[rows]]
k = 1
[rows.sub]
l = 2
[[rows]]
  k = 'it''s'
'''.replace("'it''s'", "'its'")


def test_keys_tables_and_items() -> None:
    found = places(TEXT)
    assert found["a",] == found["a", "b"] == Spot(2, 1)
    assert found["c d",] == Spot(3, 1)
    assert found["e", 0] == Spot(4, 7)
    assert found["e", 1, 1] == Spot(5, 11)
    assert found["e", 2, "f"] == Spot(5, 17)
    assert found["e", 2, "g", "h"] == Spot(5, 26)
    assert found["t", "u"] == Spot(10, 2)
    assert found["t", "u", "when"] == Spot(11, 1)
    assert found["rows", 0, "k"] == Spot(13, 1)
    assert found["rows", 0, "sub", "l"] == Spot(15, 1)
    assert found["rows", 1] == Spot(16, 3)
    assert found["rows", 1, "k"] == Spot(17, 3)
    assert ("not",) not in found
