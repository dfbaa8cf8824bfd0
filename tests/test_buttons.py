"""Labels that fit on a phone and can be told apart, and pages that lead on and back."""

from __future__ import annotations

import pytest

from bot.buttons import BACK, MOST_LABEL, NEXT, label, note_rows, page_row, paged, rows, topic_rows
from bot.reply import Button
from storage.model import Topic
from tests.library_fixture import LONG_TITLE, info


def labels(*topics: Topic) -> list[str]:
    return [button.text for row in topic_rows(topics) for button in row]


def test_the_first_page_leads_on_only() -> None:
    assert page_row("/search sea", 1, more=True) == (Button(NEXT, "/search sea page:2"),)


def test_a_page_in_the_middle_leads_both_ways() -> None:
    assert page_row("/search sea", 3, more=True) == (
        Button(BACK, "/search sea page:2"),
        Button(NEXT, "/search sea page:4"),
    )


def test_the_way_back_to_the_first_page_is_the_plain_question() -> None:
    assert page_row("/search sea", 2, more=False) == (Button(BACK, "/search sea"),)


@pytest.mark.parametrize(("count", "last"), [(0, 1), (1, 1), (5, 1), (6, 2), (10, 2), (11, 3)])
def test_the_pages_of_a_list_show_each_of_it_once_and_in_order(count: int, last: int) -> None:
    listed = list(range(count))
    leafed = [paged(count, page, 5) for page in range(1, last + 1)]
    assert [one for page in leafed for one in listed[page.places]] == listed
    assert [page.more for page in leafed] == [True] * (last - 1) + [False]


@pytest.mark.parametrize(("asked", "shown"), [(-1, 1), (0, 1), (2, 2), (3, 3), (9999, 3)])
def test_a_page_that_is_not_there_is_the_nearest_one(asked: int, shown: int) -> None:
    page = paged(11, asked, 5)
    assert (page.number, page.start) == (shown, (shown - 1) * 5)


def test_rows_without_a_button_are_left_out() -> None:
    assert rows((), (Button("a", "/a"),), ()) == ((Button("a", "/a"),),)


def test_a_long_title_is_cut_but_not_the_channel_after_it() -> None:
    text = label(LONG_TITLE, " · gardens")
    assert len(text) <= MOST_LABEL
    assert text.startswith("How very")
    assert text.endswith("… · gardens")


def test_notes_of_the_same_title_are_told_apart_by_channel() -> None:
    gardens, kitchens = info("Compost", "gardens"), info("compost", "kitchens")
    shown = [button.text for row in note_rows([gardens, kitchens, info("Bulbs")]) for button in row]
    assert shown == ["Compost · gardens", "compost · kitchens", "Bulbs"]


def test_long_titles_that_differ_at_their_end_are_told_apart() -> None:
    shown = labels(
        *(Topic(f"{LONG_TITLE}, part {part}", 90, info(key=str(part))) for part in (1, 2))
    )
    assert all(len(text) <= MOST_LABEL for text in shown)
    assert [text[-6:] for text in shown] == ["part 1", "part 2"]


def test_a_note_is_opened_by_its_ref_and_a_mere_name_by_itself() -> None:
    with_note, without = Topic("Tides", 90, info()), Topic("cold frame", 80, mentions=2)
    requests = [button.request for row in topic_rows([with_note, without]) for button in row]
    assert requests == [f"/topic note:{info().ref}", "/topic cold frame"]
