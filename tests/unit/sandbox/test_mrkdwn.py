"""mrkdwn is shown as Slack shows it, and nothing that anybody writes becomes markup of the page."""

from __future__ import annotations

from datetime import datetime, timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.mrkdwn import link, markdown, render

SHOWN = {
    "*bold* and _italic_ and ~gone~": "<strong>bold</strong> and <em>italic</em> and <del>gone</del>",
    "_*both*_": "<em><strong>both</strong></em>",
    "2 * 3 * 4": "2 * 3 * 4",
    "snake_case_name": "snake_case_name",
    "*not bold": "*not bold",
    "* spaced *": "<ul><li>spaced *</li></ul>",
    "`a *b* <c>`": "<code>a *b* c</code>",
    "```one\n&lt;b&gt; *two*```": "<pre>one\n&lt;b&gt; *two*</pre>",
    "one\ntwo": "one<br>two",
    "&gt; said\n&gt; again\nafter": "<blockquote>said<br>again</blockquote>after",
    "> said": "<blockquote>said</blockquote>",
    "• one\n• two": "<ul><li>one</li><li>two</li></ul>",
    "1. one\n2. two": "<ol><li>one</li><li>two</li></ol>",
    "a &amp; b &lt;c&gt;": "a &amp; b &lt;c&gt;",
    "<@U1> in <#C1>": '<span class="mention">@Anna Reyes</span> in <span class="mention">#reviews</span>',
    "<!here>": '<span class="mention">@here</span>',
    ":no_such_thing:": ":no_such_thing:",
    "at 10:30:45": "at 10:30:45",
}


@pytest.mark.parametrize(("text", "html"), SHOWN.items(), ids=SHOWN)
def test_it_is_shown_as_in_slack(text: str, html: str) -> None:
    assert render(text, {"U1": "Anna Reyes", "C1": "reviews"}) == html


def test_links_open_elsewhere_and_keep_their_labels() -> None:
    assert str(render("<https://x.example/a?b=1&amp;c=2|the *page*>")) == (
        '<a href="https://x.example/a?b=1&amp;c=2" target="_blank" rel="noopener noreferrer nofollow">the *page*</a>'
    )
    assert 'href="https://x.example/a_b_c"' in render("see https://x.example/a_b_c.")
    assert 'href="mailto:a@x.example"' in render("<mailto:a@x.example|write>")


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "vbscript:x", " https://x", 'https://x"onload=']
)
def test_an_unsafe_address_is_only_text(url: str) -> None:
    assert "<a" not in link(url, "click")
    assert "<a" not in render(f"<{url}|click>")


def test_a_date_is_shown_in_the_readers_own_time_or_by_its_fallback() -> None:
    noon = datetime(2026, 3, 14, 12, 0).astimezone()
    assert render(f"<!date^{int(noon.timestamp())}^{{date_short}} at {{time}}|later>") == "Mar 14, 2026 at 12:00"
    for broken in (
        "<!date^x^{date}|later>",
        "<!date^1^{week}|later>",
        "<!date^1|later>",
        f"<!date^{10**30}^{{date}}|later>",
    ):
        assert render(broken) == "later"


def test_the_pretty_forms_of_a_date_name_the_days_around_now() -> None:
    now = datetime.now().replace(hour=12, minute=0)
    for days, said in ((-1, "Yesterday"), (0, "Today"), (1, "Tomorrow")):
        moment = int((now + timedelta(days=days)).timestamp())
        assert render(f"<!date^{moment}^{{date_short_pretty}} {{time}}|later>") == f"{said} 12:00"
    assert "day" not in render(f"<!date^{int(now.timestamp())}^{{date_short}}|later>")


def test_verbatim_text_makes_no_links_of_its_own() -> None:
    said = "see “https://x.example/a” or <https://x.example/b|this>"
    assert 'href="https://x.example/a"' in render(said)
    shown = render(said, verbatim=True)
    assert "https://x.example/a”" in shown
    assert str(shown).count("<a ") == 1


def test_emoji_are_drawn_by_name_and_by_character() -> None:
    for text in (":white_check_mark:", "✅"):
        assert 'src="/static/emoji.svg#white_check_mark" alt="✅"' in render(text)
    assert "<img" not in render("`:white_check_mark: ✅`")


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    '<https://x.example/"onmouseover=alert(1)|x>',
    "<https://x.example|<img src=x>>",
    "*<script>*",
    "```</pre><script>alert(1)</script>```",
    "`</code><script>`",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;lt;script&amp;gt;",
    "\ue0000\ue001 \ue0001\ue001",
    "<@<script>>",
    "<!date^0^{date}|<b>>",
    ":<script>:",
    "> <iframe src=//x>",
]


class _Tags(HTMLParser):
    """Notes every tag and attribute that a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[tuple[str, str]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen |= {(tag, name) for name, _ in attrs} or {(tag, "")}


ALLOWED = {(tag, "") for tag in ("strong", "em", "del", "code", "pre", "br", "blockquote", "ul", "ol", "li", "p")} | {
    ("a", "href"), ("a", "target"), ("a", "rel"), ("span", "class"),
    ("img", "class"), ("img", "src"), ("img", "alt"), ("img", "title"),
}  # fmt: skip


def tags(html: str) -> set[tuple[str, str]]:
    parser = _Tags()
    parser.feed(html)
    return parser.seen


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    assert tags(str(render(text))) <= ALLOWED
    assert not {tag for tag, _ in tags(str(markdown(text)))} & {"script", "img", "svg", "iframe"}


@given(st.text(alphabet="<>|&;\"'*_~`\n:@#! abhtps/.\ue000\ue0010", max_size=60))
def test_no_text_at_all_becomes_other_markup(text: str) -> None:
    html = str(render(text))
    assert tags(html) <= ALLOWED
    assert 'href="http' in html or "href=" not in html
