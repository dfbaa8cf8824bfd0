"""Times as notes write them, what they are taken for, and links to YouTube."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.model import Moment, Trust
from storage.timestamps import (
    LONGEST,
    Stamp,
    first_time,
    format_time,
    is_video_id,
    read_offset,
    read_stamps,
    read_video_link,
    watch_url,
)

EXACT, NEAR, START = Trust.EXACT, Trust.NEAR, Trust.START
ID = "dQw4w9WgXcQ"
MINUTES_NOTE = [Stamp("00:01:00", "", 1), Stamp("02:03:00", "", 1), Stamp("03:04:00", "", 1)]


def read(data: str, label: str = "") -> tuple[int, Trust]:
    (reading,) = read_stamps([Stamp(data, label, 1)])
    return reading.start, reading.trust


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0:00"),
        (7, "0:07"),
        (457, "7:37"),
        (3599, "59:59"),
        (3600, "1:00:00"),
        (14_400, "4:00:00"),
        (-5, "0:00"),
    ],
)
def test_a_time_is_shown_as_players_show_it(seconds: int, shown: str) -> None:
    assert format_time(seconds) == shown


@given(st.integers(0, LONGEST))
def test_a_shown_time_reads_back_as_the_same_second(seconds: int) -> None:
    assert read_offset(format_time(seconds)) == seconds
    assert read(format_time(seconds)) == (seconds, EXACT)


@given(st.integers(0, LONGEST))
def test_the_canonical_form_is_read_as_it_stands(seconds: int) -> None:
    hours, rest = divmod(seconds, 3600)
    time = f"{hours:02}:{rest // 60:02}:{rest % 60:02}"
    assert read(time, f"[{time}]") == (seconds, EXACT)


@given(st.integers(0, 200_000))
def test_the_link_of_a_moment_names_the_same_moment(second: int) -> None:
    assert read_video_link(watch_url(Moment(ID, second))) == Moment(ID, second)


def test_a_moment_whose_time_is_unknown_links_the_start_of_the_video() -> None:
    assert watch_url(Moment(ID, 0, START)) == f"https://youtu.be/{ID}"


@pytest.mark.parametrize(
    ("data", "label", "start", "trust"),
    [
        pytest.param("00:07:37", "[00:07:37]", 457, EXACT, id="A0 canonical"),
        pytest.param("00:10:18", "[00:10:24]", 618, EXACT, id="A1 label is the end of the span"),
        pytest.param("00:10:18", "[00:20:24]", 618, NEAR, id="A1 label says quite another time"),
        pytest.param("00:07:37", "", 457, EXACT, id="A2 empty label"),
        pytest.param("00:07:37", "00:07:37", 457, EXACT, id="A3 label without brackets"),
        pytest.param("07:37", "[07:37]", 457, EXACT, id="A4 MM:SS is minutes and seconds"),
        pytest.param("1:07:37", "[1:07:37]", 4057, EXACT, id="A5 H:MM:SS"),
        pytest.param("01:00:13:00", "", 3613, NEAR, id="A6 of four parts the first three"),
        pytest.param("00:07:37", "[7:37]", 457, EXACT, id="A7 label MM:SS"),
        pytest.param("00:07:123", "[00:07:12]", 432, NEAR, id="A7b three digits, label tells"),
        pytest.param("00:07:1", "[00:07:12]", 432, NEAR, id="A7b one digit, label tells"),
        pytest.param("00:07:1", "", 421, NEAR, id="A7b one digit, no label"),
        pytest.param("]", "[00:07:12]", 432, NEAR, id="A7b no time, label tells"),
        pytest.param("00:07:37 and later", "", 457, EXACT, id="A7b text after the time"),
        pytest.param("00:07:75", "", 495, NEAR, id="A8 seconds above 59"),
        pytest.param("00:75:07", "", 4507, NEAR, id="A8 minutes above 59"),
        pytest.param("06:30:00", "[00:06:30]", 390, NEAR, id="3b data-t is the label shifted"),
        pytest.param("03:30:00", "[00:03:30]", 210, NEAR, id="3b the same below four hours"),
        pytest.param("06:30:00", "[06:30:00]", 390, NEAR, id="T2 beyond four hours"),
        pytest.param("04:10:10", "[04:10:10]", 250, NEAR, id="T3 not ending in :00"),
        pytest.param("27:15:00", "[27:15:00]", 1635, NEAR, id="T4 hour field of 24 and more"),
        pytest.param("04:00:00", "", 14_400, EXACT, id="four hours are possible"),
        pytest.param("04:00:01", "", 240, NEAR, id="a second more is not"),
        pytest.param("999:10:00", "", 0, START, id="impossible either way"),
        pytest.param("999:10", "", 0, START, id="minutes beyond four hours"),
        pytest.param("", "[00:07:37]", 457, EXACT, id="P0 brackets only"),
        pytest.param("", "soon", 0, START, id="no time anywhere"),
        pytest.param("", "", 0, START, id="nothing at all"),
    ],
)
def test_each_form_of_a_time(data: str, label: str, start: int, trust: Trust) -> None:
    assert read(data, label) == (start, trust)


def test_in_a_note_of_mm_ss_00_times_each_time_ending_in_00_is_minutes_and_seconds() -> None:
    readings = read_stamps([*MINUTES_NOTE, Stamp("01:02:03", "", 1)])
    assert [(r.start, r.trust) for r in readings] == [
        (1, NEAR),
        (123, NEAR),
        (184, NEAR),
        (3723, EXACT),
    ]


def test_two_round_minutes_do_not_make_a_note_of_mm_ss_00_times() -> None:
    assert [r.start for r in read_stamps(MINUTES_NOTE[:2])] == [60, 7380]


def test_half_of_the_times_are_enough() -> None:
    others = [Stamp(f"00:0{n}:11", "", 1) for n in range(3)]
    assert [r.start for r in read_stamps([*MINUTES_NOTE, *others])][:3] == [1, 123, 184]


def test_a_minority_of_round_minutes_stays_as_it_is() -> None:
    others = [Stamp(f"00:0{n}:11", "", 1) for n in range(4)]
    assert [r.start for r in read_stamps([*MINUTES_NOTE, *others])][:3] == [60, 7380, 11_040]


def test_every_repaired_time_says_what_was_written_and_what_it_was_taken_for() -> None:
    (reading,) = read_stamps([Stamp("06:30:00", "[06:30:00]", 1)])
    assert "06:30:00" in reading.reason
    assert "6:30" in reading.reason.replace("06:30:00", "")


def test_the_reason_quotes_little_of_a_monstrous_tag() -> None:
    (reading,) = read_stamps([Stamp("", "x" * 100_000, 1)])
    assert len(reading.reason) < 200


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20))))
def test_whatever_is_written_the_second_lies_in_the_first_four_hours(
    pairs: list[tuple[str, str]],
) -> None:
    readings = read_stamps([Stamp(data, label, 1) for data, label in pairs])
    assert len(readings) == len(pairs)
    assert all(0 <= r.start <= LONGEST for r in readings)
    assert all(r.reason for r in readings if r.trust is not EXACT)


@given(st.lists(st.from_regex(r"\A\d{1,3}(:\d{1,3}){1,3}\Z"), min_size=1))
def test_any_digits_with_colons_are_read_without_error(times: list[str]) -> None:
    assert all(0 <= r.start <= LONGEST for r in read_stamps([Stamp(t, "", 1) for t in times]))


@pytest.mark.parametrize(
    ("text", "start"),
    [
        (ID, 0),
        (f" {ID} ", 0),
        (f"https://youtu.be/{ID}", 0),
        (f"https://youtu.be/{ID}?t=90", 90),
        (f"https://youtu.be/{ID}?si=abc&t=90s", 90),
        (f"https://youtu.be/{ID}&t=90", 90),
        (f"<https://youtu.be/{ID}>", 0),
        (f"youtu.be/{ID}.", 0),
        (f"//youtu.be/{ID}", 0),
        (f"https://www.youtube.com/watch?v={ID}", 0),
        (f"http://youtube.com/watch?v={ID}&t=1h2m3s", 3723),
        (f"https://www.youtube.com/watch?app=desktop&v={ID}&feature=share", 0),
        (f"https://www.youtube.com/watch?v={ID}&amp;t=5", 5),
        (f"https://www.youtube.com/watch?v={ID}#t=2m", 120),
        (f"https://www.youtube.com/watch?v={ID}&list=PL1&index=2", 0),
        (f"https://m.youtube.com/watch?v={ID}&t=12.5", 12),
        (f"https://music.youtube.com/watch?v={ID}", 0),
        (f"https://www.youtube.com/shorts/{ID}", 0),
        (f"https://www.youtube.com/live/{ID}?t=1:30", 90),
        (f"https://www.youtube.com/embed/{ID}?start=30&end=60", 30),
        (f"https://www.youtube-nocookie.com/embed/{ID}", 0),
        (f"https://www.youtube.com/v/{ID}", 0),
        (f"HTTPS://WWW.YOUTUBE.COM/watch?v={ID}", 0),
        (f"youtube.com/watch?v={ID}", 0),
        (f"https://www.youtube.com:443/watch?v={ID}&time_continue=9", 9),
    ],
)
def test_every_common_link_names_its_video_and_second(text: str, start: int) -> None:
    assert read_video_link(text) == Moment(ID, start)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no link",
        "dQw4w9WgXc",
        "dQw4w9WgXcQQ",
        "https://youtu.be/",
        f"https://youtu.be/{ID}Q",
        f"https://example.com/watch?v={ID}",
        f"https://youtube.com.example.com/watch?v={ID}",
        "https://www.youtube.com/@channel",
        "https://www.youtube.com/playlist?list=PL123456789",
        "https://www.youtube.com/watch?v=XYZ",
        "https://www.youtube.com/watch?v=%00",
        "https://[::1",
        "http://youtube.com:99999999/",
        f"https://{'a' * 100_000}",
    ],
)
def test_what_names_no_video_is_none(text: str) -> None:
    assert read_video_link(text) is None


@given(st.text())
def test_any_text_is_a_link_or_none(text: str) -> None:
    moment = read_video_link(text)
    assert moment is None or is_video_id(moment.video_id)


@given(st.text())
def test_any_text_is_an_offset_of_zero_or_more(text: str) -> None:
    assert read_offset(text) >= 0


def test_the_first_time_in_a_text() -> None:
    assert first_time("at 1:02:03, or 2:04") == "1:02:03"
    assert first_time("never") == ""
