"""Looking after knowledge on the command line, as an editor does."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
import pytest

from knowledge.encoder import EncoderUnavailable, Progress, Vectors
from tests.integration.knowledge.conftest import WordEncoder
from tests.integration.service.command_line import Goodword, Ran, one_line_and_a_hint


@pytest.fixture(autouse=True)
def _no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading the real model for each of these many commands would take half a minute."""
    monkeypatch.setattr("bot.core.Encoder", lambda *_, **__: WordEncoder())


def entry(folder: Path, name: str, text: str = "Use a plug and a screw.", **more: str) -> Path:
    """A Markdown file with front matter."""
    folder.mkdir(exist_ok=True)
    head = "".join(f"{key}: {value}\n" for key, value in {"title": f"About {name}", **more}.items())
    path = folder / f"{name}.md"
    path.write_text(f"---\n{head}---\n{text}\n")
    return path


def shown(ran: Ran) -> Any:
    assert ran.status == 0, ran.err
    return json.loads(ran.out)


def editor(tmp_path: Path, script: str) -> str:
    """An editor that does this with the file it is given."""
    program = tmp_path / "editor.py"
    program.write_text(f"import sys, pathlib\npath = pathlib.Path(sys.argv[1])\n{script}\n")
    return f"{sys.executable} {program}"


def test_every_missing_path_is_named_before_anything_is_started(goodword: Goodword, tmp_path: Path) -> None:
    folder = entry(tmp_path / "entries", "shelf").parent
    nowhere = "postgresql://nobody@127.0.0.1:1/none"
    ran = goodword("knowledge", "import", folder, "no-1", "no-2", database_url=nowhere)
    one_line_and_a_hint(ran, "no-1", "no-2")
    assert "PostgreSQL" not in ran.err


def test_an_entry_from_draft_to_retired(
    goodword: Goodword, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = entry(
        tmp_path / "entries", "shelf", status="draft", owner="Iain", product="Drill", audience="trade"
    ).parent
    entry(folder, "deck", "Oil the deck once a year, along the grain.")

    def run(*words: object) -> Ran:
        return goodword("knowledge", *words, database_url=database)

    assert shown(run("import", folder, "--json"))["added"] == 2
    ask = ("search", "how do I use a plug?", "--json")
    assert [hit["id"] for hit in shown(run(*ask))["usage"]] == ["deck"]
    assert [one["id"] for one in shown(run("show", "--status", "draft", "--json"))] == ["shelf"]
    assert shown(run("approve", "shelf", "deck", "--as", "Anna", "--json")) == {"approved": 1, "unchanged": 1}
    assert {hit["id"] for hit in shown(run(*ask))["usage"]} == {"shelf", "deck"}

    for narrow, found in (
        (("--product", "saw"), {"deck"}),
        (("--audience", "Trade"), {"shelf", "deck"}),
        (("--audience", "beginners"), {"deck"}),
    ):
        assert {hit["id"] for hit in shown(run(*ask, *narrow))["usage"]} == found, narrow

    assert shown(run("edit", "shelf", "--title", "Put up a shelf", "--owner", "", "--as", "Ben", "--json"))["changed"]
    (tmp_path / "text.md").write_text("Take a hollow wall anchor. Mail ben@holloway.example.")
    assert "version" in run("edit", "shelf", "--text-file", tmp_path / "text.md", "--as", "Ben").out
    monkeypatch.setenv("EDITOR", editor(tmp_path, "path.write_text(path.read_text().replace('hollow', 'solid'))"))
    assert shown(run("edit", "shelf", "--as", "Cleo", "--json"))["changed"]
    assert not shown(run("edit", "shelf", "--title", "Put up a shelf", "--json"))["changed"]

    assert shown(run("import", folder, "--json"))["unchanged"] == 2  # an edit is not undone by its old source
    held = shown(run("show", "shelf", "--json"))
    assert (held["title"], held["owner"], held["product"]) == ("Put up a shelf", None, "Drill")
    assert held["text"] == "Take a solid wall anchor. Mail [email]."
    assert [(one["what"], one["by"]) for one in held["history"]] == [
        ("edited", "Cleo"),
        ("edited", "Ben"),
        ("edited", "Ben"),
        ("approved", "Anna"),
        ("added", "import"),
    ]
    assert held["history"][0]["before"] == {"text": "Take a hollow wall anchor. Mail [email]."}

    assert shown(run("retire", "shelf", "--as", "Dora", "--json")) == {"retired": 1, "unchanged": 0}
    assert [hit["id"] for hit in shown(run(*ask))["usage"]] == ["deck"]
    for_people = run("show", "shelf").out
    assert "retired by Dora" in for_people
    assert "edited by Ben: owner, title" in for_people
    counted = shown(run("stats", "--json"))
    assert (counted["kinds"], counted["statuses"]) == ({"usage": 1}, {"live": 1, "retired": 1})
    assert "(retired)" in run("stats").out


def test_an_import_that_was_stopped_goes_on_without_encoding_again(
    goodword: Goodword, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Failing(WordEncoder):
        def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
            if len(self.encoded) >= 8:
                raise EncoderUnavailable("the power is gone")
            return super().encode(texts, progress)

    failing, working = Failing(), WordEncoder()
    monkeypatch.setattr("bot.importing._BATCH", 5)
    folder = tmp_path / "entries"
    for n in range(17):
        entry(folder, f"e{n:02}", f"Text number {n}.")
    monkeypatch.setattr("bot.core.Encoder", lambda *_, **__: failing)
    ran = goodword("knowledge", "import", folder, database_url=database)
    assert (ran.status, ran.told[0]) == (1, "the power is gone")
    kept = shown(goodword("knowledge", "stats", "--json", database_url=database))["statuses"]["live"]
    assert 5 <= kept < 17
    monkeypatch.setattr("bot.core.Encoder", lambda *_, **__: working)
    again = shown(goodword("knowledge", "import", folder, "--json", database_url=database))
    assert (again["added"], again["unchanged"]) == (17 - kept, kept)
    assert not set(working.encoded) & set(failing.encoded)


def test_a_mastodon_archive_finds_its_questions_among_what_was_heard(
    goodword: Goodword, database: str, tmp_path: Path
) -> None:
    said = "Turn a screw into the joist on each side of the board, then walk over it again."
    note = {
        "id": "https://tools.social/users/holloway/statuses/2",
        "type": "Note",
        "inReplyTo": "https://diy.social/users/ben/statuses/77",
        "published": "2026-01-02T03:04:05Z",
        "to": ["https://www.w3.org/ns/activitystreams#Public"],
        "content": f"<p>{said}</p>",
    }
    outbox = {"orderedItems": [{"type": "Create", "object": note}, {"type": "Announce", "object": "x"}]}
    (tmp_path / "outbox.json").write_text(json.dumps(outbox))
    unknown = goodword("knowledge", "import", tmp_path / "outbox.json", database_url=database)
    assert "left out: 1 replies to posts that are not known" in unknown.out
    with psycopg.connect(database) as connection:
        connection.execute(
            "INSERT INTO posts (channel, native_id, thread, author_id, author_name, author_handle, text, created_at,"
            " url, visibility) VALUES ('mastodon', '9', '9', 'b', 'Ben', 'ben', 'My deck squeaks! ben@diy.social',"
            " now(), 'https://diy.social/@ben/77', 'public')"
        )
    known = shown(goodword("knowledge", "import", tmp_path / "outbox.json", "--json", database_url=database))
    assert (known["added"], known["skipped"]["boosts and other activities"]) == (1, 1)
    (answer,) = shown(goodword("knowledge", "show", "--json", database_url=database))
    assert (answer["question"], answer["text"]) == ("My deck squeaks! [email]", said)


def test_what_is_due_for_review_is_listed(goodword: Goodword, database: str, tmp_path: Path) -> None:
    folder = entry(tmp_path / "entries", "old", review="2020-01-01").parent
    entry(folder, "new", review="2999-01-01")
    goodword("knowledge", "import", folder, database_url=database)
    due = goodword("knowledge", "show", "--review-due", "--json", database_url=database)
    assert [one["id"] for one in shown(due)] == ["old"]
    assert "1 are due" in goodword("knowledge", "stats", database_url=database).out


@pytest.mark.parametrize("command", ["show", "edit", "approve", "retire"])
def test_an_unknown_entry(goodword: Goodword, database: str, command: str) -> None:
    one_line_and_a_hint(goodword("knowledge", command, "nobody", database_url=database), "nobody")


def test_of_unknown_entries_all_are_named_and_nothing_is_done(
    goodword: Goodword, database: str, tmp_path: Path
) -> None:
    goodword("knowledge", "import", entry(tmp_path / "entries", "shelf").parent, database_url=database)
    ran = goodword("knowledge", "retire", "shelf", "x", "y", database_url=database)
    one_line_and_a_hint(ran, "x, y")
    assert shown(goodword("knowledge", "stats", "--json", database_url=database))["statuses"] == {"live": 1}


def test_an_edit_that_cannot_be_read_is_kept(
    goodword: Goodword, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    goodword("knowledge", "import", entry(tmp_path / "entries", "shelf").parent, database_url=database)

    def edit(script: str) -> Ran:
        monkeypatch.setenv("VISUAL", editor(tmp_path, script))
        return goodword("knowledge", "edit", "shelf", database_url=database)

    ran = edit("path.write_text('---\\ntitle: [never closed\\n---\\nMy hour of work')")
    one_line_and_a_hint(ran, "front matter", "is kept in")
    kept = Path(ran.told[-1].rpartition(" ")[2])
    assert "My hour of work" in kept.read_text()
    kept.unlink()
    ran = edit("path.write_text(path.read_text().replace('id: shelf', 'id: table'))")
    one_line_and_a_hint(ran, "id of an entry cannot be changed")
    Path(ran.told[-1].rpartition(" ")[2]).unlink()
    one_line_and_a_hint(edit("sys.exit(3)"), "did not work", "EDITOR")
    assert "Nothing was changed" in edit("pass").out
    ran = goodword("knowledge", "edit", "shelf", "--title", " ", database_url=database)
    one_line_and_a_hint(ran, "needs a title")
    ran = goodword("knowledge", "edit", "shelf", "--text-file", tmp_path / "none.md", database_url=database)
    one_line_and_a_hint(ran, "none.md")


def test_a_sync_removes_what_the_source_removed_but_never_much_unasked(
    goodword: Goodword, database: str, tmp_path: Path
) -> None:
    folder = tmp_path / "entries"
    files = [entry(folder, f"e{n}", f"Text number {n}.") for n in range(10)]
    other = entry(tmp_path / "others", "mine").parent

    def sync(*words: object) -> Ran:
        return goodword("knowledge", "import", "--sync", folder, *words, "--json", database_url=database)

    def live() -> int:
        return int(shown(goodword("knowledge", "stats", "--json", database_url=database))["statuses"]["live"])

    goodword("knowledge", "import", other, database_url=database)
    assert shown(sync())["removed"] == 0
    kept = {path: path.read_text() for path in files}
    for path in files[:2]:
        path.unlink()
    assert shown(sync())["removed"] == 2  # a fifth, as the setting allows
    assert live() == 9
    for path in files[2:5]:
        path.unlink()
    ran = sync()
    assert (ran.status, json.loads(ran.out)["removed"], live()) == (1, 0, 9)
    assert "3 of 8 entries of entries" in ran.err
    assert "--allow-removals" in ran.err
    (folder / "broken.md").write_text("---\ntitle: [\n---\nx")
    ran = sync("--allow-removals")
    assert (ran.status, live()) == (1, 9)
    assert "could not be read" in ran.err
    (folder / "broken.md").unlink()
    assert shown(sync("--allow-removals"))["removed"] == 3
    assert live() == 6  # the other source's entry is still there
    files[0].write_text(kept[files[0]])
    back = shown(sync())
    assert (back["updated"], live()) == (1, 7)
    ran = goodword("knowledge", "import", "--sync", files[0], database_url=database)
    one_line_and_a_hint(ran, "whole folder")
