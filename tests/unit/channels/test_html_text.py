"""HTML to plain text: what the author wrote stays, what could harm or hide does not."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.html_text import LONGEST_HTML, plain_text, printable

MASTODON_LINK = (
    '<a href="https://example.org/a/long/path?x=1&amp;y=2" rel="nofollow noopener">'
    '<span class="invisible">https://</span><span class="ellipsis">example.org/a/lon</span>'
    '<span class="invisible">g/path?x=1&amp;y=2</span></a>'
)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<p>One<br>two<br/>three</p>", "One\ntwo\nthree"),
        ("<p>a &lt; b &amp; c</p>", "a < b & c"),
        ("plain words", "plain words"),
        ("", ""),
        ("<p></p>", ""),
        (f"<p>See {MASTODON_LINK} please</p>", "See https://example.org/a/long/path?x=1&y=2 please"),
        ('<a href="https://example.org/drill">the drill page</a>', "the drill page (https://example.org/drill)"),
        ('<a href="https://evil.example/x">https://bank.example</a>', "https://bank.example (https://evil.example/x)"),
        ('<a href="https://www.example.org/">example.org</a>', "https://www.example.org/"),
        ('<a href="https://example.org/lo">example.org/l…</a>', "https://example.org/lo"),
        ('<a href="javascript:alert(1)">click</a>', "click"),
        ('<a href="mailto:a@example.org">a@example.org</a>', "a@example.org"),
        (
            '<p><span class="h-card"><a href="https://x.example/@holloway" class="u-url mention">'
            "@<span>holloway</span></a></span> hello</p>",
            "@holloway hello",
        ),
        ('<a href="https://x.example/tags/diy" class="mention hashtag">#<span>diy</span></a>', "#diy"),
        ("<p>Steps:</p><ul><li>drill</li><li>screw</li></ul>", "Steps:\n\n- drill\n- screw"),
        ("<pre><code>a\n  b</code></pre>", "a\nb"),
        ("<p>one\n   two</p>", "one two"),
        ("<blockquote><p>quoted</p></blockquote><p>mine</p>", "quoted\n\nmine"),
        ('<p>hi <img alt=":drill:" src="https://x.example/e.png"></p>', "hi :drill:"),
        ("a<script>alert(1)</script><style>p{}</style><!-- c --><template>t</template>b", "ab"),
        ("<p>un<b>closed", "unclosed"),
        ("<p>nul\x00 bell\x07 \ud800x</p>", "nul bell x"),
        ("<svg onload=alert(1)><p>text</p>", "text"),
    ],
)
def test_reads_as_the_author_wrote_it(html: str, text: str) -> None:
    assert plain_text(html) == text


def test_a_class_of_mention_does_not_hide_an_address() -> None:
    assert "https://evil.example" in plain_text('<a class="mention" href="https://evil.example">your bank</a>')


@pytest.mark.parametrize("piece", ["<div>", "<b><i>", "<a ", "<!--", "&", "</a", '<a href="x', "<table>", "<ul><li>"])
def test_hostile_html_takes_bounded_time(piece: str) -> None:
    started = time.process_time()
    plain_text(piece * (1_000_000 // len(piece)))
    assert time.process_time() - started < 5


def test_longer_input_is_cut() -> None:
    assert len(plain_text("x" * (2 * LONGEST_HTML))) == LONGEST_HTML


@given(st.text())
def test_any_text_gives_storable_text(html: str) -> None:
    text = plain_text(html)
    assert "\x00" not in text
    text.encode()
    assert text == text.strip()


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "S"], exclude_characters="&<>"), min_size=1))
def test_words_without_markup_pass_through(words: str) -> None:
    assert plain_text(f"<p>{words}</p>") == words


def test_printable_keeps_line_ends_and_emoji() -> None:
    assert printable("a\r\nb\rc\t👩‍🔧\x1b[0m") == "a\nb\nc\t👩‍🔧[0m"
