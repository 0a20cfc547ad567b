"""The report: complete, self-contained, and safe whatever the posts say."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from actions.proposal import Candidate, Check, Sentence
from bot.rehearsal import figures, report
from bot.rehearsal.gaps import Gap
from bot.rehearsal.posts import Taken
from bot.rehearsal.rows import Row
from knowledge.errors import BadInput

from . import samples

HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)> {{ 7 * 7 }} </style> me@example.org'


class Page(HTMLParser):
    """What a browser would make of it: tags, attributes and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in {"meta", "br", "rect", "line", "polyline", "img", "link"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text += data


def hostile_run() -> report.Rehearsed:
    text = HOSTILE
    proposal = samples.proposal(
        text=text,
        candidates=(Candidate(label="best", text=text, sentences=(Sentence(text=text, sources=("bad",)),)),),
        sources=(samples.source("bad", title=HOSTILE, quote=HOSTILE, url="javascript:alert(1)"),),
        checks=(Check(name="sourced", ok=False, note=HOSTILE),),
        reason_text=HOSTILE,
        understanding=samples.proposal().understanding.model_copy(update={"outcome": HOSTILE}),
    )
    drafted = Row(samples.post(1, title=HOSTILE, text=HOSTILE, answers=(HOSTILE,)), 1, proposal)
    lacking = samples.held(2, title=HOSTILE, text=HOSTILE)
    failed = Row.failed(samples.post(3, title=HOSTILE), 1, BadInput(HOSTILE))
    run = samples.rehearsed(drafted, lacking, failed, brand=HOSTILE.removesuffix(" me@example.org"), stopped=HOSTILE)
    return replace(
        run,
        taken=replace(run.taken, file=HOSTILE, errors=(HOSTILE,)),
        holdings=replace(run.holdings, files=(HOSTILE,), errors=(HOSTILE,)),
        gaps=(Gap((lacking, lacking), (HOSTILE,)),),
        alone=(lacking,),
    )


def test_hostile_text_is_shown_and_does_nothing() -> None:
    page = report.render(hostile_run())
    parsed = Page(page)
    assert "script" not in parsed.tags
    assert "img" not in parsed.tags
    assert not [name for name, _ in parsed.attributes if name.startswith("on")]
    assert not [value for name, value in parsed.attributes if name == "href" and not (value or "").startswith("#")]
    assert '<script>alert("x")</script>' in parsed.text
    assert "{{ 7 * 7 }}" in parsed.text
    assert "49" not in page.partition("</style>")[2]


def test_private_details_are_masked_once_more() -> None:
    assert "me@example.org" not in report.render(hostile_run())


def test_nothing_is_loaded_from_anywhere_and_every_tag_is_closed() -> None:
    page = report.render(hostile_run())
    parsed = Page(page)
    assert parsed.open == []
    assert {"link", "script", "iframe", "object"}.isdisjoint(parsed.tags)
    assert not [name for name, _ in parsed.attributes if name in {"src", "srcset", "background"}]
    assert "url(" not in page
    assert "@import" not in page
    assert "default-src 'none'" in page


def test_a_lead_finds_the_figures() -> None:
    rows = [samples.row(n, confidence=0.6, ms=200) for n in range(3)] + [samples.held(n) for n in range(3, 10)]
    run = samples.rehearsed(*rows, agreement=figures.Agreement(40, 30, 20, 10, (figures.Band(0.6, 0.8, 40, 30),)))
    text = " ".join(Page(report.render(run)).text.split())
    assert "Of 10 past posts, 3 (30 %) got a draft" in text
    assert "7 were held back for a person" in text
    assert "1 January 2025 to 10 January 2025" in text
    assert "1 answer entry, 3 usage entries from articles.jsonl" in text
    assert "learning 12 s, drafting 3 min 20 s" in text
    assert "Undated articles always count. 3 of the entries carry no date" in text
    assert "For 30 of them (75 %) that very article" in text
    assert "60 % to 80 %4030 (75 %)" in text
    assert "No draft failed length." in text
    assert "All posts of the period were taken" in text


def test_a_sample_is_called_one() -> None:
    run = samples.rehearsed(samples.row(1))
    run = replace(run, taken=Taken("t.jsonl", None, None, 500, run.taken.posts, ()))
    assert "equal stretches of the 500 posts" in report.render(run)


def test_about_sixty_drafts_are_shown_spread_over_confidence() -> None:
    rows = [samples.row(n, confidence=n / 200, answers=("Their answer.",)) for n in range(200)]
    page = report.render(samples.rehearsed(*rows))
    shown = [int(value) for value in re.findall(r'class="draft">\s*<summary><b>(?:under )?(\d+) %', page)]
    assert len(shown) == 60
    assert shown == sorted(shown, reverse=True)
    assert max(shown) >= 98
    assert min(shown) <= 2
    assert page.count("Their answer.") == 60


def test_a_stopped_rehearsal_says_so() -> None:
    run = samples.rehearsed(samples.row(1), stopped="The rehearsal was stopped.")
    run = replace(run, taken=replace(run.taken, posts=run.taken.posts * 9))
    assert "covers the 1 of 9 posts that were done" in " ".join(report.render(run).split())


@pytest.mark.parametrize("rows", [(), (samples.held(1),), (Row.failed(samples.post(1), 1, BadInput("x")),)])
def test_a_rehearsal_without_drafts_has_a_report_too(rows: tuple[Row, ...]) -> None:
    page = report.render(samples.rehearsed(*rows))
    assert "Nothing was drafted." in page
    assert Page(page).open == []


@pytest.mark.parametrize(
    ("part", "whole", "said"), [(0, 10, "0 %"), (1, 1000, "under 1 %"), (1, 3, "33 %"), (3, 3, "100 %"), (0, 0, "0 %")]
)
def test_percent(part: float, whole: float, said: str) -> None:
    assert report.percent(part, whole) == said


def test_the_terminal_gets_one_line() -> None:
    assert report.summary([samples.row(1), samples.held(2)]) == (
        "2 posts, 50 % with a draft: 1 advice drafted, 1 handed to a person"
    )
