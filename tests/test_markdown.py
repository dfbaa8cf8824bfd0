"""Blocks of a body: what a citation can support at most, and what gives it context."""

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.blocks import Kind
from storage.headings import video_headings
from storage.markdown import read_markdown
from storage.marks import mark_citations
from tests.hostile import CITE as A
from tests.hostile import RUNS, deep, lines, run


def blocks(body: str) -> list[tuple[str, str]]:
    """Kind and words of each block, citations shown as "@"."""
    marked, _ = mark_citations(body.replace("@", A), 1)
    return [
        (block.kind.value, "".join("@" if char > "\U000effff" else char for char in block.text))
        for block in read_markdown(marked).blocks
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            "One\ntwo @.\n\nThree", [("paragraph", "One\ntwo @."), ("paragraph", "Three")]
        ),
        pytest.param("# A\nb\n# C", [("heading", "A"), ("paragraph", "b"), ("heading", "C")]),
        pytest.param("* a @\n  b\n* c", [("item", "a @\nb"), ("item", "c")], id="lines of an item"),
        pytest.param("1. a\n2. b", [("item", "a"), ("item", "b")], id="numbers"),
        pytest.param("* a\n    * b", [("item", "a"), ("item", "b")], id="nested"),
        pytest.param("* a\n\n  b", [("item", "a"), ("paragraph", "b")], id="paragraphs of an item"),
        pytest.param("* **L** Text", [("item", "L: Text")], id="label without a colon"),
        pytest.param("* **L**\n  Text", [("item", "L:\nText")], id="label on its own line"),
        pytest.param("* **L**: text", [("item", "L: text")], id="label with a colon"),
        pytest.param("* **L:** text", [("item", "L: text")], id="label with a colon inside"),
        pytest.param("* **Bold** words", [("item", "Bold words")], id="bold is no label"),
        pytest.param("* **T**wo", [("item", "Two")], id="bold letter"),
        pytest.param("**L** Text", [("paragraph", "L Text")], id="bold paragraph"),
        pytest.param("> a @\nb", [("paragraph", "a @\nb")], id="lazy continuation"),
        pytest.param("> a\n>\n> b", [("paragraph", "a"), ("paragraph", "b")], id="quote"),
        pytest.param(
            "> [!info] T @\n> b @", [("title", "T @"), ("paragraph", "b @")], id="callout"
        ),
        pytest.param("> [!NOTE]\n> b", [("paragraph", "b")], id="callout without a title"),
        pytest.param("> [!q]- T\n> b", [("title", "T"), ("paragraph", "b")], id="foldable"),
        pytest.param("> [!q|T]\n> b", [("title", "T"), ("paragraph", "b")], id="title after a bar"),
        pytest.param("> [!PRO TIP]\n> b", [("paragraph", "b")], id="type with a space"),
        pytest.param(
            "> [!a] T\n> b @\n> [!b] U\n> c",
            [("title", "T"), ("paragraph", "b @"), ("title", "U"), ("paragraph", "c")],
            id="two callouts in one quote",
        ),
        pytest.param("* [!TIP] a", [("item", "a")], id="no callout in an item"),
        pytest.param("[!TIP] T\nb", [("title", "T"), ("paragraph", "b")], id="callout without >"),
        pytest.param(
            "| A | B |\n|---|---|\n| x @ | y |", [("head", "A | B"), ("row", "x @ | y")], id="table"
        ),
        pytest.param(
            "| A | B |\n|---|---|\n| [[x | y]] | z |",
            [("head", "A | B"), ("row", "y | z")],
            id="bar",
        ),
        pytest.param("```python\nx = 1\n```\nb", [("paragraph", "b")], id="code"),
        pytest.param("```python\nx = 1\ny @\n```", [("code", "y @")], id="cited code"),
        pytest.param("```markdown\n# A\nb @\n```", [("heading", "A"), ("paragraph", "b @")]),
        pytest.param("```\n# A\nb @\n```", [("heading", "A"), ("paragraph", "b @")]),
        pytest.param("```\nb c @\n", [("paragraph", "b c @")], id="fence without an end"),
        pytest.param("    b c @\n", [("paragraph", "b c @")], id="indented, cited"),
        pytest.param("    b c\n", [], id="indented code"),
        pytest.param("a `b` <b>c</b><br>d", [("paragraph", "a b c\nd")], id="tags"),
        pytest.param("<div>\na @\n</div>", [("paragraph", "\na @\n")], id="raw HTML"),
        pytest.param("use <name> here", [("paragraph", "use <name> here")], id="no HTML"),
        pytest.param("2<sup>t</sup>, 1<sup>st</sup>", [("paragraph", "2^t, 1st")], id="powers"),
        pytest.param("[[a_b]] [[c | d]] [[e | f | g]]", [("paragraph", "a b d g")], id="links"),
        pytest.param("[t](http://x) ![i](y.png)", [("paragraph", "t i")], id="Markdown links"),
        pytest.param(r"a \* b &amp; c", [("paragraph", "a * b & c")], id="escapes"),
        pytest.param("costs $40 and $x^2$", [("paragraph", "costs $40 and $x^2$")], id="dollars"),
        pytest.param("<!-- a -->\nb", [("paragraph", "b")], id="comment"),
        pytest.param("---\n\n***", [], id="rules"),
        pytest.param("", []),
    ],
)
def test_a_body_falls_into_its_blocks(body: str, expected: list[tuple[str, str]]) -> None:
    found = [(kind, text.strip()) for kind, text in blocks(body)]
    assert found == [(kind, text.strip()) for kind, text in expected]


@pytest.mark.parametrize(
    ("body", "above"),
    [
        ("It has:\n* a\n* b", ["It has:"]),
        ("It has parts.\n* a\n* b", []),
        ("* p\n    * b", ["p"]),
        ("It has:\n* p\n    * b", ["It has:", "p"]),
        ("> [!info] T\n> b", ["T"]),
        ("> [!info] T\n> * b", ["T"]),
        ("| A | B |\n|---|---|\n| x | b |", ["A | B"]),
        ("* a\n\nb", []),
        ("# H\nb", []),
    ],
)
def test_a_block_hangs_on_what_gives_it_context(body: str, above: list[str]) -> None:
    block = read_markdown(body).blocks[-1]
    assert [parent.text.strip() for parent in block.above] == above


def test_headings_above_a_block_are_its_path() -> None:
    document = read_markdown("# A\n## B\n### C\n## D\nx")
    assert [block.text for block in document.blocks[-1].heading] == ["A", "D"]
    assert [block.kind for block in document.blocks] == [*[Kind.HEADING] * 4, Kind.PARAGRAPH]


def test_wikilinks_are_told_with_the_words_they_show() -> None:
    document = read_markdown("[[a_b]], [[C d | e]], [[f#g | h]] and `[[code]]`")
    assert document.links == [("a_b", "a b"), ("C d", "e"), ("f#g", "h")]


def test_titles_of_videos_stand_in_an_index_page() -> None:
    page = "### [Хлеб & соль](https://youtu.be/a)\n* [[x]]\n### plain\n### [二 `x`](https://b)"
    assert list(video_headings(page)) == [
        ("Хлеб & соль", "https://youtu.be/a"),
        ("二 x", "https://b"),
    ]


@given(st.text(alphabet=st.sampled_from("ab@*_`~#>|-[]()!<>/\\$ \n\t1.:\"'&"), max_size=200))
def test_no_citation_falls_out_of_prose(body: str) -> None:
    """Whatever the markup, a mark stands in at most one block, and in one unless it is code."""
    marked, stamps = mark_citations(body.replace("@", A), 1)
    text = "".join(block.text for block in read_markdown(marked).blocks)
    assert all(text.count(chr(0xF0000 + number)) <= 1 for number in range(len(stamps)))


@pytest.mark.parametrize("shape", [run, lines, deep])
@pytest.mark.parametrize("unit", RUNS)
def test_long_runs_of_markup_take_no_time(shape: Callable[[str], str], unit: str) -> None:
    started = time.process_time()
    read_markdown(mark_citations(shape(unit), 1)[0])
    assert time.process_time() - started < 1
