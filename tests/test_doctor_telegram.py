"""What is said of the bot's side at Telegram: well, and each thing that is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.doctor import Line, ok
from bot.doctor_telegram import Account, Answers, Hook, Served, telegram_group

URL = "https://bot.example.org/a/secret"
ACCOUNT = Account("pantry_bot")
POLLED = Answers("https://api.telegram.org", ACCOUNT, Hook(), skew=0.4, others=False)
POSTED = replace(POLLED, hook=Hook(URL), others=None)
POLLS, RUNS = Served(), Served(is_running=True)
POSTS = Served(URL, "127.0.0.1:8080")
POSTS_NOW = replace(POSTS, is_running=True)


def lines(answers: Answers, served: Served | None = POLLS) -> dict[str, Line]:
    group = telegram_group(ok("token", "there"), answers, served)
    told = {line.about: line for line in group.lines}
    assert len(told) == len(group.lines)
    return told


@pytest.mark.parametrize(("answers", "served"), [(POLLED, POLLS), (POSTED, POSTS_NOW)])
def test_a_bot_that_is_well(answers: Answers, served: Served) -> None:
    told = lines(answers, served)
    assert {line.state for line in told.values()} == {"ok"}
    assert list(told)[:7] == [
        *("token", "bot", "inline mode", "inline feedback", "guest mode", "groups", "privacy")
    ]
    assert told["bot"].says == "The token is that of @pantry_bot."


def test_without_a_token_nothing_else_is_told() -> None:
    assert len(telegram_group(ok("token", "none"), None, POLLS).lines) == 1


def test_a_token_that_telegram_does_not_know() -> None:
    told = lines(Answers("https://api.telegram.org", unknown=True, skew=0.0))
    assert told["bot"].state == "fix"
    assert "Send /token to @BotFather" in told["bot"].do


def test_no_network_is_one_line() -> None:
    told = lines(Answers("https://api.telegram.org", wrong="ConnectError: no route"))
    assert list(told) == ["token", "network"]
    assert told["network"].state == "fix"
    assert (
        "https://api.telegram.org does not answer (ConnectError: no route)" in told["network"].says
    )


def test_what_was_answered_before_the_network_went_is_told() -> None:
    told = lines(replace(POLLED, hook=None, others=None, wrong="TimedOut"))
    assert {"bot", "inline mode", "network", "clock"} <= told.keys()


@pytest.mark.parametrize(
    ("account", "about", "words"),
    [
        (replace(ACCOUNT, inline=False), "inline mode", "Send /setinline to @BotFather"),
        (replace(ACCOUNT, guest=False), "guest mode", "Bot Settings, and switch on Guest Mode"),
        (replace(ACCOUNT, joins=False), "groups", "/setjoingroups to @BotFather"),
        (replace(ACCOUNT, reads_all=True), "privacy", "/setprivacy to @BotFather"),
    ],
)
def test_a_switch_that_is_off_has_the_words_for_botfather(
    account: Account, about: str, words: str
) -> None:
    told = lines(replace(POLLED, account=account))
    assert told[about].state == "hint"
    assert words in told[about].do
    assert "choose @pantry_bot" in told[about].do
    assert sum(line.state == "hint" for line in told.values()) == 1


@pytest.mark.parametrize(
    ("hook", "served", "state", "words"),
    [
        (Hook(), POLLS, "ok", "by polling"),
        (
            Hook(URL),
            POLLS,
            "hint",
            "A webhook is set at https://bot.example.org, while this bot polls",
        ),
        (Hook(URL), RUNS, "fix", "No message reaches it"),
        (Hook(URL), POSTS, "ok", "posts messages to the webhook at https://bot.example.org"),
        (Hook(), POSTS, "ok", "is set at the next start"),
        (Hook(), POSTS_NOW, "fix", "its webhook is not set"),
        (Hook("https://other.org/x"), POSTS, "hint", "has its own at https://bot.example.org"),
        (Hook("https://other.org/x"), POSTS_NOW, "fix", "No message reaches it"),
    ],
)
def test_the_way_in_is_the_one_that_the_settings_say(
    hook: Hook, served: Served, state: str, words: str
) -> None:
    line = lines(replace(POLLED, hook=hook), served)["updates"]
    assert line.state == state
    assert words in line.says
    assert "secret" not in line.says + line.do


def test_where_the_settings_do_not_tell_the_way_in_nothing_is_said_of_it() -> None:
    assert "updates" not in lines(POLLED, None)


def test_messages_that_wait_for_a_bot_that_does_not_run_are_well() -> None:
    told = lines(replace(POLLED, hook=Hook(waiting=1)))["waiting"]
    assert (told.state, told.says.partition(";")[0]) == ("ok", "1 message waits for the bot")


def test_a_webhook_that_telegram_cannot_reach() -> None:
    hook = Hook(URL, waiting=3, error="Connection refused", error_age=125)
    told = lines(replace(POSTED, hook=hook), POSTS_NOW)["webhook"]
    assert told.state == "fix"
    assert "“Connection refused”, 2 minutes ago); 3 messages not delivered" in told.says
    assert "leads through your proxy to 127.0.0.1:8080" in told.do


@pytest.mark.parametrize(
    "hook", [Hook(URL, 0, "Refused", 60), Hook(URL, 3, "Refused", 9_000), Hook(URL, 3)]
)
def test_an_error_of_the_webhook_that_is_over_is_not_told(hook: Hook) -> None:
    assert "webhook" not in lines(replace(POSTED, hook=hook), POSTS_NOW)


def test_another_program_that_polls() -> None:
    told = lines(replace(POLLED, others=True))["polling"]
    assert told.state == "fix"
    assert "/revoke to @BotFather" in told.do


@pytest.mark.parametrize(
    ("skew", "state", "words"),
    [
        (59.0, "ok", "The clock is right."),
        (-59.0, "ok", "The clock is right."),
        (
            150.0,
            "hint",
            "The clock is 2 minutes ahead of the server's. Daily and quiet hours go by it.",
        ),
        (7_200.0, "fix", "The clock is 2 hours ahead of the server's."),
        (-7_200.0, "fix", "The clock is 2 hours behind the server's."),
        (None, "hint", "The server told no time: the clock was not compared."),
    ],
)
def test_the_clock_is_told_by_the_servers(skew: float | None, state: str, words: str) -> None:
    line = lines(replace(POLLED, skew=skew))["clock"]
    assert (line.state, line.says) == (state, words)
