"""Pages, tables, tweets and archives: the forms that are not ours."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import zipfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from knowledge.entries import Entry, EntryKind
from knowledge.errors import BadInput
from knowledge.passages import PassageKind, cut
from knowledge.reading import read

PAGE = """<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>Hang a shelf | Holloway</title>
<link rel="canonical" href="https://holloway.example/kb/shelf"><script>alert("never")</script>
<meta property="article:modified_time" content="2026-03-04T05:06:07Z"></head><body>
<header>Holloway Tools</header><nav><ul><li>Home</li></ul></nav>
<main><h1>Hang a <em>shelf</em></h1><p>Write to anna@holloway.example first.</p>
<h2>Brick</h2><p>Do this:</p><ol><li>Drill with <a href="/bits">a 6 mm bit</a>.</li><li>Push the plug in.</li></ol>
<h2>Sizes</h2><table><tr><th>Plug</th><th>Bit</th></tr><tr><td>red</td><td>6 mm</td></tr></table>
<aside>You may also like</aside><form><button>Was this useful?</button></form><img src="x.png" alt="a shelf">
<style>p {color: red}</style></main><footer>© Holloway</footer></body></html>"""


def entries(path: Path, **more: Any) -> list[Entry]:
    found = list(read(path, **more))
    assert all(isinstance(item, Entry) for item in found), found
    return [item for item in found if isinstance(item, Entry)]


def faults(path: Path, **more: Any) -> list[str]:
    return [str(item) for item in read(path, **more) if isinstance(item, BadInput)]


def write(path: Path, text: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


# HTML pages


def test_a_page_keeps_what_it_says_and_nothing_of_its_frame(tmp_path: Path) -> None:
    (found,) = entries(write(tmp_path / "shelf.html", PAGE))
    assert (found.id, found.kind, found.title, found.language) == ("shelf", EntryKind.USAGE, "Hang a shelf", "en-GB")
    assert found.url == "https://holloway.example/kb/shelf"
    assert found.created_at == datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
    for noise in ("never", "Home", "Holloway Tools", "also like", "useful", "©", "color", "png", "anna@"):
        assert noise not in found.text, noise
    assert "[email]" in found.text


def test_a_page_is_cut_at_its_headings_and_its_steps_stay_whole(tmp_path: Path) -> None:
    (found,) = entries(write(tmp_path / "shelf.html", PAGE))
    passages = [passage for passage in cut(found) if passage.kind is PassageKind.PASSAGE]
    assert [passage.path for passage in passages] == ["Hang a shelf", "Hang a shelf > Brick", "Hang a shelf > Sizes"]
    assert passages[1].text == "Do this:\n1. Drill with a 6 mm bit.\n2. Push the plug in."
    assert "red" in passages[2].text


def test_a_folder_may_hold_both_and_deep(tmp_path: Path) -> None:
    write(tmp_path / "docs" / "a" / "index.html", PAGE)
    write(tmp_path / "docs" / "b c" / "index.htm", "<title>Other</title><body><p>Say hello, wave hello.</p>")
    write(tmp_path / "docs" / "c.md", "---\ntitle: C\n---\nText\n")
    found = entries(tmp_path / "docs")
    assert [(entry.id, entry.source) for entry in found] == [
        ("a/index", "docs"),
        ("b-c/index", "docs"),
        ("c", "docs"),
    ]
    assert (found[1].title, found[1].text) == ("Other", "Say hello, wave hello.")


def test_a_page_in_the_encoding_that_it_names(tmp_path: Path) -> None:
    page = '<meta charset="windows-1252"><h1>Dübel</h1><p>Löcher bohren</p>'
    (found,) = entries(write(tmp_path / "x.html", page.encode("cp1252")))
    assert (found.title, found.text) == ("Dübel", "Löcher bohren")


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        (b" \n", "is empty"),
        ("<h1>Dübel</h1>\n<p>Löcher</p>".encode("latin-1"), "x.html:1: not utf-8"),
        (b'<meta charset="nonsense-8"><h1>A</h1><p>b</p>', "an encoding that is none: 'nonsense-8'"),
        (b"<p>Only text</p>", "`title` is missing"),
        (b"<h1>Only a title</h1>", "`text` is missing"),
        (b"<div>" * 5_000 + b"<h1>A</h1>b", "nested too deep"),
        (b"<h1>A</h1>" + b"x" * 5_000_001, "is larger than"),
    ],
)
def test_a_page_that_is_none_is_named_and_the_rest_read(tmp_path: Path, page: bytes, fault: str) -> None:
    write(tmp_path / "good.html", PAGE)
    write(tmp_path / "x.html", page)
    assert [item.id for item in read(tmp_path) if isinstance(item, Entry)] == ["good"]
    (told,) = faults(tmp_path)
    assert "x.html" in told
    assert fault in told


# CSV


def test_articles_and_answers_in_a_table(tmp_path: Path) -> None:
    table = 'ID,Title,Text,Features,Audience\nshelf,Hang a shelf,"Drill, then\nplug it",plugs; M6,trade\n\n'
    (found,) = entries(write(tmp_path / "a.csv", table))
    assert (found.id, found.text, found.features) == ("shelf", "Drill, then\nplug it", ("plugs", "M6"))
    assert (found.audience, found.kind, found.source) == ("trade", EntryKind.USAGE, "a.csv")
    table = "\ufeffid;question;text;created_at\n1;How?;Like so;2026-01-02\n"
    (found,) = entries(write(tmp_path / "b.csv", table))
    assert (found.id, found.kind, found.question) == ("1", EntryKind.ANSWER, "How?")
    (found,) = entries(write(tmp_path / "c.tsv.gz", gzip.compress(b"id\ttitle\ttext\n7\tA\tB\n")))
    assert found.id == "7"


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (b"x,Title", "`text` is missing"),
        (b"x,Title,Text,more,and more", "5 values for 3 columns"),
        ("x,Löcher,Text".encode("latin-1"), "not UTF-8"),
        (b"x," + b"y" * 20_000_000 + b",Text", "longer than"),
        (b'x,Title,"' + b"never closed\n" * 100_000, "not CSV"),
        (b"a b,Title,Text", "`id` may hold"),
    ],
)
def test_a_bad_row_is_named_and_the_rest_read(tmp_path: Path, line: bytes, fault: str) -> None:
    path = write(tmp_path / "x.csv", b"id,title,text\n1,One,Text\n" + line + b"\n2,Two,Text\n")
    assert [item.id for item in read(path) if isinstance(item, Entry)] == ["1", "2"]
    told = faults(path)
    assert fault in told[0]
    assert told[0].startswith(f"{path}:3: ")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "the file is empty"),
        (b"id,title,text\n", "holds no row"),
        ("id,title\n".encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04\x00\x00", "not text"),
        (b"name,city\nA,B\n", "neither an article"),
        (b"\x1f\x8bnonsense", "cannot be read on"),
    ],
)
def test_a_table_that_is_none_of_ours(tmp_path: Path, content: bytes, fault: str) -> None:
    (told,) = faults(write(tmp_path / "x.csv", content))
    assert fault in told


# Tweets

HEAD = "tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id\n"
DAY = "Tue Oct 31 22:10:{:02} +0000 2017"


def tweet(key: int, author: str, text: str, parent: object = "", second: int = 0) -> str:
    return f'{key},{author},{not author.isalpha()},{DAY.format(second)},"{text}",,{parent}\n'


LONG = "Please hold the button for ten seconds until the light turns green, then try pairing again."
TWEETS = "".join(
    [
        HEAD,
        tweet(1, "115712", "@Holloway my drill does not pair, call me on 07911 123456"),
        tweet(2, "Holloway", "@115712 Which phone do you use? ^AB", "1", 1),
        tweet(3, "115712", "@Holloway An old Android one.", "2", 2),
        tweet(4, "Holloway", f"@115712 {LONG} 1/2 ^AB", "3.0", 3),
        tweet(5, "Holloway", "@115712 Then update the app. 2/2 ^AB", "3", 4),
        tweet(6, "Holloway", LONG, "999", 5),
        tweet(7, "Holloway", LONG, "4", 6),
        tweet(8, "Sawyer", f"@115712 {LONG}", "1", 7),
        "x y,Holloway,False,yesterday,text,,1\n",
        "10,Holloway,maybe,yesterday,text,,1\n",
    ]
)


def test_a_brand_reply_is_an_answer_to_what_the_customer_asked(tmp_path: Path) -> None:
    skipped: Counter[str] = Counter()
    found = list(read(write(tmp_path / "tweets.csv", TWEETS), skipped=skipped))
    answers = [item for item in found if isinstance(item, Entry)]
    assert [(entry.id, entry.product) for entry in answers] == [("tweet-8", "Sawyer"), ("tweet-4", "Holloway")]
    assert answers[1].question == "my drill does not pair, call me on [phone]\nAn old Android one."
    assert answers[1].text == f"{LONG} 1/2\nThen update the app. 2/2"
    assert answers[1].created_at == datetime(2017, 10, 31, 22, 10, 3, tzinfo=UTC)
    assert skipped == {
        "replies whose question is not in the file": 2,
        "replies that say little or only ask back": 1,
    }
    told = [str(item) for item in found if isinstance(item, BadInput)]
    assert ["`id` may hold" in told[0], "`inbound` must be" in told[1]] == [True, True]
    assert told[1].startswith(f"{tmp_path / 'tweets.csv'}:11: ")


# A Mastodon account's archive

US = "https://tools.social/users/holloway"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


def note(number: int, content: str, parent: str | None = None, *, to: str = PUBLIC, **more: Any) -> dict[str, Any]:
    made = {
        "id": f"{US}/statuses/{number}",
        "type": "Note",
        "url": f"https://tools.social/@holloway/{number}",
        "inReplyTo": parent,
        "published": f"2026-01-02T03:04:{number:02}Z",
        "to": [to],
        "cc": [],
        "content": content,
        **more,
    }
    return {"type": "Create", "object": made}


ASKED = "https://diy.social/users/ben/statuses/77"
SAID = f'<p><span class="h-card"><a href="x">@<span>ben</span></a></span> {LONG}</p><p>Ask<br>again.</p>'
OUTBOX = {
    "orderedItems": [
        note(1, "<p>We have a sale!</p>"),
        note(2, SAID, ASKED, contentMap={"en": SAID}),
        note(3, "<p>And tell us how it went.</p>", f"{US}/statuses/2", to="x", cc=[PUBLIC]),
        note(4, SAID, ASKED, to=f"{US}/followers"),
        note(5, SAID, "https://other.social/@cleo/5"),
        note(6, "<p>@ben Which one?</p>", ASKED),
        {"type": "Announce", "object": "https://x.social/1"},
    ]
}


def test_own_public_replies_whose_question_is_known(tmp_path: Path) -> None:
    path = write(tmp_path / "outbox.json", json.dumps(OUTBOX))
    skipped: Counter[str] = Counter()
    questions = {"https://diy.social/@ben/77": "How do I pair it? Mail ben@diy.social"}
    (found,) = entries(path, skipped=skipped, questions=questions)
    assert (found.id, found.url) == ("mastodon-tools.social/2", "https://tools.social/@holloway/2")
    assert found.question == found.title == "How do I pair it? Mail [email]"
    assert found.text == f"{LONG}\nAsk\nagain.\nAnd tell us how it went."
    assert (found.language, found.created_at) == ("en", datetime(2026, 1, 2, 3, 4, 2, tzinfo=UTC))
    assert skipped == {
        "boosts and other activities": 1,
        "posts that are not public": 1,
        "posts that reply to nobody": 1,
        "replies to posts that are not known": 1,
        "replies that say little or only ask back": 1,
    }


@pytest.mark.parametrize("form", ["folder", "zip", "tar.gz"])
def test_an_archive_packed_or_not_with_questions_beside_it(tmp_path: Path, form: str) -> None:
    outbox = json.dumps(OUTBOX).encode()
    place = tmp_path / "archive"
    write((place if form == "folder" else tmp_path) / "questions.jsonl", json.dumps({"url": ASKED, "text": "How?"}))
    path = place if form == "folder" else tmp_path / f"archive.{form}"
    if form == "folder":
        write(place / "outbox.json", outbox)
    elif form == "zip":
        with zipfile.ZipFile(path, "w") as packed:
            packed.writestr("export/outbox.json", outbox)
    else:
        with tarfile.open(path, "w:gz") as tape:
            info = tarfile.TarInfo("outbox.json")
            info.size = len(outbox)
            tape.addfile(info, io.BytesIO(outbox))
    assert [entry.question for entry in entries(path)] == ["How?"]


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("outbox.json", b"{", "is not the outbox"),
        ("outbox.json", b'{"orderedItems": 7}', "is not the outbox"),
        ("outbox.json", b"[" * 100_000, "is not the outbox"),
        ("a.zip", b"PK\x03\x04 torn", "cannot be read"),
        ("a.tar.gz", b"\x1f\x8b torn", "cannot be read"),
    ],
)
def test_an_archive_that_is_none(tmp_path: Path, name: str, content: bytes, fault: str) -> None:
    (told,) = faults(write(tmp_path / name, content))
    assert fault in told
