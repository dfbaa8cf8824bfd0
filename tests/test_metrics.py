"""What Prometheus is told: what dashboards rely on, in a form that its own parser reads."""

from __future__ import annotations

import re

from prometheus_client import Counter, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from bot import metrics
from bot.metrics import by, total

CONTRACT = {
    "updates": "counter",
    "update_seconds": "histogram",
    "queries": "counter",
    "reloads": "counter",
    "reload_seconds": "histogram",
    "notes": "gauge",
    "moments": "gauge",
    "problems": "gauge",
    "deliveries": "counter",
    "owed_deliveries": "gauge",
    "owed_oldest_seconds": "gauge",
    "subscriptions": "gauge",
    "suspended_chats": "gauge",
    "telegram_errors": "counter",
    "flood_waits": "counter",
    "flood_wait_seconds": "counter",
    "last_heard_timestamp_seconds": "gauge",
    "last_reload_timestamp_seconds": "gauge",
    "healthy": "gauge",
    "build_info": "gauge",
}


def test_it_tells_what_dashboards_rely_on_and_nothing_else() -> None:
    families = text_string_to_metric_families(generate_latest(metrics.REGISTRY).decode())
    told = {family.name: family.type for family in families}
    ours = {name: kind for name, kind in told.items() if name.startswith("tubenotes_")}
    assert ours == {f"tubenotes_{name}": kind for name, kind in CONTRACT.items()}
    assert all(re.match("process_|python_", name) for name in told.keys() - ours.keys())


def test_the_version_is_told() -> None:
    assert re.search(
        r'tubenotes_build_info\{version="\d', generate_latest(metrics.REGISTRY).decode()
    )


def test_a_counter_is_summed_over_all_labels_or_by_one_of_them() -> None:
    counter = Counter("asked", "Asked.", ("command", "outcome"), registry=None)
    counter.labels("search", "found").inc(2)
    counter.labels("search", "nothing").inc()
    counter.labels("topic", "found").inc(4)
    assert total(counter) == 7
    assert by(counter, "outcome") == {"found": 6, "nothing": 1}
    assert total(Counter("none", "Never.", registry=None)) == 0
