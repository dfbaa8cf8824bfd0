"""Answers as replies: hits, topics, notes and videos to text and buttons. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.buttons import Row, button, note_rows, page_row, rows
from bot.density import LEAST, density_bar, density_words
from bot.excerpt import excerpt
from bot.reply import Reply
from bot.text import ELLIPSIS, Span, Text, bold, code, italic, link, plain, quoted
from bot.words import LISTED, asking, counted, filled, labels, number, plural, said
from storage.model import Hit, Moment, NoteInfo, Trust
from storage.names import same_channel, words_of
from storage.reading import OpenVideo
from storage.search import Found
from storage.timestamps import format_time, watch_url

Named = Callable[[NoteInfo], str]
"""How the line under an excerpt names the note."""
MOST_MOMENTS = 5
"""Of one citation group, this many moments are linked; the rest is counted."""
MOST_QUERY = 80
MOST_NAME = 120
"""Characters of a title or heading; a page of the longest ones still fits into one message."""
MOST_NOTES = 6
_MOST_OTHERS = 8


@dataclass(frozen=True, slots=True)
class Page:
    """Which page of an answer: the question without its page, its number, whether more follow."""

    request: str
    number: int
    more: bool

    @property
    def buttons(self) -> Row:
        """To the page before and the page after."""
        return page_row(self.request, self.number, more=self.more)


def moment_link(moment: Moment) -> Span:
    """The label that opens a moment: `7:37`, `≈7:37` where not sure, words where unknown."""
    if moment.trust is Trust.START:
        return link(asking.VIDEO_START, watch_url(moment))
    time = format_time(moment.start)
    words = time if moment.precise else said(asking.ABOUT, time=time)
    return link(words, watch_url(moment))


def moment_links(moments: Sequence[Moment]) -> Text:
    """All moments of a passage, the first few as links."""
    spans: list[Span] = []
    for moment in moments[:MOST_MOMENTS]:
        spans += [*((plain(LISTED),) if spans else ()), moment_link(moment)]
    text, more = tuple(spans), len(moments) - MOST_MOMENTS
    if more > 0:
        text = filled(asking.AND_MORE, moments=text, count=number(more))
    unreadable = moments[0].trust is Trust.START
    return filled(asking.UNREADABLE, moments=text) if unreadable else text


def name(text: str) -> str:
    """A title, heading or channel, cut where it is longer than any sane one."""
    return text if len(text) <= MOST_NAME else text[: MOST_NAME - 1].rstrip() + ELLIPSIS


def by_channel(note: NoteInfo) -> str:
    """Who says it: channel and note, for answers from many channels."""
    return f" · {name(note.channel)} · {name(note.title)}"


def by_note(note: NoteInfo) -> str:
    """Which note says it, for answers of one channel."""
    return f" · {name(note.title)}"


def unnamed(_note: NoteInfo) -> str:
    """Nothing, for answers of one note."""
    return ""


def hit_block(hit: Hit, named: Named = by_channel) -> Text:
    """A hit as a reader sees it: the excerpt, then where it was said and by whom."""
    return (*quoted(excerpt(hit)), plain("\n"), *_where(hit, named))


def _where(hit: Hit, named: Named) -> Text:
    """The line under an excerpt: its moments, channel and note, how many others tell it."""
    others = len(hit.notes) - 1
    ending = named(hit.note)
    if others:
        ending += f" · {plural(others, asking.ALSO_IN)}"
    return (*moment_links(hit.passage.moments), plain(f"{ending}\n"))


def notes(count: int) -> str:
    """How many notes, in words."""
    return plural(count, asking.NOTES)


def hit_blocks(hits: Iterable[Hit], named: Named = by_channel) -> Text:
    """Hits one below the other; one that shows the same sentence again adds only its moment."""
    spans: list[Span] = []
    shown = ""
    for hit in hits:
        if hit.passage.sentence == shown:
            spans += _where(hit, named)
            continue
        shown = hit.passage.sentence
        spans += [*((plain("\n"),) if spans else ()), *hit_block(hit, named)]
    return tuple(spans)


def preview_of(hits: Sequence[Hit]) -> str:
    """The link whose preview is shown: the first cited moment."""
    return watch_url(hits[0].moment) if hits else ""


def shown_query(text: str) -> str:
    """What was asked, short enough to be repeated."""
    return text if len(text) <= MOST_QUERY else text[: MOST_QUERY - 1].rstrip() + ELLIPSIS


def no_channel(asked: str) -> str:
    """No channel has such a name, nor nearly so."""
    return said(asking.NO_CHANNEL, channel=shown_query(asked))


def other_channel(read: str, asked: str) -> Text:
    """Says that a channel was taken for one of another name, where it was."""
    if not read or same_channel(read, asked):
        return ()
    told = filled(asking.SHOWING_CHANNEL, read=name(read), asked=shown_query(asked))
    return (*told, plain("\n\n"))


def search_view(found: Found, asked: str, page: Page) -> Reply:
    """Passages found, best first; before them, which words were read as others or are nowhere."""
    mended = [(_as_typed(word, asked), read) for word, read in found.mended]
    text: list[Span] = []
    if mended:
        read = bold(LISTED.join(read for _, read in mended))
        instead = _listed(typed for typed, _ in mended)
        text += [*filled(asking.SHOWING_RESULTS, read=read, typed=instead), plain("\n\n")]
    if found.missing:
        missing = [_as_typed(word, asked) for word in found.missing]
        text += [*filled(asking.NO_NOTE_HAS, words=_listed(missing)), plain("\n\n")]
    literal = asked
    for typed, _ in mended:
        literal = re.sub(rf"(?i)(?<!\S){re.escape(typed)}(?!\S)", r'"\g<0>"', literal)
    again = button(f"/search {literal}", asking.SEARCH_AS_TYPED) if literal != asked else None
    return Reply(
        "search",
        (*text, *hit_blocks(found.hits)),
        rows(page.buttons, (again,) if again else ()),
        preview_of(found.hits),
        found.hits,
        more=page.more,
        found=bool(found.hits),
    )


def _as_typed(word: str, asked: str) -> str:
    """A folded word as it stands in the question."""
    return next((part for part in asked.split() if words_of(part) == [word]), word)


def _listed(words: Iterable[str]) -> str:
    return LISTED.join(said(asking.QUOTED, words=shown_query(word)) for word in words)


def evidence_view(
    claim: str, strong: Sequence[Hit], weak: Sequence[Hit], page: Page, where: str = ""
) -> Reply:
    """The moments that say a claim, then those that come close, plainly as such.

    `where` heads the first ones where what is asked for is a word rather than a claim.
    """
    text: list[Span] = []
    if strong:
        heading = where or counted(len(strong), *asking.SOURCES)
        text += [bold(heading), plain("\n"), *hit_blocks(strong)]
    elif page.number == 1:
        text += [*filled(asking.NO_SOURCE, claim=shown_query(claim)), plain("\n")]
    if weak:
        heading = counted(len(weak), *asking.CLOSEST)
        text += [plain("\n") if text else plain(""), bold(heading), plain("\n")]
        text += hit_blocks(weak)
    hits = (*strong, *weak)
    return Reply(
        "source",
        tuple(span for span in text if span.text),
        rows(page.buttons),
        preview_of(hits),
        hits,
        found=bool(strong) or page.number > 1,
        more=page.more,
    )


def titled(info: NoteInfo) -> Text:
    """A note's title, then its channel and video."""
    who, video = name(info.channel), name(info.video_title)
    line = said(asking.CHANNEL_AND_VIDEO, channel=who, video=video) if video else who
    return (bold(name(info.title)), plain(f"\n{line}"))


def video_view(video: OpenVideo, page: Page, around: int | None) -> Reply:
    """What the notes say in a video, in time order, or near one second of it."""
    title = name(video.title) or said(asking.VIDEO, video_id=video.video_id)
    line = f"{name(video.notes[0].channel)} · {_which_moments(video, around)}"
    text: list[Span] = [bold(title), plain(f"\n{line}\n\n")]
    hits = video.hits
    if not hits and video.nearest is not None:
        text.append(plain(f"{asking.NOTHING_NEAR}\n\n"))
        hits = (video.nearest,)
    elif not hits:
        text.append(plain(f"{asking.NO_MOMENT}\n"))
    elif around is None:
        text += _density(video)
    text += hit_blocks(hits, by_note)
    whole = button(f"/source {video.video_id}", labels.ALL_MOMENTS)
    buttons = rows(
        page.buttons, () if around is None else (whole,), *note_rows(video.notes[:MOST_NOTES])
    )
    return Reply(
        "source",
        tuple(text),
        buttons,
        preview_of(hits),
        hits,
        found=bool(video.hits),
        more=page.more,
    )


def _which_moments(video: OpenVideo, around: int | None) -> str:
    """All in time order, or those around a second."""
    if around is not None:
        return said(asking.AROUND, time=format_time(around))
    return plural(video.total, asking.IN_TIME_ORDER)


def _density(video: OpenVideo) -> Text:
    """Where in the video it is cited, as a bar and in words."""
    if len(video.seconds) < LEAST:
        return ()
    words = density_words(video.seconds)
    return (code(density_bar(video.seconds)), plain(f"\n{words}\n\n"))


def excerpt_view(hit: Hit, before: Hit | None, after: Hit | None) -> Reply:
    """One of the bot's own excerpts opened: what is said just before and after, and who else."""
    text: list[Span] = [*titled(hit.note)]
    if hit.passage.heading:
        heading = name(" › ".join(hit.passage.heading))
        text += [plain("\n"), *filled(asking.IN_SECTION, heading=heading)]
    text.append(plain("\n\n"))
    around = ((asking.BEFORE, before), (asking.HERE, hit), (asking.AFTER, after))
    shown = [(words, near) for words, near in around if near]
    for words, near in shown:
        text += [italic(words), plain("\n"), *hit_block(near, unnamed), plain("\n")]
    others = hit.notes[1 : 1 + _MOST_OTHERS]
    if others:
        titles = LISTED.join(name(note.title) for note in others)
        text += filled(asking.ALSO_TOLD_IN, titles=titles)
    hits = tuple(near for _, near in shown)
    buttons = note_rows(hit.notes[:MOST_NOTES])
    return Reply("source", tuple(text), buttons, watch_url(hit.moment), hits)


def message(command: str, *spans: Span, buttons: tuple[Row, ...] = (), found: bool = True) -> Reply:
    """A reply of words alone."""
    return Reply(command, spans, buttons, found=found)


def usage(command: str, does: str, *examples: str) -> Reply:
    """How a command is used, with examples that can be pressed."""
    spans: list[Span] = [plain(does + "\n\n")]
    for example in filter(None, examples):
        spans += [code(example), plain("\n")]
    buttons = tuple((button(example),) for example in examples if example)
    return Reply(command, tuple(spans), buttons, found=False)
