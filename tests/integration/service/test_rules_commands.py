"""`goodword rules` as a person uses it, on a real database."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg

from tests.integration.service.command_line import Goodword

ROOT = Path(__file__).resolve().parents[3]


def rows(database: str) -> int:
    with psycopg.connect(database) as connection:
        found = connection.execute("SELECT count(*) FROM team_rules").fetchone()
    assert found
    return int(found[0])


def test_a_file_is_applied_exported_and_applied_again(goodword: Goodword, database: str, tmp_path: Path) -> None:
    settings = {"database_url": database, "reviewers": '["U9ZZ"]', "threshold": "0.7"}

    first = goodword("rules", "export", "before.toml", **settings)
    assert first.status == 0
    assert "threshold = 0.7" in (tmp_path / "before.toml").read_text()
    assert "U9ZZ" in (tmp_path / "before.toml").read_text()
    again = goodword("rules", "apply", "before.toml", "--yes", **settings)
    assert "Nothing changes" in again.out
    assert rows(database) == 0

    (tmp_path / "rules.toml").write_text((ROOT / "data" / "rules.example.toml").read_text())
    unasked = goodword("rules", "apply", "rules.toml", **settings)
    assert unasked.status == 1
    assert "threshold: 0.7 → 0.5" in unasked.err
    assert "--yes" in unasked.err
    assert rows(database) == 0

    applied = goodword("rules", "apply", "rules.toml", "--yes", "--as", "Anna", "--json", **settings)
    assert "threshold: 0.7 → 0.5" in json.loads(applied.out)["changed"]
    assert rows(database) == 1

    assert goodword("rules", "export", "after.toml", **settings).status == 0
    for name in ("rules.toml", "after.toml"):
        assert "Nothing changes" in goodword("rules", "apply", name, "--yes", **settings).out
    assert rows(database) == 1

    (tmp_path / "rules.toml").write_text("cards_per_hour = 5\n")
    assert goodword("rules", "apply", "rules.toml", "--yes", "--as", "Ben", **settings).status == 0
    shown = json.loads(goodword("rules", "show", "--json", **settings).out)
    assert shown["applied"] == {"cards_per_hour": 5}
    assert shown["rules"]["threshold"] == 0.7  # left out now: the settings hold
    assert "cards_per_hour = 5" in goodword("rules", "show", **settings).out

    past = json.loads(goodword("rules", "history", "--json", **settings).out)
    assert [one["who"] for one in past] == ["cli:Ben", "cli:Anna"]
    assert "cards_per_hour: 20 → 5" in past[0]["what"]
    assert "cli:Anna: threshold: 0.7 → 0.5" in goodword("rules", "history", **settings).out


def test_a_bad_file_changes_nothing(goodword: Goodword, database: str, tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text('cards_per_hour = 5\nthreshold = 7\n\n[people.anna]\nmay = "all"\n')
    ran = goodword("rules", "apply", "rules.toml", "--yes", database_url=database)
    assert ran.status == 1
    assert "rules.toml, line 2, column 1: threshold: " in ran.err
    assert "rules.toml, line 5, column 1: people.anna.may: " in ran.err
    assert "nothing was changed" in ran.told[-1]
    assert rows(database) == 0
