"""`/cite`: one passage as a card, to look at, to trim and to share; opened by what it says."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeGuard

from bot.buttons import BROWSE, Row, rows
from bot.excerpt import excerpt, excerpt_text
from bot.library import Library
from bot.reply import Button, Place, Reply, Request
from bot.text import ELLIPSIS, Span, Text, cut_words, italic, plain, quoted, to_plain, utf16_len
from bot.views import hit_block, message, moment_link, preview_of, titled, unnamed
from bot.words import filled, labels, said, sharing
from storage.citing import Cite, Cited, Fate, Opened, cite_of, from_payload, open_cited, to_payload
from storage.model import Hit, Passage, Trust
from storage.reading import open_video
from storage.timestamps import watch_url

MOST_LONG = 1_200
"""Characters of a longer excerpt: the passage with those round it."""
MOST_COPY = 256
"""What a press can put on the clipboard (Bot API: CopyTextButton)."""
CLOSE_SECONDS = 120
"""Words this near to an excerpt may stand round it."""
_LEAST_PART = 60
"""Where less room than this is left, the passage before or after is left out."""
_MOST_CHANNEL, _MOST_TITLE = 40, 60
"""Of a copied citation, so that most of it is the excerpt."""
_WITH_CARDS, _MOST_CARDS = ("search", "source"), 6
_LONG = " long"


async def cite(library: Library, request: Request, rest: str) -> Reply:
    """The card of a payload; with "long" after it the longer excerpt."""
    payload, *how = rest.split() or [""]
    asked = from_payload(payload)
    if asked is None:
        return _unknown(payload)
    opened = await library.ask(open_cited, asked)
    if opened.cited.hit is None:
        known = await library.ask(open_video, asked.video_id, 1) is not None
        return gone_view(asked, known=known)
    return card_view(opened, long=how == ["long"], place=request.place)


def cite_request(hit: Hit, *, long: bool = False) -> str:
    """What a button sends that opens the card of a hit: at most 64 bytes."""
    return f"/cite {to_payload(cite_of(hit))}{_LONG if long else ''}"


def card_row(reply: Reply, request: Request) -> tuple[Row, ...]:
    """A button for each moment found, by the time that stands under it; in private chats."""
    private = request.here is not None and request.place is Place.PRIVATE
    if not private or reply.command not in _WITH_CARDS:
        return ()
    shown = [
        Button(moment_link(hit.moment).text, cite_request(hit), anew=True) for hit in reply.hits
    ]
    return rows(tuple({button.request: button for button in shown}.values())[:_MOST_CARDS])


def card_view(opened: Opened, *, long: bool, place: Place) -> Reply:
    """A passage with its note and its moments, and all that can be done with it. Pure."""
    hit = opened.cited.hit
    if hit is None:
        raise ValueError("what is gone has no card")
    longer = long_excerpt(hit, opened.before, opened.after)
    more = to_plain(longer) != excerpt_text(hit)
    shown = longer if long and more else excerpt(hit)
    buttons = rows(_share_row(hit, place, long=long and more))
    if place is Place.PRIVATE:
        buttons = rows(_leafing(opened, hit, long=long, more=more), *buttons)
    text = (*_told(opened.cited), *titled(hit.note), plain("\n\n"), *_quote(hit, shown))
    if shown is longer:
        text += _moments_round(hit, opened)
    return Reply("cite", text, buttons, preview_of((hit,)), (hit,))


def _told(cited: Cited) -> Text:
    """Before the card, that it is not what was cited."""
    if cited.fate is Fate.SAME:
        return ()
    return (italic(sharing.ELSEWHERE if cited.elsewhere else sharing.CHANGED), plain("\n\n"))


def _quote(hit: Hit, shown: Text) -> Text:
    """The excerpt, then the line that stands under each: its moments, how many others tell it."""
    where = (span for span in hit_block(hit, unnamed) if not span.quote)
    return (*quoted(shown), *where)


def _moments_round(hit: Hit, opened: Opened) -> Text:
    """Where in the video the words round an excerpt are said: another second than its own."""
    text: list[Span] = []
    round_it = ((sharing.BEFORE_IT, opened.before), (sharing.AFTER_IT, opened.after))
    for words, near in round_it:
        if _is_near(near, hit):
            text += [plain(" · ")] if text else []
            text += filled(words, moment=moment_link(near.moment))
    return tuple(text)


def _leafing(opened: Opened, hit: Hit, *, long: bool, more: bool) -> Row:
    """To the moments before and after, and to the longer or the shorter excerpt."""
    steps = ((sharing.EARLIER, opened.earlier), (sharing.LATER, opened.later))
    row = [Button(text, cite_request(near, long=long)) for text, near in steps if near]
    if more:
        text = sharing.SHORTER if long else sharing.LONGER
        row.append(Button(text, cite_request(hit, long=not long)))
    return tuple(row)


def _share_row(hit: Hit, place: Place, *, long: bool) -> Row:
    """To pass it on, as it is seen; in a private chat also to what it is from."""
    share = f"cite:{to_payload(cite_of(hit))}{_LONG if long else ''}"
    row = (Button(sharing.SHARE, share=share), Button(sharing.COPY, copy=citation_text(hit)))
    if place is not Place.PRIVATE:
        return row
    source = Button(sharing.SOURCE, f"/source {watch_url(hit.moment)}", anew=True)
    return (*row, source, Button(sharing.TOPIC, f"/topic note:{hit.note.ref}", anew=True))


def gone_view(cited: Cite, *, known: bool) -> Reply:
    """A passage that is gone; where notes are about its video still (`known`), the way to them."""
    video = Button(labels.ALL_MOMENTS, f"/source {cited.video_id}")
    text = sharing.GONE if known else sharing.GONE_VIDEO
    return message(
        "cite", plain(text), buttons=rows((video,) if known else (), (BROWSE,)), found=False
    )


def _unknown(payload: str) -> Reply:
    """Nothing, or something that was never a citation of ours."""
    text = sharing.UNREADABLE if payload else sharing.HOW_TO_CITE
    return message("cite", plain(text), buttons=((BROWSE,),), found=False)


def citation_text(hit: Hit) -> str:
    """The excerpt with its source as plain words, for the clipboard; the link is always whole."""
    note, at = hit.note, moment_link(hit.moment)
    channel, title = _cut(note.channel, _MOST_CHANNEL), _cut(note.title, _MOST_TITLE)
    source = {"channel": channel, "title": title, "time": at.text, "link": at.url}
    room = MOST_COPY - utf16_len(said(sharing.COPIED, excerpt="", **source))
    return said(sharing.COPIED, excerpt=_cut(excerpt_text(hit, room), room), **source)


def _cut(text: str, limit: int) -> str:
    """At most `limit` UTF-16 units."""
    whole = utf16_len(text) <= limit
    return text if whole else cut_words(text, limit - 1) + ELLIPSIS


def long_excerpt(hit: Hit, before: Hit | None, after: Hit | None) -> Text:
    """A passage between those before and after it in its note, as far as there is room.

    What is said more than CLOSE_SECONDS away is left out: the link would not lead to it.
    """
    before = before if _is_near(before, hit) else None
    after = after if _is_near(after, hit) else None
    here = excerpt(hit, MOST_LONG)
    head = _without_end(before.passage, hit.passage) if before else ""
    tail = _without_start(after.passage, hit.passage) if after else ""
    room = MOST_LONG - len(to_plain(here)) - 2
    head = _last_of(hit, head, max(room // 2, room - len(tail)))
    tail = _first_of(tail, room - len(head))
    text = list(here)
    if before and head:
        text = [plain(head), _gap(before.passage, hit.passage), *text]
    if after and tail:
        text += [_gap(hit.passage, after.passage), plain(tail)]
    return tuple(text)


def _is_near(near: Hit | None, hit: Hit) -> TypeGuard[Hit]:
    if near is None or Trust.START in (near.moment.trust, hit.moment.trust):
        return False
    return abs(near.moment.start - hit.moment.start) <= CLOSE_SECONDS


def _without_end(earlier: Passage, passage: Passage) -> str:
    """What an earlier passage tells before the sentence in which both may stand."""
    told = earlier.sentence
    return _words(told[: len(told) - _shared(earlier, passage)])


def _without_start(later: Passage, passage: Passage) -> str:
    """What a later passage tells after the sentence in which both may stand."""
    return _words(later.sentence[_shared(passage, later) :])


def _words(text: str) -> str:
    return text.strip() if any(map(str.isalnum, text)) else ""


def _shared(first: Passage, second: Passage) -> int:
    """How many characters both show: a sentence that holds several citations."""
    start, end, least = first.sentence, second.sentence, len(second.before)
    sizes = range(min(len(start), len(end)), least - 1, -1) if least else ()
    return next((size for size in sizes if start.endswith(end[:size])), 0)


def _last_of(hit: Hit, text: str, room: int) -> str:
    """The last sentences of a text, as many as there is room for."""
    if len(text) <= room or room < _LEAST_PART:
        return text if len(text) <= room else ""
    alone = replace(hit.passage, text=text, before="", after="")
    return excerpt_text(replace(hit, passage=alone, matched=frozenset()), room)


def _first_of(text: str, room: int) -> str:
    """The first words of a text, as many as there is room for."""
    if len(text) <= room or room < _LEAST_PART:
        return text if len(text) <= room else ""
    return cut_words(text, room - 1) + ELLIPSIS


def _gap(first: Passage, second: Passage) -> Span:
    """Between two passages: of one line of the note, or of two."""
    return plain(" " if first.line == second.line else "\n")
