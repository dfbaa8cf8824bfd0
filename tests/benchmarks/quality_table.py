"""What the quality benchmark measured, as plain tables."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from storage.search import SOURCE
from tests.benchmarks.nosource import FOLDS, Claim, Point, curve, point, tuned_elsewhere

NAMES = {
    "ours": "ours",
    "shown": "as shown",
    "fts5": "FTS5",
    "fts5_all": "FTS5+stop",
    "tantivy": "tantivy",
    "trigrams": "FTS5 tri",
    "token_sort": "token_sort",
    "wratio": "WRatio",
}
Answers = Mapping[str, Any]
Cell = Callable[[Answers], str]


def show(found: Mapping[str, Any]) -> str:
    """All tables, one under the other."""
    claims = [Claim(**claim) for claim in found["claims"]]
    parts = (_main(found), _channels(found), _no_source(claims), _times(found["times"]))
    return "\n".join(line for part in parts for line in (*part, ""))


def _main(found: Mapping[str, Any]) -> Iterator[str]:
    systems = found["systems"]
    made = found["made"]
    yield (
        f"{made['notes']:,} notes and {made['passages']:,} passages known;"
        f" questions: {', '.join(map(str, made['questions']))} (words = typos = claims, topics,"
        f" topic typos); {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end"
    )
    yield "ours: asked of storage; as shown: of the whole bot, page after page up to ten results."
    yield "“reach” and “aim” were stated for a whole vault of 21,189 notes, not for this one."
    heads = "".join(f"{NAMES[name]:>15}" for name in systems)
    yield f"{'':<24}{heads}{'reach':>15}{'aim':>15}"
    for name, part, cell, reach, aim in ROWS:
        cells = "".join(f"{_cell(one, part, cell):>15}" for one in systems.values())
        yield f"{name:<24}{cells}{reach:>15}{aim:>15}"


def _cell(system: Mapping[str, Any], part: str, cell: Cell) -> str:
    if not part:
        return cell(system)
    answers = system["answers"]
    return cell(answers) if part in answers else "–"


def _share(ranks: Sequence[int], first: int) -> float:
    return sum(0 < rank <= first for rank in ranks) / max(1, len(ranks))


def _found(part: str, *firsts: int) -> Cell:
    return lambda answers: " / ".join(
        f"{_share(answers[part]['rank'], first):.3f}" for first in firsts
    )


def _kept(answers: Answers) -> str:
    words, typos = (_share(answers[part]["rank"], 10) for part in ("words", "typos"))
    return f"{typos / max(words, 1e-9):.3f}"


def _twice(answers: Answers) -> str:
    twice = answers["words"]["twice"]
    return f"{sum(twice) / max(1, len(twice)):.2f}"


def _latency(part: str) -> Cell:
    def cell(answers: Answers) -> str:
        took = sorted(answers[part]["ms"])
        return f"{took[len(took) // 2]:.1f} / {took[int(len(took) * 0.99)]:.1f}"

    return cell


ROWS: tuple[tuple[str, str, Cell, str, str], ...] = (
    ("words, R@1 / R@10", "words", _found("words", 1, 10), "0.44 / 0.73", "0.48 / 0.78"),
    ("claim, R@1 / R@10", "claims", _found("claims", 1, 10), "0.59 / 0.87", "0.63 / 0.92"),
    ("typo, R@10 / words", "typos", _kept, "0.99", "0.995"),
    ("duplicates in top five", "words", _twice, "0", "0"),
    ("topic, success@1 / @5", "topics", _found("topics", 1, 5), "0.42 / 0.62", "0.46 / 0.67"),
    ("topic-typo, success@1", "topic_typos", _found("topic_typos", 1), "0.98", "0.99"),
    ("words, p50 / p99 ms", "words", _latency("words"), "5 / 30", "1 / 2"),
    ("claim, p50 / p99 ms", "claims", _latency("claims"), "15 / 50", "2.5 / 6"),
    ("topic, p50 / p99 ms", "topics", _latency("topics"), "", ""),
    ("peak memory, MB", "", lambda one: f"{one['peak_mb']:.0f}", "300", "150"),
    ("index, MB", "", lambda one: f"{one['size'] / 1e6:.0f}" if one["size"] else "–", "", ""),
)


def _channels(found: Mapping[str, Any]) -> Iterator[str]:
    """Ours and the best peer on each channel: whether the gain is one channel's or everyone's."""
    ours, peer = found["systems"]["ours"]["answers"], found["systems"]["fts5"]["answers"]
    yield "by channel: R@10, ours – FTS5; topics, success@1"
    yield f"{'':<24}{'questions':>10}{'words':>16}{'claims':>16}{'topics':>10}"
    for channel in sorted(set(ours["words"]["channel"])):
        words, claims = (
            " – ".join(f"{_of(side[part], channel, 10):.3f}" for side in (ours, peer))
            for part in ("words", "claims")
        )
        count = ours["words"]["channel"].count(channel)
        topics = _of(ours["topics"], channel, 1)
        yield f"{channel:<24}{count:>10}{words:>16}{claims:>16}{topics:>10.3f}"


def _of(answers: Answers, channel: str, first: int) -> float:
    pairs = zip(answers["rank"], answers["channel"], strict=True)
    return _share([rank for rank, other in pairs if other == channel], first)


def _no_source(claims: Sequence[Claim]) -> Iterator[str]:
    yield f"no source: channels left out in {FOLDS} folds. false: their claims given a source;"
    yield "answered: claims whose moment ranking finds in its first three that still are given one;"
    yield "right: those that show the right moment itself as a source. Aim: 5 % / 85 %."
    yield f"{'strength':<24}{'false':>10}{'answered':>10}{'right':>10}"
    yield from (_point(f"{one.strength:.2f}", one) for one in curve(claims))
    yield f"each fold at SOURCE = {SOURCE}, and at the strength tuned to 5 % on all other folds:"
    for fold in range(FOLDS):
        yield _point(f"fold {fold}, {SOURCE}", point([c for c in claims if c.fold == fold], SOURCE))
        tuned = tuned_elsewhere(claims, fold)
        yield _point(f"fold {fold}, {tuned.strength:.3f}", tuned)


def _point(name: str, one: Point) -> str:
    return f"{name:<24}{one.false:>10.3f}{one.answered:>10.3f}{one.right:>10.3f}"


def _times(times: Mapping[str, Any]) -> Iterator[str]:
    yield "times of notes that are not clean: share that a clean note on the video cites too, share"
    yield "beyond its last one + 120 s. Reach 0.36 / 0.005 (stated for the whole vault)."
    yield f"{'':<24}{'citations':>10}{'cited':>10}{'beyond':>10}{'unknown':>10}"
    for one in times["all"]:
        yield _agreement(one)
    yield "judged by one clean note of each video that the repair was not shown:"
    for one in times["unseen"]:
        yield _agreement(one)
    yield (
        f"citations of clean notes told otherwise than written: {times['clean_changed']:.3%}"
        f" (at most 0.5 %), told as not sure: {times['clean_unsure']:.3%}"
    )


def _agreement(one: Mapping[str, Any]) -> str:
    shares = "".join(f"{one[name]:>10.3f}" for name in ("cited", "beyond", "unknown"))
    return f"{one['rule']:<24}{one['count']:>10,}{shares}"
