"""Slips that people make when they type: in a word, in a title. Random, but repeatable."""

from __future__ import annotations

import random

ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
ACCENTS = {"a": "á", "e": "é", "i": "í", "o": "ö", "u": "ü", "c": "ç", "n": "ñ"}
CHANGES = ("slip", "two slips", "left out", "order", "accents", "joined", "split")
"""What happens to a title; each as likely."""
SPLIT_FROM = 8
"""A word of so many letters may be taken for two."""


def mistype(word: str, rng: random.Random) -> str:
    """One slip of the finger, never none: a letter left out, doubled, swapped or a key off."""
    while True:
        typed = _slip(word, rng.randrange(len(word)), rng)
        if typed not in (word, ""):
            return typed


def _slip(word: str, at: int, rng: random.Random) -> str:
    match rng.choice(("drop", "swap", "add", "replace")):
        case "drop":
            return word[:at] + word[at + 1 :] if len(word) > 3 else word
        case "swap":
            return word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
        case "add":
            return word[:at] + rng.choice(_near(word[at]) + word[at]) + word[at:]
        case _:
            return word[:at] + rng.choice(_near(word[at])) + word[at + 1 :]


def _near(letter: str) -> str:
    """The keys beside this one."""
    row = next((row for row in ROWS if letter.lower() in row), "")
    if not row:
        return "abcdefghijklmnopqrstuvwxyz"
    at = row.index(letter.lower())
    return row[max(0, at - 1) : at] + row[at + 1 : at + 2]


def misspelt(title: str, rng: random.Random) -> str:
    """A title with one of CHANGES; never as it was."""
    while True:
        words = _changed(title.split(), rng.choice(CHANGES), rng)
        if words != title.split():
            return " ".join(words)


def _changed(words: list[str], change: str, rng: random.Random) -> list[str]:
    at = rng.randrange(len(words))
    match change:
        case "slip" | "two slips":
            for _ in range(2 if change == "two slips" else 1):
                at = rng.choice([n for n, word in enumerate(words) if len(word) > 2] or [at])
                words[at] = mistype(words[at], rng)
        case "left out":
            words.pop(at)
        case "order":
            rng.shuffle(words)
        case "accents":
            words = ["".join(ACCENTS.get(letter, letter) for letter in word) for word in words]
        case "joined":
            at = rng.randrange(len(words) - 1)
            words[at : at + 2] = [words[at] + words[at + 1]]
        case _:
            words = _split(words, rng)
    return words


def _split(words: list[str], rng: random.Random) -> list[str]:
    """A long word taken for two."""
    long = [n for n, word in enumerate(words) if len(word) >= SPLIT_FROM]
    if not long:
        return words
    at = rng.choice(long)
    cut = rng.randint(3, len(words[at]) - 3)
    return [*words[:at], words[at][:cut], words[at][cut:], *words[at + 1 :]]
