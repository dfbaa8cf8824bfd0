"""Which message answers which question."""

from __future__ import annotations

from bot.reply import Request
from bot.telegram.answered import Answered


def test_the_answer_to_a_question_is_remembered_in_its_chat_only() -> None:
    answered = Answered()
    answered.note((1, 5), Request("cats"), 6)
    assert answered.answer_id((1, 5)) == 6
    assert answered.answer_id((2, 5)) is None


def test_the_same_question_is_told_from_a_changed_one() -> None:
    answered = Answered()
    answered.note((1, 5), Request("cats"), 6)
    assert answered.same((1, 5), Request("cats"))
    assert not answered.same((1, 5), Request("dogs"))
    assert not answered.same((1, 6), Request("cats"))


def test_only_so_many_are_kept_and_the_oldest_goes_first() -> None:
    answered = Answered(most=2)
    for message in (1, 2):
        answered.note((1, message), Request("x"), 10 + message)
    answered.note((1, 1), Request("y"), 11)
    answered.note((1, 3), Request("x"), 13)
    assert [answered.answer_id((1, message)) for message in (1, 2, 3)] == [11, None, 13]
