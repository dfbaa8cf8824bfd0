"""Subscriptions in words and buttons: what a chat asked for, how often, what can be changed. Pure.

Where a request is about another chat than the one it was made in, every text names that chat and
every button asks for it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.buttons import Row, label, pages, rows
from bot.reply import Button, Reply
from bot.rhythm_words import WEEKDAYS, as_typed, date, hour, hours, how
from bot.spot import Spot, all_button
from bot.text import Span, bold, cut_words, plain
from bot.views import name, notes
from storage.interest import Interest, Kind
from storage.rhythm import Manners, Often, Rhythm
from storage.subscriptions import Subscription

PER_PAGE = 8
MOST_REASON = 200
HOURS = (6, 9, 12, 18, 21)
"""Hours of a digest that have a button; any other can be typed."""
_NAMED = {Kind.CHANNEL: "the channel", Kind.TOPIC: "the topic", Kind.SEARCH: "the search"}
_SHORT = {Kind.CHANNEL: "Channel", Kind.TOPIC: "Topic", Kind.SEARCH: "Search"}


def what(interest: Interest) -> str:
    """The notes that are asked for, in a sentence."""
    value = name(interest.value)
    return {
        Kind.EVERYTHING: "each new note",
        Kind.CHANNEL: f"each new note of the channel “{value}”",
        Kind.TOPIC: f"each new note on the topic “{value}” or with a link to it",
        Kind.SEARCH: f"each new note that the search “{value}” finds",
    }[interest.kind]


def named(interest: Interest) -> str:
    """What is subscribed to: `the channel “night_sky”`."""
    if interest.kind is Kind.EVERYTHING:
        return "everything new"
    return f"{_NAMED[interest.kind]} “{name(interest.value)}”"


def short(interest: Interest) -> str:
    """The same for lists and buttons: `Channel night_sky`."""
    if interest.kind is Kind.EVERYTHING:
        return "Everything new"
    return f"{_SHORT[interest.kind]} {name(interest.value)}"


def words(interest: Interest) -> str:
    """The words of /subscribe and /unsubscribe that mean it."""
    value = f" {interest.value}" if interest.kind is not Kind.EVERYTHING else ""
    return f"{interest.kind.value}{value}"


def confirmed(
    spot: Spot, one: Subscription, manners: Manners, *preview: Span, added: bool
) -> Reply:
    """Subscribed: what comes, how often and where; how to change or stop it."""
    rhythm = how(one.rhythm, manners.zone)
    if added:
        text = f"From now on I post in {spot.name}, {rhythm}, {what(one.interest)}."
    else:
        paused = " It is paused." if one.paused is not None else ""
        subscribed = f"{spot.name} is already subscribed to {named(one.interest)}"
        text = f"{subscribed[0].upper()}{subscribed[1:]} ({rhythm}).{paused}"
    ref = one.interest.ref
    often = (
        Button("Daily digest", spot.request("subscriptions", f"{ref} daily")),
        Button("Weekly digest", spot.request("subscriptions", f"{ref} weekly")),
    )
    stop = Button("Stop this", spot.request("unsubscribe", ref))
    return Reply(
        "subscribe",
        (plain(text), *preview),
        rows(_resume_row(spot, one), often, (stop, all_button(spot))),
    )


def list_view(
    spot: Spot,
    listed: Sequence[Subscription],
    manners: Manners,
    page: int,
    *,
    others: int = 0,
    lead: str = "",
) -> Reply:
    """The chat's subscriptions, a page of them; `others` belong to other topics of the group."""
    page, last = _paged(len(listed), page)
    start = (page - 1) * PER_PAGE
    shown = listed[start : start + PER_PAGE]
    text: list[Span] = [plain(f"{lead}\n\n")] if lead else []
    text += [bold(f"Subscriptions of {spot.name}"), plain(f" · {len(listed)}\n\n")]
    for number, one in enumerate(shown, start + 1):
        text.append(plain(f"{number}. {short(one.interest)} – {_state(one, manners)}\n"))
    if others:
        text.append(plain(f"\n{others} more in other topics.\n"))
    text.append(plain(f"\n{_manners(manners)}"))
    paging = pages(spot.request("subscriptions"), page, more=page < last)
    own: tuple[Row, ...] = ()
    if spot.here.manages:
        own = (*(_row_of(spot, one, at) for at, one in enumerate(shown, start + 1)), paging)
        own = (*own, *_manners_rows(spot, manners))
    return Reply("subscriptions", tuple(text), rows(*(own or (paging,))), more=page < last)


def _paged(count: int, page: int) -> tuple[int, int]:
    last = max(1, -(-count // PER_PAGE))
    return min(max(1, page), last), last


def _row_of(spot: Spot, one: Subscription, number: int) -> Row:
    text = label(f"{number}. {short(one.interest)}")
    return (Button(text, spot.request("subscriptions", one.interest.ref)),)


def _state(one: Subscription, manners: Manners) -> str:
    """How often it is served, or since when it is not."""
    text = how(one.rhythm)
    if one.paused is not None:
        text += f", {_pause(one, manners)}"
    return text


def _pause(one: Subscription, manners: Manners) -> str:
    why = f" ({cut_words(one.reason, MOST_REASON)})" if one.reason else ""
    waiting = f", {notes(one.waiting)} waiting" if one.waiting else ""
    return f"paused since {date(one.paused or 0, manners.zone)}{why}{waiting}"


def _manners(manners: Manners) -> str:
    quiet = hours(manners.quiet) if manners.quiet else "none"
    sound = "without a sound" if manners.silent else "with a sound"
    return f"Time zone: {manners.zone} · quiet hours: {quiet} · {sound}"


def _manners_rows(spot: Spot, manners: Manners) -> tuple[Row, ...]:
    def ask(text: str, rest: str) -> Button:
        return Button(text, spot.request("subscriptions", rest))

    silent = ask("Silent: on", "silent off") if manners.silent else ask("Silent: off", "silent on")
    return (
        (ask("Quiet hours", "quiet"), ask("Time zone", "zone")),
        (silent, Button("Export", spot.request("subscriptions", "export"), anew=True)),
    )


def stop_view(
    spot: Spot, listed: Sequence[Subscription], page: int, lead: str, request: str
) -> Reply:
    """Subscriptions to choose from, each with a button that stops it."""
    page, last = _paged(len(listed), page)
    shown = listed[(page - 1) * PER_PAGE : page * PER_PAGE]
    stops = (
        (Button(label(f"Stop {number}. {short(one.interest)}"), _stop(spot, one)),)
        for number, one in enumerate(shown, (page - 1) * PER_PAGE + 1)
    )
    paging = pages(request, page, more=page < last)
    buttons = rows(*stops, paging, (all_button(spot),))
    return Reply("unsubscribe", (plain(lead),), buttons, more=page < last)


def _stop(spot: Spot, one: Subscription) -> str:
    return spot.request("unsubscribe", one.interest.ref)


def stopped_view(spot: Spot, ended: Sequence[Subscription]) -> Reply:
    """Stopped, and the way back: the request that subscribes again."""
    text = f"Stopped: all {len(ended)} subscriptions of {spot.name}."
    undone = [
        (Button(label(f"Undo {number}. {short(one.interest)}"), _undo(spot, one)),)
        for number, one in enumerate(ended[:PER_PAGE], 1)
    ]
    if len(ended) == 1:
        text = f"Stopped: no more updates in {spot.name} on {named(ended[0].interest)}."
        undone = [(Button("Undo", _undo(spot, ended[0])),)]
    return Reply("unsubscribe", (plain(text),), rows(*undone, (all_button(spot),)))


def _undo(spot: Spot, one: Subscription) -> str:
    """The request that subscribes again, served as often as before."""
    often = as_typed(one.rhythm).replace(" ", "-")
    before = "" if one.rhythm == Rhythm() else f"often:{often} "
    return spot.request("subscribe", f"{before}{words(one.interest)}")


def none_view(command: str, spot: Spot, lead: str = "") -> Reply:
    """A chat without subscriptions, and how to begin."""
    text = f"{lead} " if lead else ""
    text += f"{spot.name[0].upper()}{spot.name[1:]} has no subscriptions."
    if not spot.here.manages:
        return Reply(command, (plain(text),), found=False)
    text += " Subscribe, and I post new notes as they come."
    begin = Button("Subscribe", spot.request("subscribe"))
    return Reply(command, (plain(text),), ((begin,),), found=False)


def details_view(spot: Spot, one: Subscription, manners: Manners, lead: str = "") -> Reply:
    """One subscription and all that can be changed about it; `lead` says what just was."""
    text: list[Span] = [plain(f"{lead}\n\n")] if lead else []
    often = how(one.rhythm, manners.zone)
    text += [bold(short(one.interest)), plain(f"\nI post in {spot.name}, {often}, ")]
    text.append(plain(f"{what(one.interest)}.\nSubscribed on {date(one.created, manners.zone)}"))
    paused = f", {_pause(one, manners)}" if one.paused is not None else ""
    text.append(plain(f"{paused}."))
    ref = one.interest.ref
    pause = (Button("Pause", spot.request("subscriptions", f"{ref} pause")),)
    last = (
        Button("Stop this", spot.request("unsubscribe", ref)),
        all_button(spot, "◀ All"),
    )
    served = _resume_row(spot, one) or pause
    return Reply("subscriptions", tuple(text), rows(served, *_often_rows(spot, one), last))


def _resume_row(spot: Spot, one: Subscription) -> Row:
    if one.paused is None:
        return ()
    catch_up = spot.request("subscriptions", f"{one.interest.ref} catch-up")
    if not one.waiting:
        return (Button("Resume", catch_up),)
    from_now = spot.request("subscriptions", f"{one.interest.ref} from-now")
    return (
        Button(f"Resume: catch up ({one.waiting:,})", catch_up),
        Button("Resume: from now on", from_now),
    )


def _often_rows(spot: Spot, one: Subscription) -> tuple[Row, ...]:
    """How often; for a digest also on which day and at which hour."""
    now = one.rhythm

    def ask(text: str, rhythm: Rhythm) -> Button:
        words = f"{one.interest.ref} {as_typed(rhythm)}"
        chosen = "✓ " if rhythm == now else ""
        return Button(f"{chosen}{text}", spot.request("subscriptions", words))

    often = (("At once", Often.NOW), ("Daily", Often.DAILY), ("Weekly", Often.WEEKLY))
    made = tuple(ask(text, replace(now, often=kind)) for text, kind in often)
    at = tuple(ask(hour(number), replace(now, hour=number)) for number in HOURS)
    on = tuple(ask(day[:3], replace(now, weekday=at)) for at, day in enumerate(WEEKDAYS))
    if now.often is Often.NOW:
        return (made,)
    return (made, at) if now.often is Often.DAILY else (made, on[:4], on[4:], at)
