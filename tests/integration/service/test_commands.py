"""What a person is told who set something wrong or hands over something unreadable: one line, what to do, status 1."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.integration.service.command_line import PASSWORD, Goodword, one_line_and_a_hint

ENTRY = "---\ntitle: How to hang a shelf\n---\nUse a plug and a screw.\n"


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"mastodon_tokn": PASSWORD}, ("GOODWORD_MASTODON_TOKN", "GOODWORD_MASTODON_TOKEN")),
        ({"port": "many"}, ("port", "docs/settings.md")),
        ({"threshold": "7"}, ("threshold",)),
        ({"slack_bot_token": PASSWORD}, ("GOODWORD_SLACK_APP_TOKEN",)),
        ({"slack_app_token": PASSWORD}, ("GOODWORD_SLACK_BOT_TOKEN",)),
        ({"mastodon_url": "https://m.example"}, ("GOODWORD_MASTODON_TOKEN",)),
        ({"mastodon_token": PASSWORD}, ("GOODWORD_MASTODON_URL",)),
        ({"database_url": f"postgresql://u:{PASSWORD}@127.0.0.1:1/x"}, ("PostgreSQL", "GOODWORD_DATABASE_URL")),
        ({"database_url": f"mysql://u:{PASSWORD}@127.0.0.1/x"}, ("GOODWORD_DATABASE_URL", "postgresql://")),
        ({"database_url": f"{PASSWORD} not an address"}, ("GOODWORD_DATABASE_URL", "postgresql://")),
    ],
)
def test_a_wrong_setting(goodword: Goodword, variables: dict[str, str], words: tuple[str, ...]) -> None:
    one_line_and_a_hint(goodword("run", **variables), *words)


def test_an_unknown_setting_in_the_file(goodword: Goodword, tmp_path: Path) -> None:
    (tmp_path / "goodword.toml").write_text('brnad = "Holloway"\n')
    one_line_and_a_hint(goodword("knowledge", "stats"), "brnad", "unknown setting")


def test_a_settings_file_that_cannot_be_read(goodword: Goodword, tmp_path: Path) -> None:
    (tmp_path / "goodword.toml").write_text("brand = \n")
    one_line_and_a_hint(goodword("knowledge", "stats"), "settings")


def test_a_home_that_cannot_be_made(goodword: Goodword, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    ran = goodword("knowledge", "stats", home=str(tmp_path / "file" / "home"))
    one_line_and_a_hint(ran, "GOODWORD_HOME")


def test_a_port_that_another_program_has(goodword: Goodword, database: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = goodword("run", database_url=database, port=str(port))
    assert ran.status == 1
    assert f"127.0.0.1:{port}: another program listens there" in ran.err
    assert "GOODWORD_PORT" in ran.told[-1]


def test_an_address_that_is_not_of_this_machine(goodword: Goodword, database: str) -> None:
    ran = goodword("run", database_url=database, host="192.0.2.1")
    assert ran.status == 1
    assert "192.0.2.1" in ran.err


def test_a_database_of_a_newer_goodword(goodword: Goodword, database: str) -> None:
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'from the future'")
    one_line_and_a_hint(goodword("knowledge", "stats", database_url=database), "newer Goodword")


def test_unreadable_knowledge_is_named_and_the_rest_imported(goodword: Goodword, database: str, tmp_path: Path) -> None:
    folder = tmp_path / "entries"
    folder.mkdir()
    (folder / "good.md").write_text(ENTRY)
    (folder / "malformed.md").write_text("---\ntitle: [never closed\n---\ntext\n")
    (folder / "untitled.md").write_text("---\nproduct: H18\n---\ntext\n")
    (folder / "empty.md").write_text("")
    (folder / "latin.md").write_bytes("---\ntitle: Straße\n---\nDübel\n".encode("latin-1"))
    (folder / "picture.md").write_bytes(bytes(range(256)) * 10)
    answers = tmp_path / "answers.jsonl"
    answer = {"id": "a1", "question": "How?", "text": "So.", "url": "https://x.example/1"}
    answers.write_text(f"{json.dumps(answer)}\n{'x' * 20_000_000}\n{{broken\n{json.dumps(answer | {'id': 'a2'})}\n")
    ran = goodword("knowledge", "import", "--json", folder, answers, database_url=database)
    assert ran.status == 0
    report = json.loads(ran.out)
    assert report["added"] == 3
    told = "\n".join(report["errors"])
    for place in (
        "malformed.md:",
        "untitled.md",
        "empty.md",
        "latin.md:2",
        "picture.md",
        "answers.jsonl:2",
        "jsonl:3",
    ):
        assert place in told, told
    assert max(map(len, report["errors"])) < 400
    for_people = goodword("knowledge", "import", folder, answers, database_url=database)
    assert "malformed.md:" in for_people.err
    assert "3 unchanged" in for_people.out


def test_paths_without_knowledge(goodword: Goodword, database: str, tmp_path: Path) -> None:
    missing = goodword("knowledge", "import", tmp_path / "nowhere", database_url=database)
    one_line_and_a_hint(missing, "nowhere")
    (tmp_path / "bare").mkdir()
    bare = goodword("knowledge", "import", tmp_path / "bare", database_url=database)
    assert "bare" in bare.err
    assert "0 added" in bare.out
    (tmp_path / "what.pdf").write_bytes(b"%PDF-1.7 and more")
    assert "what.pdf" in goodword("knowledge", "import", tmp_path / "what.pdf", database_url=database).err


def test_a_rehearsal_without_its_files(goodword: Goodword, database: str, tmp_path: Path) -> None:
    (tmp_path / "entries").mkdir()
    (tmp_path / "entries" / "good.md").write_text(ENTRY)
    ran = goodword(
        "rehearse", "--knowledge", tmp_path / "entries", "--posts", tmp_path / "no.jsonl", "--out", tmp_path / "out"
    )
    one_line_and_a_hint(ran, "no.jsonl")
    ran = goodword(
        "rehearse", "--knowledge", tmp_path / "no", "--posts", tmp_path / "no.jsonl", "--out", tmp_path / "o"
    )
    assert ran.status == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "words", [("knowledge", "stats"), ("knowledge", "search", "how do I hang a shelf?"), ("review",)]
)
def test_json_is_json(goodword: Goodword, database: str, words: tuple[str, ...]) -> None:
    ran = goodword(*words, "--json", database_url=database)
    assert ran.status == 0
    json.loads(ran.out)


def test_stop_and_resume_say_what_holds(goodword: Goodword, database: str) -> None:
    assert "nothing to pause" in goodword("pause", "--as", "Anna", database_url=database).out  # a quiet start
    assert "switched on" in goodword("resume", "--as", "Anna", database_url=database).out
    assert "paused" in goodword("pause", "--as", "Anna", database_url=database).out
    assert "is resumed" in goodword("resume", "--as", "Anna", database_url=database).out


def test_help_does_not_wait_for_what_only_a_running_command_needs() -> None:
    heavy = "{'sqlalchemy', 'fastapi', 'slack_bolt', 'alembic', 'numpy', 'torch', 'faiss', 'psycopg'}"
    looked = f"import sys, bot.cli; print(sorted({heavy} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", looked], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
