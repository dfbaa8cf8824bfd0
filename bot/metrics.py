"""What Prometheus is told: counted where it happens, in one registry of our own.

Labels come from small closed sets (commands, kinds of update, classes of error), never from people.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)

disable_created_metrics()  # type: ignore[no-untyped-call] # a time beside each counter

REGISTRY: Final = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)

_ANSWERS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds: an answer takes milliseconds, and Telegram drops an inline one after about ten."""
_RELOADS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)


def _counter(name: str, meaning: str, *labels: str) -> Counter:
    return Counter(f"tubenotes_{name}", meaning, labels, registry=REGISTRY)


def _gauge(name: str, meaning: str) -> Gauge:
    return Gauge(f"tubenotes_{name}", meaning, registry=REGISTRY)


def _histogram(name: str, meaning: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
    return Histogram(f"tubenotes_{name}", meaning, labels, buckets=buckets, registry=REGISTRY)


UPDATES: Final = _counter("updates", "Updates that were worked on, by kind.", "kind")
UPDATE_SECONDS: Final = _histogram(
    "update_seconds", "From an update's arrival until all was done for it.", _ANSWERS, "kind"
)
QUERIES: Final = _counter(
    "queries", "Questions, by command and by found, nothing or error.", "command", "outcome"
)
RELOADS: Final = _counter("reloads", "Looks at the folder: changed, same or failed.", "outcome")
RELOAD_SECONDS: Final = _histogram("reload_seconds", "How long such a look took.", _RELOADS)
LAST_RELOAD: Final = _gauge(
    "last_reload_timestamp_seconds", "When the last good reload ended, or the bot began."
)
NOTES: Final = _gauge("notes", "Notes in the index.")
MOMENTS: Final = _gauge("moments", "Moments in the index.")
PROBLEMS: Final = _gauge("problems", "Problems in the notes.")
DELIVERIES: Final = _counter(
    "deliveries", "Messages of the outbox, by what came of them.", "outcome"
)
OWED: Final = _gauge("owed_deliveries", "Deliveries that are owed.")
OLDEST: Final = _gauge("owed_oldest_seconds", "How long the oldest of them is owed.")
SUBSCRIPTIONS: Final = _gauge("subscriptions", "Subscriptions.")
SUSPENDED: Final = _gauge("suspended_chats", "Chats that we may not write to.")
TELEGRAM_ERRORS: Final = _counter(
    "telegram_errors", "Calls of the Bot API that failed, by class of error.", "error"
)
FLOOD_WAITS: Final = _counter("flood_waits", "Calls that Telegram wanted later.")
FLOOD_SECONDS: Final = _counter("flood_wait_seconds", "How much later in all.")
LAST_HEARD: Final = _gauge("last_heard_timestamp_seconds", "When Telegram was last heard.")
HEALTHY: Final = _gauge("healthy", "1 while nothing is wrong, else 0.")
Info("tubenotes_build", "The version.", registry=REGISTRY).info(
    {"version": version("tubenotes-bot")}
)


def total(counter: Counter) -> float:
    """A counter's sum over all of its labels."""
    return sum(sample.value for family in counter.collect() for sample in family.samples)


def by(counter: Counter, label: str) -> dict[str, float]:
    """A counter's sums by one of its labels."""
    found: dict[str, float] = {}
    for sample in (sample for family in counter.collect() for sample in family.samples):
        value = sample.labels[label]
        found[value] = found.get(value, 0.0) + sample.value
    return found
