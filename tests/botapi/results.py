"""Results of inline and guest queries: their limits. All are pure.

Each raises ApiError as Telegram refuses, or returns the faults that Telegram would let pass.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.botapi import checks
from tests.botapi.errors import broken
from tests.botapi.links import link_fault, start_fault

MOST_RESULTS = 50
MOST_BYTES = 64
_OPENS = ("web_app", "start_parameter")


def inline_answer(params: Mapping[str, Any]) -> list[str]:
    """At most 50 results with ids of their own, and a button that opens one thing."""
    results = params["results"]
    if len(results) > MOST_RESULTS:
        raise broken("RESULTS_TOO_MUCH")
    ids = [one["id"] for one in results]
    if len(set(ids)) < len(ids):
        raise broken("RESULT_ID_DUPLICATE")
    if len(params.get("next_offset", "").encode()) > MOST_BYTES:
        raise broken("NEXT_OFFSET_INVALID")
    if params.get("cache_time", 0) < 0:
        raise broken("CACHE_TIME_INVALID")
    _results_button(params.get("button"))
    return [fault for one in results for fault in check_result(one)]


def _results_button(button: Mapping[str, Any] | None) -> None:
    if button is None:
        return
    if not button["text"].strip():
        raise broken("the button above the results has no label")
    if sum(key in button for key in _OPENS) != 1:
        raise broken("the button above the results must open exactly one thing")
    if "start_parameter" in button:
        fault = start_fault(button["start_parameter"])
        if fault:
            raise broken(fault)


def check_result(one: Mapping[str, Any]) -> list[str]:
    """One result: an id of 1-64 bytes, a title, links that open, a message that can be posted."""
    if not 1 <= len(one["id"].encode()) <= MOST_BYTES:
        raise broken("RESULT_ID_INVALID")
    if not one.get("title", "x").strip():
        raise broken("RESULT_TITLE_EMPTY")
    for key in ("thumbnail_url", "url"):
        if key in one and (fault := link_fault(one[key])):
            raise broken(f"{key} {one[key]!r} is invalid: {fault}")
    checks.keyboard(one.get("reply_markup", {}))
    content = one.get("input_message_content", {})
    checks.preview(content.get("link_preview_options", {}))
    return checks.formatted(content, "message_text").faults if "message_text" in content else []
