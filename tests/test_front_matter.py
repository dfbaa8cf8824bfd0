"""Front matter as people and programs write it, hostile YAML included."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.front_matter import MOST_BYTES, FrontMatter, clean_name, read_front_matter

ID = "dQw4w9WgXcQ"


def read(block: str, body: str = "Body.\n") -> FrontMatter:
    return read_front_matter(f"---\n{block}\n---\n{body}")


def test_a_usual_block_gives_title_id_body_and_its_line() -> None:
    front = read(f"title: Bread\nvideoId: {ID}", "\nWords.\n")
    assert (front.title, front.video_id, front.body) == ("Bread", ID, "\nWords.\n")
    assert front.body_line == 5
    assert front.fault == ""


@pytest.mark.parametrize(
    "key",
    [
        *("videoId", "videoID", "VideoId", "video_id", "video-id", "video id", "youtube"),
        *("YouTube", "youtube_id", "youtubeUrl", "video", "video_url", "url", "URL", "source"),
    ],
)
def test_every_spelling_of_the_key_names_the_video(key: str) -> None:
    assert read(f"{key}: {ID}").video_id == ID


@pytest.mark.parametrize(
    "value",
    [
        f"https://www.youtube.com/watch?v={ID}",
        f"https://www.youtube.com/watch?v={ID}&t=42s",
        f"https://youtu.be/{ID}?si=x",
        f"youtu.be/{ID}",
        f"https://www.youtube.com/shorts/{ID}",
        f"https://www.youtube.com/live/{ID}",
        f"https://www.youtube.com/embed/{ID}",
        f"https://m.youtube.com/watch?v={ID}",
        f"'https://youtu.be/{ID}'",
        f'"<https://youtu.be/{ID}>"',
        f'"[The talk](https://youtu.be/{ID})"',
        f"Watched at https://youtu.be/{ID} yesterday",
        f"[{ID}]",
        f"\n  - {ID}\n  - other",
        f">-\n  https://youtu.be/{ID}",
        f"&anchor {ID}",
        f"!!str {ID}",
        f"{ID} # my favourite",
    ],
)
def test_every_form_of_value_names_the_video(value: str) -> None:
    assert read(f"url: {value}").video_id == ID


def test_a_link_elsewhere_does_not_hide_the_key_that_names_the_video() -> None:
    front = read(f"url: https://example.com/page\nsource: https://youtu.be/{ID}")
    assert front.video_id == ID


@pytest.mark.parametrize(
    "written",
    ["12345678901", "01234567012", "-_-_-_-_-_-", "1234567e123", "0x123456789", "1_000_000_0"],
)
def test_an_id_that_looks_like_a_number_stays_as_it_is(written: str) -> None:
    assert read(f"videoId: {written}").video_id == written


@pytest.mark.parametrize("written", ['"{}"', "'{}'", "{}  "])
def test_quotes_and_spaces_round_an_id_do_not_count(written: str) -> None:
    assert read(f"videoId: {written.format(ID)}").video_id == ID


@pytest.mark.parametrize(
    ("block", "title"),
    [
        ("title: Bread: a history", "Bread: a history"),
        ('title: "Bread": a history', '"Bread": a history'),
        ("title: 'It''s bread'", "It's bread"),
        ("title: It's bread", "It's bread"),
        ("title: [Bread, Rolls]", "Bread"),
        ("title: [unclosed", "[unclosed"),
        ("title: @mention", "@mention"),
        ("title: `code`", "`code`"),
        ("title: %percent", "%percent"),
        ("title: {a: b}", ""),
        ("title: 2024", "2024"),
        ("title: no", "no"),
        ("title: 2024-01-02", "2024-01-02"),
        ("title:", ""),
        ("title:\tTabs\tinside", "Tabs inside"),
        ("title: Two  spaces", "Two spaces"),
        ("title: |\n  Two\n  lines", "Two lines"),
        ("title: first\ntitle: last", "last"),
        ("TITLE: Loud", "Loud"),
        ("title: \u2068Isolated\u2069 name\u200b", "Isolated name"),
        ("title: *unknown", "*unknown"),
        ("title: Хлеб — 面包", "Хлеб — 面包"),
    ],
)
def test_titles_survive_what_yaml_does_not(block: str, title: str) -> None:
    front = read(f"{block}\nvideoId: {ID}")
    assert (front.title, front.video_id) == (title, ID)
    assert front.body == "Body.\n"


@pytest.mark.parametrize(
    "block",
    [
        "no: 1",
        "content: x",
        "on: off\n1: 2\n1.5: x\nnull: y",
        "? [a, b]\n: c",
        "a: {b: {c: {d: e}}}",
        "- a\n- b",
        "just words",
        "a: &a [*a]",
        "<<: *nothing",
        "\tindented: by a tab",
        "a: !!python/object/apply:os.system [ls]",
        'a: "\\UFFFFFFFF"',
        'a: "\\U00110000"',
        "%YAML 9.9",
        "a: \x07",
        "a: 'unclosed",
        "--- a",
        "\x85: \u2028",
        "{" * 9_000,
        "[" * 16_000,
        "- " * 8_000,
        "? " * 8_000,
        "a: b: " * 2_000,
        "\n".join(f"{' ' * n}k:" for n in range(170)),
    ],
)
def test_hostile_yaml_neither_raises_nor_hides_the_id_nor_takes_long(block: str) -> None:
    started = time.process_time()
    assert read(f"videoId: {ID}\n{block}").video_id in (ID, "")
    assert time.process_time() - started < 1


@pytest.mark.parametrize("brackets", ["[" * 25_000, "{" * 25_000, "[[" * 50 + "]]" * 50])
def test_deep_nesting_is_read_by_lines(brackets: str) -> None:
    front = read(f"title: Bread\nvideoId: {ID}\ntags: {brackets}")
    assert (front.title, front.video_id) == ("Bread", ID)


def test_more_brackets_than_anyone_writes_are_not_given_to_the_parser() -> None:
    front = read(f"videoId: {ID}\ntags: {'[]' * 500}")
    assert front.video_id == ID
    assert "brackets" in front.fault


def test_a_bomb_of_aliases_does_not_go_off() -> None:
    lines = ["a0: &a0 [lol, lol]"]
    lines += [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    started = time.process_time()
    assert read("\n".join([*lines, f"videoId: {ID}"])).video_id == ID
    assert time.process_time() - started < 1


def test_a_block_that_is_too_long_is_read_by_lines_and_reported() -> None:
    front = read(f"title: Bread\nvideoId: {ID}\ntext: {'x' * 20_000}")
    assert (front.title, front.video_id) == ("Bread", ID)
    assert str(MOST_BYTES) in front.fault


def test_what_is_wrong_with_the_yaml_is_told() -> None:
    assert "not valid YAML" in read(f"title: a: b\nvideoId: {ID}").fault


def test_a_missing_end_is_told_and_the_body_starts_after_the_fields() -> None:
    front = read_front_matter(f"---\ntitle: Bread\nvideoId: {ID}\nFrom: [[bakers]]\n\nWords.\n")
    assert (front.title, front.video_id) == ("Bread", ID)
    assert front.body == "From: [[bakers]]\n\nWords.\n"
    assert front.body_line == 4
    assert "no end" in front.fault


def test_a_line_in_the_body_is_no_end_of_the_block() -> None:
    text = f"---\ntitle: Bread\nvideoId: {ID}\n\nWords without a colon.\n\n---\n\nMore.\n"
    front = read_front_matter(text)
    assert front.video_id == ID
    assert front.body.startswith("\nWords")


@pytest.mark.parametrize("end", ["---", "...", "-----", "---  "])
def test_ends_of_a_block(end: str) -> None:
    front = read_front_matter(f"---\nvideoId: {ID}\n{end}\nBody.")
    assert (front.video_id, front.body, front.body_line) == (ID, "Body.", 4)


def test_blank_lines_before_the_block_are_passed_over_and_counted() -> None:
    front = read_front_matter(f"\n  \n---\nvideoId: {ID}\n---\nBody.")
    assert (front.video_id, front.body_line) == (ID, 6)


@pytest.mark.parametrize(
    "text", ["", "---", "---\n", "Words.", "\n\n", "----", "--- title\n", "---\n---", "---\nWords."]
)
def test_without_a_block_nothing_is_a_field(text: str) -> None:
    assert read_front_matter(text).video_id == ""


def test_an_empty_block_leaves_the_body() -> None:
    assert read_front_matter("---\n---\nBody.").body == "Body."


def test_names_lose_what_cannot_be_seen() -> None:
    assert clean_name("\u2068Cleo\u2069\u200b  A\u00adbram\ufeff\n") == "Cleo Abram"


@given(
    st.text(
        alphabet=st.sampled_from("abI:-[]{}&*!|>'\"%@`#,? \n\t\\U0.x~<=é\u2028\x85"), max_size=300
    )
)
def test_any_block_is_survived(block: str) -> None:
    front = read_front_matter(f"---\n{block}\n---\nBody.")
    assert front.body_line >= 1


@given(st.text(max_size=300))
def test_the_body_is_always_the_end_of_the_text(text: str) -> None:
    for whole in (text, "---\n" + text):
        front = read_front_matter(whole)
        assert whole.endswith(front.body)
        assert whole[: len(whole) - len(front.body)].count("\n") == front.body_line - 1
