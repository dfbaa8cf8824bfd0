"""Subscriptions in words and buttons: what a chat asked for, how often, what can be changed. Pure.

Where a request is about another chat than the one it was made in, every text names that chat and
every button asks for it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.buttons import Row, label, page_row, paged, rows
from bot.reply import Button, Place, Reply
from bot.rhythm_words import as_typed, date, hour, hours, how, wait
from bot.spot import Spot, all_button
from bot.text import Span, Text, bold, code, cut_words, plain
from bot.views import name, notes
from bot.words import filled, plural, said, updates
from bot.words import number as numeral
from storage.interest import Interest, Kind
from storage.rhythm import Manners, Often, Rhythm
from storage.subscriptions import Subscription

PER_PAGE = 8
MOST_REASON = 200
HOURS = (6, 9, 12, 18, 21)
"""Hours of a digest that have a button; any other can be typed."""
_WHAT = {
    Kind.CHANNEL: updates.WHAT_CHANNEL,
    Kind.TOPIC: updates.WHAT_TOPIC,
    Kind.SEARCH: updates.WHAT_SEARCH,
}
_NAMED = {
    Kind.CHANNEL: updates.THE_CHANNEL,
    Kind.TOPIC: updates.THE_TOPIC,
    Kind.SEARCH: updates.THE_SEARCH,
}
_SHORT = {Kind.CHANNEL: updates.CHANNEL, Kind.TOPIC: updates.TOPIC, Kind.SEARCH: updates.SEARCH}


def what(interest: Interest) -> str:
    """The notes that are asked for, in a sentence."""
    if interest.kind is Kind.EVERYTHING:
        return updates.WHAT_EVERYTHING
    return said(_WHAT[interest.kind], name=name(interest.value))


def named(interest: Interest) -> str:
    """What is subscribed to: `the channel “night_sky”`."""
    if interest.kind is Kind.EVERYTHING:
        return updates.EVERYTHING
    return said(_NAMED[interest.kind], name=name(interest.value))


def short(interest: Interest) -> str:
    """The same for lists and buttons: `Channel night_sky`."""
    if interest.kind is Kind.EVERYTHING:
        return updates.EVERYTHING_NEW
    return said(_SHORT[interest.kind], name=name(interest.value))


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
        text = said(updates.CONFIRMED, chat=spot.name, how=rhythm, what=what(one.interest))
    else:
        already = updates.ALREADY if one.paused is None else updates.ALREADY_PAUSED
        text = said(already, chat=spot.opening, subscribed=named(one.interest), how=rhythm)
    ref = one.interest.ref
    often = (
        Button(updates.DAILY_DIGEST, spot.request("subscriptions", f"{ref} daily")),
        Button(updates.WEEKLY_DIGEST, spot.request("subscriptions", f"{ref} weekly")),
    )
    stop = Button(updates.STOP_THIS, spot.request("unsubscribe", ref))
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
    here = paged(len(listed), page, PER_PAGE)
    shown = [*enumerate(listed[here.places], here.start + 1)]
    text: list[Span] = [plain(f"{lead}\n\n")] if lead else []
    heading = said(updates.SUBSCRIPTIONS_OF, chat=spot.name)
    text += [bold(heading), plain(f" · {len(listed)}\n\n")]
    for number, one in shown:
        text.append(plain(f"{number}. {short(one.interest)} – {_state(one, manners)}\n"))
    if others:
        text.append(plain(f"\n{said(updates.OTHERS, count=others)}\n"))
    text.append(plain(f"\n{_manners(spot, manners)}"))
    paging = page_row(spot.request("subscriptions"), here.number, more=here.more)
    own: tuple[Row, ...] = ()
    if spot.here.manages:
        own = (*(_row_of(spot, one, number) for number, one in shown), paging)
        own = (*own, *_manners_rows(spot, manners))
    return Reply("subscriptions", tuple(text), rows(*(own or (paging,))), more=here.more)


def _row_of(spot: Spot, one: Subscription, number: int) -> Row:
    text = label(f"{number}. {short(one.interest)}")
    return (Button(text, spot.request("subscriptions", one.interest.ref)),)


def _state(one: Subscription, manners: Manners) -> str:
    """How often it is served, or since when it is not."""
    often = how(one.rhythm)
    if one.paused is None:
        return often
    return said(updates.STATE_PAUSED, how=often, paused=_pause(one, manners))


def _pause(one: Subscription, manners: Manners) -> str:
    since = date(one.paused or 0, manners.zone)
    why, waiting = cut_words(one.reason, MOST_REASON), notes(one.waiting)
    if one.reason and one.waiting:
        return said(updates.PAUSED_WHY_WAITING, date=since, why=why, notes=waiting)
    if one.reason:
        return said(updates.PAUSED_WHY, date=since, why=why)
    if one.waiting:
        return said(updates.PAUSED_WAITING, date=since, notes=waiting)
    return said(updates.PAUSED, date=since)


def _manners(spot: Spot, manners: Manners) -> str:
    quiet = hours(manners.quiet) if manners.quiet else updates.NO_QUIET
    sound = updates.WITHOUT_SOUND if manners.silent else updates.WITH_SOUND
    line = said(updates.MANNERS, zone=manners.zone, quiet=quiet, sound=sound)
    if spot.place is not Place.GROUP:
        return line
    return said(updates.MANNERS_OF_GROUP, manners=line, wait=wait(manners.cooldown))


def _manners_rows(spot: Spot, manners: Manners) -> tuple[Row, ...]:
    def ask(text: str, rest: str) -> Button:
        return Button(text, spot.request("subscriptions", rest))

    other = "off" if manners.silent else "on"
    silent = ask(updates.SILENT_ON if manners.silent else updates.SILENT_OFF, f"silent {other}")
    export = Button(updates.EXPORT, spot.request("subscriptions", "export"), anew=True)
    cooldown = (ask(updates.COOLDOWN, "cooldown"),) if spot.place is Place.GROUP else ()
    quiet = (ask(updates.QUIET_HOURS, "quiet"), ask(updates.TIME_ZONE, "zone"))
    return (quiet, (silent, *cooldown, export))


def stop_view(
    spot: Spot, listed: Sequence[Subscription], page: int, lead: str, request: str
) -> Reply:
    """Subscriptions to choose from, each with a button that stops it."""
    here = paged(len(listed), page, PER_PAGE)
    stops = (
        (Button(_numbered(updates.STOP_ONE, number, one), _stop(spot, one)),)
        for number, one in enumerate(listed[here.places], here.start + 1)
    )
    paging = page_row(request, here.number, more=here.more)
    buttons = rows(*stops, paging, (all_button(spot),))
    return Reply("unsubscribe", (plain(lead),), buttons, more=here.more)


def _numbered(text: str, number: int, one: Subscription) -> str:
    """The label of a button of one in a list."""
    return label(said(text, number=number, subscribed=short(one.interest)))


def _stop(spot: Spot, one: Subscription) -> str:
    return spot.request("unsubscribe", one.interest.ref)


def stopped_view(spot: Spot, ended: Sequence[Subscription]) -> Reply:
    """Stopped, and the way back: the request that subscribes again."""
    text = plural(len(ended), updates.STOPPED_ALL, chat=spot.name)
    undone = [
        (Button(_numbered(updates.UNDO_ONE, number, one), _undo(spot, one)),)
        for number, one in enumerate(ended[:PER_PAGE], 1)
    ]
    if len(ended) > PER_PAGE:
        typed = code(spot.request("subscriptions", "import"))
        stopped = filled(updates.STOPPED_MANY, stopped=text, request=typed)
        return Reply("unsubscribe", stopped, rows(*undone, (all_button(spot),)))
    if len(ended) == 1:
        text = said(updates.STOPPED, chat=spot.name, subscribed=named(ended[0].interest))
        undone = [(Button(updates.UNDO, _undo(spot, ended[0])),)]
    return Reply("unsubscribe", (plain(text),), rows(*undone, (all_button(spot),)))


def _undo(spot: Spot, one: Subscription) -> str:
    """The request that subscribes again, served as often as before."""
    often = as_typed(one.rhythm).replace(" ", "-")
    before = "" if one.rhythm == Rhythm() else f"often:{often} "
    return spot.request("subscribe", f"{before}{words(one.interest)}")


def none_view(command: str, spot: Spot, lead: str = "") -> Reply:
    """A chat without subscriptions, and how to begin."""
    manages = spot.here.manages
    text = said(
        updates.NO_SUBSCRIPTIONS_YET if manages else updates.NO_SUBSCRIPTIONS, chat=spot.opening
    )
    if lead:
        text = f"{lead} {text}"
    if not manages:
        return Reply(command, (plain(text),), found=False)
    begin = Button(updates.SUBSCRIBE, spot.request("subscribe"))
    return Reply(command, (plain(text),), ((begin,),), found=False)


def details_view(spot: Spot, one: Subscription, manners: Manners, lead: str = "") -> Reply:
    """One subscription and all that can be changed about it; `lead` says what just was."""
    ref = one.interest.ref
    pause = (Button(updates.PAUSE, spot.request("subscriptions", f"{ref} pause")),)
    last = (
        Button(updates.STOP_THIS, spot.request("unsubscribe", ref)),
        all_button(spot, updates.BACK_TO_ALL),
    )
    served = _resume_row(spot, one) or pause
    text = _details(spot, one, manners)
    if lead:
        text = (plain(f"{lead}\n\n"), *text)
    return Reply("subscriptions", text, rows(served, *_often_rows(spot, one), last))


def _details(spot: Spot, one: Subscription, manners: Manners) -> Text:
    since = date(one.created, manners.zone)
    if one.paused is not None:
        since = said(updates.SINCE_PAUSED, date=since, paused=_pause(one, manners))
    return filled(
        updates.DETAILS,
        title=bold(short(one.interest)),
        chat=spot.name,
        how=how(one.rhythm, manners.zone),
        what=what(one.interest),
        since=since,
    )


def _resume_row(spot: Spot, one: Subscription) -> Row:
    if one.paused is None:
        return ()
    catch_up = spot.request("subscriptions", f"{one.interest.ref} catch-up")
    if not one.waiting:
        return (Button(updates.RESUME, catch_up),)
    from_now = spot.request("subscriptions", f"{one.interest.ref} from-now")
    return (
        Button(said(updates.RESUME_ALL, count=numeral(one.waiting)), catch_up),
        Button(updates.RESUME_NEW, from_now),
    )


def _often_rows(spot: Spot, one: Subscription) -> tuple[Row, ...]:
    """How often; for a digest also on which day and at which hour."""
    now = one.rhythm

    def ask(text: str, rhythm: Rhythm) -> Button:
        words = f"{one.interest.ref} {as_typed(rhythm)}"
        chosen = said(updates.CHOSEN, label=text) if rhythm == now else text
        return Button(chosen, spot.request("subscriptions", words))

    often = ((updates.NOW, Often.NOW), (updates.DAILY, Often.DAILY), (updates.WEEKLY, Often.WEEKLY))
    made = tuple(ask(text, replace(now, often=kind)) for text, kind in often)
    at = tuple(ask(hour(number), replace(now, hour=number)) for number in HOURS)
    on = tuple(ask(day, replace(now, weekday=at)) for at, day in enumerate(updates.WEEKDAY_LABELS))
    if now.often is Often.NOW:
        return (made,)
    return (made, at) if now.often is Often.DAILY else (made, on[:4], on[4:], at)
