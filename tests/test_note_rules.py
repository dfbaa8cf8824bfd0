"""One file to one note: the rules of FORMAT.md section 6, and what makes a file a note."""

from collections.abc import Callable

import pytest

from storage.errors import NoteError
from storage.model import IndexPage, Link, Note, Tally, Trust
from storage.note import MOST_BYTES, parse_note
from tests.hostile import CITE
from tests.small_notes import FIRST_LINE, HEAD, ID, A, parse, read, told


def test_notes_of_mm_ss_00_times_are_repaired_and_reported() -> None:
    note = read(" ".join(f"Claim {n} {A.format(f'0{n}:30:00')}." for n in range(1, 4)))
    assert [moments for _, moments in told(note)] == [[90], [150], [210]]
    assert note.tally == Tally(found=3, near=3)
    assert all(not passage.moments[0].precise for passage in note.passages)
    assert [problem.kind for problem in note.problems] == ["time-repaired"]


def test_a_time_that_cannot_be_trusted_links_the_start_and_says_so() -> None:
    note = read('Bread rises <a class="yt-timestamp" data-t="soon">[later]</a>.')
    assert note.passages[0].moments[0].trust is Trust.START
    assert note.tally == Tally(found=1, start=1)
    assert "the link opens the start of the video" in str(note.problems[0])


def test_a_known_time_of_a_group_is_linked_before_an_unknown_one() -> None:
    note = read('Bread rises <a class="yt-timestamp" data-t="soon"></a> @.')
    assert [moment.start for moment in note.passages[0].moments] == [62, 0]


# FORMAT.md section 6, where a rule says more than the table above.
def test_rule_4_uncited_sentences_before_a_cited_one_go_with_it() -> None:
    assert told(read("Bread is old. It rises @.")) == [("Bread is old. It rises.", [62])]


def test_rule_5_a_citation_in_mid_sentence_shows_the_whole_sentence() -> None:
    first, second = read("Bread rises @, and falls @. Salt @.").passages[:2]
    assert (first.before, first.after) == ("", ", and falls.")
    assert (second.before, second.after) == ("Bread rises, ", "")
    assert first.sentence == second.sentence == "Bread rises, and falls."


def test_rule_6_uncited_words_after_are_context_of_the_last_passage_only() -> None:
    first, second = read("Bread rises @. It falls @. Nobody knows why.").passages
    assert (first.context, second.context) == ("", "Nobody knows why.")
    assert "Nobody" not in second.sentence


def test_rule_7_uncited_blocks_are_searched_and_give_no_passage() -> None:
    note = read("Bread is old.\n\n* Flour\n\nIt rises @.")
    assert note.rest == "Bread is old.\nFlour"
    assert len(note.passages) == 1


def test_rule_8_and_9_lead_in_and_parent_item_are_context() -> None:
    note = read("It needs:\n* Flour @\n    * ground @\n")
    assert [passage.context for passage in note.passages] == ["It needs", "It needs · Flour"]


def test_rule_10_the_label_is_context_of_later_claims() -> None:
    note = read("* **Dough**: rises @. It falls @.")
    assert [passage.context for passage in note.passages] == ["", "Dough"]


def test_rule_11_a_callout_s_title_is_context() -> None:
    assert read("> [!info] Rising\n> It takes hours @.").passages[0].context == "Rising"


def test_rule_12_the_path_of_headings_goes_with_each_passage() -> None:
    note = read("## Dough\n### Rising @\nIt takes hours @.")
    assert [passage.heading for passage in note.passages] == [("Dough",), ("Dough", "Rising")]
    assert note.headings == ("Dough", "Rising")


@pytest.mark.parametrize(
    "body", ["Bread rises:\n\n@", "```python\nx\n```\n\nBread.\n\n@\n", "A.\n\n> @"]
)
def test_rule_16_a_citation_alone_belongs_to_the_block_before(body: str) -> None:
    note = read(body)
    assert len(note.passages) == 1
    assert note.tally == Tally(found=1, exact=1)


def test_rule_16_a_citation_alone_joins_those_of_the_passage_before() -> None:
    note = read(f"Bread rises @.\n\n{A.format('00:02:00')}\n")
    assert told(note) == [("Bread rises.", [62, 120])]


def test_rule_16_a_citation_that_nothing_stands_before_is_reported_with_its_line() -> None:
    note = read("@\n\n## Rising\n\n@\n")
    assert note.passages == ()
    assert note.tally == Tally(found=2, lost=2)
    assert [(p.line, p.kind) for p in note.problems] == [
        (FIRST_LINE, "no-words"),
        (FIRST_LINE + 4, "no-words"),
    ]


def test_a_cell_of_a_table_is_shown_with_the_first_one_of_its_row() -> None:
    note = read("| A | B |\n|---|---|\n| **Rye** | slow @ |\n| Wheat @ | fast @ |")
    assert [passage.sentence for passage in note.passages] == [
        "Rye | slow",
        "Wheat",
        "Wheat | fast",
    ]
    assert {passage.context for passage in note.passages} == {"A | B"}


def test_lines_are_those_of_the_citations_in_the_file() -> None:
    note = read("One @,\n@.\nTwo @\nthree @.\n\n* Four\n  five @\n")
    assert [passage.line - FIRST_LINE for passage in note.passages] == [0, 2, 3, 6]


@pytest.mark.parametrize(
    "damage", [lambda text: text.replace("\n", "\r\n"), lambda text: "\ufeff" + text]
)
def test_lines_stay_right_with_other_newlines_and_a_byte_order_mark(
    damage: Callable[[str], str],
) -> None:
    note = parse(damage(HEAD + f"One.\n\nTwo {CITE}."))
    assert (note.title, note.passages[0].text, note.passages[0].line) == ("Bread", "Two.", 9)


@pytest.mark.parametrize(
    ("first_line", "channel"),
    [
        ("From: [[bakers]] <br/> \n\n", "bakers"),
        ("From: [[bakers]] <br/>\n", "bakers"),
        ("From: [[@bakers]] <br/> \n", "bakers"),
        ("From: [[Bakers]] <br/> \n\n", "bakers"),
        ("From: [[millers]] <br/> \n\n", "millers"),
        ("From: \u2068[[millers\u2069]] <br/> \n\n", "millers"),
        ("", "bakers"),
    ],
)
def test_the_channel_is_the_from_line_s_or_the_folder_s(first_line: str, channel: str) -> None:
    note = parse(f"---\ntitle: Bread\nvideoId: {ID}\n---\n\n{first_line}Bread rises {CITE}.")
    assert note.channel == channel
    assert told(note) == [("Bread rises.", [62])]


def test_a_folder_s_invisible_characters_are_not_in_the_channel_s_name() -> None:
    note = parse(f"---\nvideoId: {ID}\n---\nBread {CITE}.", key="\u2068bakers\u2069/x.md")
    assert (note.channel, note.key) == ("bakers", "\u2068bakers\u2069/x.md")


def test_links_are_those_of_the_text_without_from_line_times_and_web() -> None:
    note = read("[[a_b | c]] [[d#e]] [[00:01:02]] [[https://x.org | y]] [z](https://z.org) @.")
    assert note.links == (Link("a_b", "c"), Link("d", "d#e"))


def test_without_a_title_the_first_heading_or_the_file_s_name_is_one() -> None:
    head = f"---\nvideoId: {ID}\n---\n"
    assert parse(f"{head}# On rye\n").title == "On rye"
    assert parse(f"{head}Words.\n", key="bakers/rye_bread.md").title == "rye bread"


def test_citations_in_the_front_matter_are_reported() -> None:
    note = parse(f"---\nvideoId: {ID}\ntext: 'seen {CITE}'\n---\nBread.")
    assert note.tally == Tally(found=1, lost=1)
    assert note.problems[0].line == 3


def test_a_page_that_cites_moments_but_names_no_video_is_refused_with_its_losses() -> None:
    with pytest.raises(NoteError) as caught:
        parse_note("a/b.md", f"---\ntitle: x\n---\nBread {CITE}. Salt {CITE}.".encode())
    assert caught.value.citations == 2
    assert "videoId" in str(caught.value)


@pytest.mark.parametrize("key", ["a/b.md", "a/b.txt"])
def test_a_wrong_video_id_is_quoted(key: str) -> None:
    with pytest.raises(NoteError, match="too short"):
        parse_note(key, f"---\nvideoId: too short\n---\nBread {CITE}.".encode())


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("a/readme.md", "# Words\n\nNo time.\n"),
        ("a/page.md", "---\ntitle: x\nurl: https://example.com\n---\nNo time.\n"),
        ("a/transcript.txt", "[00:01:02] Words\n"),
        ("a/empty.md", ""),
    ],
)
def test_what_is_no_note_is_none(key: str, text: str) -> None:
    assert parse_note(key, text.encode()) is None


def test_an_index_page_tells_the_titles_of_videos_in_any_script() -> None:
    page = parse_note(
        "bakers/bakers.md",
        "---\ntitle: bakers\n---\n"
        f"### [Хлеб — 面包](https://www.youtube.com/watch?v={ID})\n* [[x]]\n"
        f"### [Second](https://youtu.be/{ID})\n### [Channel](https://youtube.com/@x)\n".encode(),
    )
    assert page == IndexPage("bakers/bakers.md", ((ID, "Хлеб — 面包"),))


def test_a_txt_file_with_a_video_id_is_a_note() -> None:
    assert told(parse(HEAD + f"Bread {CITE}.", key="x.txt")) == [("Bread.", [62])]


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(NoteError, match="larger than"):
        parse_note("a/b.md", b"x" * (MOST_BYTES + 1))


def test_more_citations_than_can_be_told_apart_are_refused_with_or_without_an_id() -> None:
    for head in (HEAD, ""):
        with pytest.raises(NoteError, match="more than"):
            parse_note("a/b.md", (head + "x [0:01] " * 70_000).encode())


def test_bytes_that_are_no_utf_8_are_replaced_and_reported() -> None:
    note = parse_note("a/b.md", HEAD.encode() + b"One.\n\nCaf\xe9 " + CITE.encode())
    assert isinstance(note, Note)
    assert note.passages[0].text == "Caf\ufffd"
    assert [(p.kind, p.line) for p in note.problems] == [("encoding", 9)]


def test_utf_16_and_nul_are_read() -> None:
    text = HEAD + f"Bre\0ad rises {CITE}."
    note = parse_note("a/b.md", text.encode("utf-16"))
    assert isinstance(note, Note)
    assert note.passages[0].text == "Bread rises."


def test_a_citation_before_a_claim_that_another_one_ends_belongs_to_that_claim() -> None:
    note = read(f"{A.format('00:00:05')} Bread rises @. Nobody knows why.")
    assert told(note) == [("Bread rises.", [5, 62])]
