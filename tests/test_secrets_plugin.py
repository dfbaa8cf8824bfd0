"""The search for secrets in what processes wrote finds them, and only them."""

from __future__ import annotations

import pytest

from tests.secrets_plugin import leaks, questions

TOKEN = "4242424242:LOOPBACK-test-token-for-tubenotes-01"


@pytest.mark.parametrize(
    "line",
    [
        f"POST https://api.telegram.org/bot{TOKEN}/getMe",
        f"token={TOKEN.replace(':', '%3A')}",
        f"half of it: {TOKEN.partition(':')[2]}",
        "another one: 123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOpp",
    ],
)
def test_a_token_is_found_in_every_shape(line: str) -> None:
    found = leaks(f"one\n{line}\nthree", [TOKEN], [])
    assert found
    assert all(line in one for one in found)


def test_a_webhook_secret_and_a_question_are_found() -> None:
    output = "secret is hushhush\nasked for the grind size"
    found = leaks(output, ["hushhush"], ["the grind size"])
    assert found == [
        "a secret stands in: secret is hushhush",
        "a question stands in: asked for the grind size",
    ]


def test_a_quiet_log_leaks_nothing() -> None:
    assert leaks("10:04 INFO bot: message in chat 5: done in 4 ms", [TOKEN], ["grind size"]) == []


@pytest.mark.parametrize(
    ("payload", "asked"),
    [
        ({"text": "/search grind size"}, ["/search grind size", "grind size"]),
        ({"query": "grind size"}, ["grind size", "grind size"]),
        ({"caption": "how fine to grind"}, ["how fine to grind", "how fine to grind"]),
        ({"text": "/status"}, []),
        ({"text": "a b"}, []),
        ({"data": "cite:1"}, []),
    ],
)
def test_what_people_wrote_counts_as_asked(payload: dict[str, str], asked: list[str]) -> None:
    assert list(questions(payload)) == asked
