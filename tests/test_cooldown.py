"""How often people and groups get an answer."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.cooldown import GROUP, PERSON, Allowance, Cooldown, Halt, Rate, rate_of

CHAT, ANN, BEN = -5, 1, 2


def _asks(cooldown: Cooldown, who: int, times: int, now: float = 0.0) -> list[Halt | None]:
    return [cooldown.ask(CHAT, who, now) for _ in range(times)]


def test_a_person_gets_six_answers_a_minute_then_one_word_then_silence() -> None:
    cooldown = Cooldown()
    assert _asks(cooldown, ANN, 6, 10.0) == [None] * 6
    assert cooldown.ask(CHAT, ANN, 20.0) == Halt(50, tell=True)
    assert cooldown.ask(CHAT, ANN, 30.5) == Halt(40, tell=False)
    assert cooldown.ask(CHAT, BEN, 31.0) is None
    assert cooldown.ask(CHAT + 1, ANN, 31.0) is None
    assert cooldown.ask(CHAT, ANN, 70.0) is None


def test_a_group_gets_eighteen_answers_a_minute_whoever_asks() -> None:
    cooldown = Cooldown()
    assert all(cooldown.ask(CHAT, who, 0.0) is None for who in range(18))
    assert cooldown.ask(CHAT, 100, 1.0) == Halt(59, tell=True)
    assert cooldown.ask(CHAT, 101, 2.0) == Halt(58, tell=False)
    assert cooldown.ask(CHAT, 102, 60.0) is None


def test_telling_a_person_to_wait_is_a_message_to_the_group_as_well() -> None:
    cooldown = Cooldown()
    for who in (1, 2):
        _asks(cooldown, who, 7)
    assert [halt for halt in _asks(cooldown, 3, 5) if halt] == [Halt(60, tell=True)]


def test_a_group_may_choose_how_long_a_person_waits_between_questions() -> None:
    cooldown = Cooldown()
    assert cooldown.ask(CHAT, ANN, 0.0, 30) is None
    assert cooldown.ask(CHAT, ANN, 5.0, 30) == Halt(25, tell=True)
    assert cooldown.ask(CHAT, ANN, 29.9, 30) == Halt(1, tell=False)
    assert cooldown.ask(CHAT, ANN, 30.0, 30) is None


def test_with_a_long_wait_pages_turn_as_usual() -> None:
    cooldown = Cooldown()
    cooldown.ask(CHAT, ANN, 0.0, 600)
    assert [cooldown.ask(CHAT, ANN, 1.0, 600, press=True) for _ in range(6)] == [None] * 6
    assert cooldown.ask(CHAT, ANN, 2.0, 600, press=True) == Halt(59, tell=False)


def test_presses_count_and_never_use_up_the_words() -> None:
    cooldown = Cooldown()
    assert all(cooldown.ask(CHAT, ANN, 0.0, press=True) is None for _ in range(6))
    assert cooldown.ask(CHAT, ANN, 1.0, press=True) == Halt(59, tell=False)
    assert cooldown.ask(CHAT, ANN, 2.0) == Halt(58, tell=True)


def test_switched_off_only_the_whole_group_is_counted() -> None:
    cooldown = Cooldown()
    assert [cooldown.ask(CHAT, ANN, 0.0, 0) for _ in range(18)] == [None] * 18
    assert cooldown.ask(CHAT, ANN, 0.0, 0) == Halt(60, tell=True)


def test_what_a_group_chose_is_a_rate() -> None:
    assert (rate_of(None), rate_of(0), rate_of(30)) == (PERSON, None, Rate(1, 30.0))


def test_it_does_not_grow_without_end() -> None:
    cooldown = Cooldown(most=100)
    for who in range(1_000):
        cooldown.ask(who, who, 0.0)
    assert len(cooldown._windows) == 100


def test_an_allowance_is_for_each_person_and_said_to_be_over_once() -> None:
    people = Allowance(Rate(3, 60.0))
    assert [people.ask(ANN, 10.0 + at) for at in range(3)] == [None] * 3
    assert people.ask(ANN, 20.0) == Halt(50, tell=True)
    assert people.ask(ANN, 30.5) == Halt(40, tell=False)
    assert people.ask(BEN, 30.5) is None
    assert people.ask(ANN, 70.0) is None


def test_presses_use_an_allowance_up_as_well_but_not_its_words() -> None:
    people = Allowance(Rate(2, 60.0))
    assert [people.ask(ANN, 0.0, press=True) for _ in range(2)] == [None] * 2
    assert people.ask(ANN, 1.0, press=True) == Halt(59, tell=False)
    assert people.ask(ANN, 2.0) == Halt(58, tell=True)
    assert people.ask(ANN, 60.0) is None
    assert people.ask(ANN, 61.0, press=True) is None
    assert people.ask(ANN, 62.0) == Halt(58, tell=True)


def test_an_allowance_remembers_only_who_asked_last() -> None:
    people = Allowance(Rate(1, 60.0), most=100)
    for who in range(1_000):
        people.ask(who, 0.0)
    assert people.ask(999, 1.0) == Halt(59, tell=True)
    assert people.ask(899, 1.0) is None
    assert len(people._spent) == 100


QUESTIONS = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 5), st.booleans()), max_size=120)


@given(QUESTIONS, st.sampled_from([None, 0, 10, 90]))
def test_telegram_never_gets_more_than_it_takes(
    questions: list[tuple[int, int, bool]], wait: int | None
) -> None:
    cooldown, now, sent = Cooldown(), 0.0, list[float]()
    for later, who, press in questions:
        now += later / 4
        halt = cooldown.ask(CHAT, who, now, wait, press=press)
        if halt is None or halt.tell:
            sent.append(now)
        else:
            assert 0 < halt.seconds <= max(GROUP.seconds, wait or 0)
    for at in sent:
        assert sum(at - 60 < one <= at for one in sent) <= 20
