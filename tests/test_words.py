"""Every text that a reader sees stands in bot/words, in whole sentences that can be translated."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text import Span, Text, bold, code, link, plain, to_plain
from bot.words import counted, filled, number, plural, said

BOT = Path(__file__).parent.parent / "bot"
SUBJECTS = sorted(path.stem for path in (BOT / "words").glob("[!_]*.py"))
# Modules whose texts have moved to bot/words: one that has joined may keep none to itself.
MOVED = (
    *("views", "topic_views", "search", "source", "topic", "help", "density", "buttons"),
    *("commands",),
    *("subscribe", "unsubscribe", "subscriptions", "subscription_views", "updates", "manners"),
    *("rhythm_words", "spot", "cooldown", "greeting", "status", "announcer", "marking"),
    *("telegram/conversation", "telegram/authority", "telegram/membership", "telegram/custody"),
    *("telegram/turnstile", "telegram/inline", "telegram/guest"),
    *("card", "inline", "guest", "links", "payloads", "blocking", "circle"),
    *("health", "systemd", "vitals", "counting"),
)
# What is typed, to the bot after a command or in a shell: the same in every language.
TYPED = ("quiet off", "zone Europe/Berlin", "silent on", "silent off", "tubenotes check")
_COMMAND = re.compile(r"/\w+ ")
_SENTENCE = re.compile(r"^\W*[A-Z]\S* \S|[^\W\d_]{2,},? [^\W\d_]{2,}")

NAMES = st.sampled_from(["what", "whom", "count"])
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["{", "}", "{what}", "{{", "{0}", "a {b", "%s", "</b>"]
)
SPANS = st.builds(Span, WORDS, st.booleans(), st.booleans(), st.booleans(), st.booleans(), WORDS)
PARTS: st.SearchStrategy[str | Span | Text] = WORDS | SPANS | st.lists(SPANS, max_size=4).map(tuple)
PIECES = st.lists(st.tuples(WORDS, st.none() | NAMES), max_size=6)


def sentence_of(pieces: list[tuple[str, str | None]]) -> str:
    """A sentence of literal words, braces doubled, and named parts."""
    return "".join(
        words.replace("{", "{{").replace("}", "}}") + (f"{{{name}}}" if name else "")
        for words, name in pieces
    )


def plain_words(part: str | Span | Text) -> str:
    if isinstance(part, str):
        return part
    return to_plain((part,) if isinstance(part, Span) else part)


@given(PIECES, st.fixed_dictionaries(dict.fromkeys(("what", "whom", "count"), PARTS)))
def test_a_filled_sentence_has_the_words_of_its_parts(
    pieces: list[tuple[str, str | None]], parts: dict[str, str | Span | Text]
) -> None:
    sentence = sentence_of(pieces)
    given_parts = {name: parts[name] for _, name in pieces if name}
    words = {name: plain_words(part) for name, part in given_parts.items()}
    assert to_plain(filled(sentence, **given_parts)) == sentence.format(**words)
    assert said(sentence, **words) == sentence.format(**words)


@given(PIECES, SPANS)
def test_a_part_keeps_its_style_and_gives_none_to_the_words_around_it(
    pieces: list[tuple[str, str | None]], span: Span
) -> None:
    parts = {name: span for _, name in pieces if name}
    styled = [one for one in filled(sentence_of(pieces), **parts) if one != plain(one.text)]
    times = sum(bool(name) for _, name in pieces) if span.text else 0
    assert styled == ([] if span == plain(span.text) else [span] * times)


def test_parts_may_be_words_spans_and_texts() -> None:
    opened = filled(
        "{who} says {what} at {when}, {sure}.",
        who="night_sky",
        what=(plain("the "), bold("Moon")),
        when=link("6:30", "https://youtu.be/TinyVideo-A?t=390"),
        sure=code("/why"),
    )
    assert opened == (
        *(plain("night_sky says the "), bold("Moon"), plain(" at ")),
        *(link("6:30", "https://youtu.be/TinyVideo-A?t=390"), plain(", ")),
        *(code("/why"), plain(".")),
    )


@pytest.mark.parametrize("parts", [{}, {"other": "x"}, {"asked": "x", "other": "x"}])
def test_a_part_that_is_missing_or_unknown_is_a_fault(parts: dict[str, str]) -> None:
    with pytest.raises(KeyError):
        filled("Nothing for “{asked}”.", **parts)
    with pytest.raises(KeyError):
        said("Nothing for “{asked}”.", **parts)


@pytest.mark.parametrize("sentence", ["{}", "{0}", "{count:,}", "{note.title}", "{note!r}"])
def test_a_part_is_a_bare_name(sentence: str) -> None:
    with pytest.raises((KeyError, ValueError)):
        said(sentence, count=1, note="x")


@pytest.mark.parametrize(
    ("count", "shown"), [(0, "0 notes"), (1, "1 note"), (2, "2 notes"), (1234, "1,234 notes")]
)
def test_a_number_has_the_form_that_goes_with_it(count: int, shown: str) -> None:
    forms = ("{count} note", "{count} notes")
    assert said(counted(count, *forms), count=number(count)) == shown
    assert plural(count, forms) == shown


def constants() -> Iterator[tuple[str, object]]:
    """Every constant of bot/words by subject and name."""
    for subject in SUBJECTS:
        for name, value in vars(import_module(f"bot.words.{subject}")).items():
            if name.isupper():
                yield f"{subject}.{name}", value


def texts(value: object) -> Iterator[str]:
    """The texts of a constant: itself, or those in its tuple or table."""
    if isinstance(value, str):
        yield value
        return
    assert isinstance(value, (tuple, dict)), "a constant is a text, or a tuple or table of them"
    for one in value.values() if isinstance(value, dict) else value:
        yield from texts(one)


CONSTANTS = dict(constants())


def fields(text: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(text) if field is not None}


@pytest.mark.parametrize("name", CONSTANTS)
def test_a_text_can_be_filled_and_stands_for_itself(name: str) -> None:
    for text in texts(CONSTANTS[name]):
        assert said(text, **dict.fromkeys(fields(text), "x"))
        assert text == text.strip(), "a blank at an end is half a sentence"


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_subject_holds_texts_alone_and_each_is_final(subject: str) -> None:
    body = ast.parse((BOT / "words" / f"{subject}.py").read_text("utf-8")).body
    for node in body:
        if isinstance(node, ast.AnnAssign):
            assert ast.unparse(node.annotation).startswith("Final"), ast.unparse(node)
        else:
            assert isinstance(node, ast.Expr | ast.ImportFrom), ast.unparse(node)


def used(path: Path) -> Iterator[str]:
    """`subject.NAME` of each text that a module reads, under whatever name it has imported it."""
    tree = ast.parse(path.read_text("utf-8"))
    subjects = {path.stem: path.stem} if path.parent.name == "words" else {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "bot.words":
            subjects |= {one.asname or one.name: one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and f"{node.module}".startswith("bot.words."):
            yield from (
                f"{node.module}.{one.name}".removeprefix("bot.words.") for one in node.names
            )
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{subjects.get(node.value.id)}.{node.attr}"
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield f"{subjects.get(path.stem)}.{node.id}"


USED = {name for path in BOT.rglob("*.py") for name in used(path)}


@pytest.mark.parametrize("name", CONSTANTS)
def test_every_text_is_shown_somewhere(name: str) -> None:
    assert name in USED


def own_texts(module: str) -> Iterator[str]:
    """String constants of a module, an f-string in one piece; no docstrings, no log lines."""
    left_out: set[ast.AST] = set()
    for node in ast.walk(ast.parse((BOT / f"{module}.py").read_text("utf-8"))):
        if node in left_out:
            continue
        if _is_for_developers(node):
            left_out.update(ast.walk(node))
        elif isinstance(node, ast.JoinedStr):
            left_out.update(ast.walk(node))
            yield "".join(
                str(one.value) if isinstance(one, ast.Constant) else "…" for one in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _is_for_developers(node: ast.AST) -> bool:
    """A docstring, an error of ours, or a line for the log (`Patience` writes to it)."""
    if isinstance(node, ast.Raise):
        return True
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    return isinstance(node, ast.Call) and ast.unparse(node.func).startswith(("log.", "Patience"))


@pytest.mark.parametrize("module", MOVED)
def test_a_module_that_has_moved_keeps_no_words_to_itself(module: str) -> None:
    kept = [text for text in own_texts(module) if _SENTENCE.search(_COMMAND.sub("", text, 1))]
    assert [text for text in kept if text not in TYPED] == []
