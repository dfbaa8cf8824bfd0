"""Finding citations, and the words that each one supports."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.citations import MOST_CHARS, Claims, read_claims
from storage.marks import MOST_ANCHORS, MOST_CITATIONS, is_cited, mark_citations, squeeze
from tests.hostile import CITE as A
from tests.hostile import PIECES, RUNS, run


def stamps(text: str) -> list[tuple[str, str]]:
    return [(stamp.data, stamp.label) for stamp in mark_citations(text, 1)[1]]


def claims(text: str) -> Claims:
    return read_claims(mark_citations(text.replace("@", A), 1)[0])


def told(text: str) -> list[tuple[str, str, str]]:
    return [(claim.before, claim.text, claim.after) for claim in claims(text).claims]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (A, [("00:01:02", "[00:01:02]")]),
        ('<a class="yt-timestamp" data-t="00:01:02"></a>', [("00:01:02", "")]),
        ('<a class="yt-timestamp" data-t="01:02">01:02</a>', [("01:02", "01:02")]),
        ("<a class='yt-timestamp' data-t='00:01:02'>[00:01:02]</a>", [("00:01:02", "[00:01:02]")]),
        ('<a class="yt-timestamp" data-t="00:01:02">[00:01:02]', [("00:01:02", "[00:01:02]")]),
        ('<a class="yt-timestamp" data-t="00:01:02"', [("00:01:02", "")]),
        ('<a class="yt-timestamp data-t="00:01:02">[00:01:02]</a>', [("00:01:02", "[00:01:02]")]),
        ('<a class="yt-timestamp" data-t=00:01:02>[00:01:02]</a>', [("00:01:02", "[00:01:02]")]),
        ('<a class="yt-timestamp" data-t=">[00:01:02]</a>', [("", "[00:01:02]")]),
        (
            '<a class="yt-timestamp" data-t="00:01:02">[00:01:02]</span>',
            [("00:01:02", "[00:01:02]")],
        ),
        ('<a href="https://example.com">a page</a>', []),
        ("[00:01:02]", [("", "00:01:02")]),
        ("[1:02]", [("", "1:02")]),
        ("[[00:01:02]]", [("", "00:01:02")]),
        ("[00:01:02, 00:03:04]", [("", "00:01:02"), ("", "00:03:04")]),
        ("[00:01:02 - 00:03:04]", [("", "00:01:02"), ("", "00:03:04")]),
        ("[00:01:02 | 00:03:04]", [("", "00:01:02"), ("", "00:03:04")]),
        ("[00:01:02 and 00:03:04]", [("", "00:01:02"), ("", "00:03:04")]),
        ("[[topic | 00:01]]", [("", "00:01")]),
        ("[[topic | [00:01:02]]]", [("", "00:01:02")]),
        ("[00:01:02](https://youtu.be/XYZ)", [("", "00:01:02")]),
        ("(0:01:02)", [("", "0:01:02")]),
        ("(00:01:02, 00:03:04)", [("", "00:01:02"), ("", "00:03:04")]),
        (f"[00:01:02]({A})", [("", "00:01:02"), ("00:01:02", "[00:01:02]")]),
        ("(10:30)", []),
        ("at 10:30 or 00:01:02", []),
        ("[12]", []),
        ("[John 3:16]", []),
        ("[see 00:01:02]", []),
        ("<abbr>", []),
    ],
)
def test_each_form_of_a_citation(text: str, found: list[tuple[str, str]]) -> None:
    assert stamps(f"Words {text} more.") == found


def test_stamps_know_their_lines() -> None:
    lines = [
        stamp.line for stamp in mark_citations(f"a {A}\n\nb {A} {A}\n[00:01\n,00:02]{A}", 7)[1]
    ]
    assert lines == [7, 9, 9, 10, 10, 11]


def test_words_inside_an_anchor_are_kept() -> None:
    text = 'as <a class="yt-timestamp" data-t="00:01:02">he said</a> then'
    assert told(text)[0][1] == "as he said"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("A b @.", [("", "A b.", "")], id="words before, and the stop after"),
        pytest.param("A b. @ C d. @", [("", "A b.", ""), ("", "C d.", "")], id="after the stop"),
        pytest.param("A b @. C d @.", [("", "A b.", ""), ("", "C d.", "")], id="two claims"),
        pytest.param("A. B @.", [("", "A. B.", "")], id="uncited sentence before"),
        pytest.param(
            "A b @, and c @.", [("", "A b", ", and c."), ("A b, ", "and c.", "")], id="mid-sentence"
        ),
        pytest.param("@ a b.", [("", "a b.", "")], id="block opens with its citation"),
        pytest.param("@ a @ b @", [("", "a", " b"), ("a ", "b", "")], id="opens, but all cited"),
        pytest.param("@", [("", "", "")], id="alone"),
        pytest.param("A @ @, @ and @-@.", [("", "A.", "")], id="a group"),
        pytest.param("A @; B @", [("", "A", "; B"), ("A; ", "B", "")], id="semicolon"),
        pytest.param("A (@).", [("", "A.", "")], id="in parentheses"),
        pytest.param("A [@], b [@].", [("", "A", ", b."), ("A, ", "b.", "")], id="in brackets"),
        pytest.param("A ([00:01:02](@)).", [("", "A.", "")], id="hybrid link in parentheses"),
        pytest.param("A, [00:01:02](@).", [("", "A.", "")], id="comma before, stop after"),
        pytest.param("A (see @). B @.", [("", "A (see).", ""), ("", "B.", "")], id="in an aside"),
        pytest.param('A "b @".', [("", 'A "b".', "")], id="before the closing quote"),
        pytest.param('A "b." @. C @.', [("", 'A "b."', ""), ("", "C.", "")], id="stop twice"),
        pytest.param("At 6 p.m. @. C @.", [("", "At 6 p.m.", ""), ("", "C.", "")], id="6 p.m."),
        pytest.param("A @! B @?", [("", "A!", ""), ("", "B?", "")], id="other stops"),
        pytest.param("A @ B @", [("", "A", ""), ("", "B", "")], id="capital without a stop"),
        pytest.param("A @\n\nb", [("", "A", " b")], id="white space collapses"),
        pytest.param(
            "A \u2068b\u2069\u200b c @", [("", "A b c", "")], id="invisible characters go"
        ),
        pytest.param("M is [[0 1] [1 0]] @.", [("", "M is [[0 1] [1 0]].", "")], id="a matrix"),
        pytest.param("See [[x_y | z]] @.", [("", "See z.", "")], id="a raw wikilink"),
    ],
)
def test_each_claim_has_its_own_words_and_sentence(
    text: str, expected: list[tuple[str, str, str]]
) -> None:
    shown = [(before, words, after) for before, words, after in told(text)]
    assert shown == expected


def test_a_group_is_one_claim_with_every_stamp_in_order() -> None:
    assert [claim.stamps for claim in claims("A @ @, @. B @.").claims] == [(0, 1, 2), (3,)]


def test_uncited_words_at_the_end_are_the_tail_and_no_claim() -> None:
    read = claims("A b @. Then nothing is cited.")
    assert read.tail == "Then nothing is cited."
    assert read.claims[-1].text == "A b."


def test_the_rest_of_the_sentence_is_shown_and_not_told_again_as_tail() -> None:
    read = claims("A b @ and the rest. More words.")
    assert read.claims[0].after == " and the rest."
    assert read.tail == "More words."


def test_a_monstrous_claim_keeps_its_end_and_tells_what_was_cut() -> None:
    read = claims(f"first {'word ' * 2_000}last @")
    assert len(read.claims[0].text) <= MOST_CHARS
    assert read.claims[0].text.endswith("last")
    assert read.cut.startswith("first")


def test_the_note_s_own_private_characters_are_no_citations() -> None:
    body, found = mark_citations("a \U000f0000 b", 1)
    assert found == []
    assert not is_cited(body)


def test_more_citations_than_marks_are_refused() -> None:
    with pytest.raises(ValueError, match="more than"):
        mark_citations("[0:01]" * (MOST_CITATIONS + 1), 1)
    with pytest.raises(ValueError, match="more than 200,000 anchors"):
        mark_citations("<a" * (MOST_ANCHORS + 1), 1)


def test_squeezed_text_has_single_spaces_and_nothing_invisible() -> None:
    assert squeeze(" a\u00ad \n\t b\u2069\U000f0001c ") == "a b c"


PIECES_OF_TEXT = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)


@given(PIECES_OF_TEXT)
def test_every_stamp_belongs_to_exactly_one_claim(text: str) -> None:
    marked, found = mark_citations(text.replace("@", A), 1)
    read = read_claims(marked)
    numbers = [number for claim in read.claims for number in claim.stamps]
    assert sorted(numbers) == list(range(len(found)))


@given(PIECES_OF_TEXT)
def test_no_mark_is_left_in_any_words(text: str) -> None:
    read = claims(text)
    shown = [read.plain, read.tail, read.cut]
    shown += [part for c in read.claims for part in (c.before, c.text, c.after)]
    assert not any(is_cited(part) for part in shown)


@given(PIECES_OF_TEXT)
def test_the_words_of_a_sentence_stand_in_the_block_s_plain_text(text: str) -> None:
    read = claims(text)
    for claim in read.claims:
        assert f"{claim.before}{claim.text}" in read.plain or not claim.text


@pytest.mark.parametrize("unit", RUNS)
def test_long_runs_take_no_time(unit: str) -> None:
    started = time.process_time()
    claims(f"x @ {run(unit)} y @")
    assert time.process_time() - started < 1
