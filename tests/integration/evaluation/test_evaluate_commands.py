"""`goodword evaluate …` as it is typed, with the real encoder, on a small world whose right answers are known."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import app
from knowledge.errors import BadInput

TOPICS = {
    "paint": "Sand the wall, roll the paint on in two coats and let it dry over night.",
    "tap": "Turn the water off, take the tap apart and put a new washer in.",
    "shelf": "Drill holes of 8 mm, push the plugs in and screw the shelf on.",
    "lamp": "Switch the fuse off, join the wires in the clamp and hang the lamp on its hook.",
    "lock": "Undo the long screw in the edge of the door and pull the cylinder out with its key.",
    "rope": "Pass the end around the post twice and tie two half hitches.",
}
ASKED = {
    "paint": "The colour peels off in my kitchen. How many coats of paint does the wall need?",
    "tap": "It drips all night. How do I stop a leaking water tap?",
    "shelf": "My books are too heavy. How do I fix a shelf so that it holds?",
    "lamp": "The bulb hangs from its wires. How do I hang a ceiling lamp?",
    "lock": "The key broke off. How do I change the lock of my front door?",
    "rope": "The boat came loose. How do I tie a rope to a post?",
}


def lines(path: Path, records: list[dict[str, Any]]) -> Path:
    data = "".join(f"{json.dumps(record)}\n" for record in records).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Articles, past threads of 2024 and 2025 with links, and judgements; the same vectors for all tests."""
    monkeypatch.setenv("GOODWORD_HOME", str(Path(__file__).parents[3] / ".goodword" / "test"))
    monkeypatch.chdir(tmp_path)
    corpus = [{"id": topic, "title": f"About a {topic}", "text": text} for topic, text in TOPICS.items()]
    lines(tmp_path / "articles.jsonl", corpus)
    threads = []
    qrels = ["query-id\tcorpus-id\tscore\tstrict", "nobody\tpaint\t1\t1", "2025-tap\tgone\t1\t1"]
    links = ["query-id\tcorpus-id\tscore"]
    for year in (2024, 2025):
        for day, (topic, asked) in enumerate(ASKED.items(), 1):
            text = f"See https://help.example.org/kb/{topic} please"
            if year == 2025:
                text += f" and https://help.example.org/questions/2024-{topic}"
                qrels.append(f"2025-{topic}\t{topic}\t1\t{int(topic != 'rope')}")
                links += [f"2025-{topic}\t2024-{topic}\t1"] * 2
            answers = [{"created": f"{year}-03-{day + 10}", "author": "h", "text": text}]
            thread = {"id": f"{year}-{topic}", "created": f"{year}-03-{day:02}", "title": topic, "text": asked}
            threads.append({**thread, "author": "u", "answers": answers})
    lines(tmp_path / "threads.jsonl.gz", threads)
    (tmp_path / "qrels.tsv").write_text("\n".join(qrels) + "\n")
    (tmp_path / "links.tsv").write_text("\n".join(links) + "\n")
    lines(tmp_path / "others.jsonl", [{"_id": "o1", "text": "Who won the election?"}, {"_id": "o2", "text": "Sing!"}])
    return tmp_path


def evaluate(command: str, *more: str) -> Any:
    """Run a command on the world and give the figures it wrote."""
    words = ["evaluate", *command.split(), "--queries", "threads.jsonl.gz", "--json", "out/figures.json", *more]
    result = CliRunner().invoke(app, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return json.loads(Path("out/figures.json").read_text()), result.output


def test_retrieval_of_articles(world: Path) -> None:
    figures, shown = evaluate("retrieval --corpus articles.jsonl --past threads.jsonl.gz --qrels qrels.tsv")
    assert figures["n"] == 6
    assert set(figures["systems"]) == {"goodword", "bm25", "dense"}
    assert figures["systems"]["goodword"]["hit@3"] == {"value": 1.0, "low": 1.0, "high": 1.0}
    assert set(figures["runs"]) == {f"2025-{topic}" for topic in TOPICS}
    assert figures["runs"]["2025-lock"][0] == "lock"
    assert (figures["left_out"]["judgements of unknown queries"], figures["left_out"]["judgements of unknown ids"]) == (
        1,
        1,
    )
    assert "6 queries" in shown
    assert "less bm25" in shown


def test_strict_and_a_period_choose_the_queries(world: Path) -> None:
    command = "retrieval --corpus articles.jsonl --qrels qrels.tsv --strict --to 2025-03-05"
    figures, _ = evaluate(command)
    assert sorted(figures["runs"]) == ["2025-lamp", "2025-paint", "2025-shelf", "2025-tap"]
    with pytest.raises(BadInput, match="no query is of that time"):
        evaluate(command, "--from", "2027-01-01")


def test_retrieval_of_past_threads(world: Path) -> None:
    figures, _ = evaluate("retrieval --target threads --past threads.jsonl.gz --qrels links.tsv")
    assert figures["n"] == 6
    assert figures["left_out"]["judgements twice"] == 6
    assert figures["systems"]["goodword"]["hit@1"]["value"] == 1.0
    asked = [f"{year}-{topic}" for year in (2024, 2025) for topic in ASKED]
    for query, run in figures["runs"].items():
        assert set(run) <= set(asked[: asked.index(query)]), "something of the query's day or later"


def test_beir_files_and_a_line_that_cannot_be_read(world: Path) -> None:
    corpus = [{"_id": topic, "title": f"How about a {topic}?", "text": text} for topic, text in TOPICS.items()]
    lines(world / "corpus.jsonl", corpus)
    with (world / "corpus.jsonl").open("a") as file:
        file.write("{broken\n")
    lines(world / "queries.jsonl", [{"_id": f"2025-{topic}", "text": asked} for topic, asked in ASKED.items()])
    words = "evaluate retrieval --corpus corpus.jsonl --queries queries.jsonl --qrels qrels.tsv"
    result = CliRunner().invoke(app, words.split(), catch_exceptions=False)
    assert result.exit_code == 0
    assert "corpus.jsonl:7: " in result.output


def test_abstention(world: Path) -> None:
    command = "abstention --corpus articles.jsonl --past threads.jsonl.gz --qrels qrels.tsv --others others.jsonl"
    figures, shown = evaluate(command, "--plot", "out/plot.svg")
    assert figures["n"] == len(figures["queries"]) == 6
    assert figures["risk_coverage"][-1]["coverage"] == 1
    assert figures["auroc"]["from another domain"]["confidence"]["value"] == 1
    assert figures["auroc"]["from entry taken out"]["confidence"]["value"] > 0.5
    assert "<svg" in Path("out/plot.svg").read_text()
    assert "What a threshold does" in shown


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("retrieval --qrels qrels.tsv", "nothing to rank"),
        ("retrieval --target threads --qrels links.tsv", "no thread to rank"),
        ("retrieval --corpus gone.jsonl --qrels qrels.tsv", "no file or folder gone.jsonl"),
        ("retrieval --corpus articles.jsonl --qrels gone.tsv", "gone.tsv cannot be read"),
        ("retrieval --corpus articles.jsonl --qrels links.tsv --strict", "no column `strict`"),
        ("retrieval --corpus articles.jsonl --qrels links.tsv", "no query of threads.jsonl.gz has a judgement"),
        ("abstention --corpus articles.jsonl --qrels qrels.tsv --plot plot.doc", "plot.doc cannot be written"),
    ],
)
def test_what_a_person_can_mend(world: Path, command: str, told: str) -> None:
    with pytest.raises(BadInput, match=told):
        evaluate(command)
