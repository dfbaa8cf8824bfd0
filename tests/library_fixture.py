"""A real library on the sample notes and a few tiny ones, made for what readers should notice."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import bot
from bot.commands import answer
from bot.library import Library
from bot.reply import RepliedTo, Reply, Request
from bot.text import to_plain
from storage.model import Hit, Moment, NoteInfo, Passage, Trust

SAMPLES = Path(bot.__file__).parent / "samples"
LONG_TITLE = "How " + "very " * 60 + "long a title can be"
KETTLES = tuple((3 * at, f"number {at}") for at in range(8))
LONG_SENTENCE = "The gardener plants " + "one more tulip and " * 30 + "then rests."


def cite(time: str) -> str:
    """A citation as the notes write it."""
    return f'<a class="yt-timestamp" data-t="{time}">[{time}]</a>'


def note(title: str, video_id: str, body: str) -> str:
    """A note as the notes' author writes it."""
    return f'---\ntitle: "{title}"\nvideoId: {video_id}\n---\n\n{body}\n'


def _sections(count: int) -> str:
    return "\n\n".join(
        f"## Part {number}\n\nThe tulip of part {number} flowers {cite(f'00:{number:02}:04')}. "
        f"Then it rests {cite(f'00:{number:02}:17')}."
        for number in range(1, count + 1)
    )


TINY: Mapping[str, str] = {
    "gardens/tulips.md": note("Growing tulips", "TinyVideo-A", _sections(20)),
    "gardens/bulbs.md": note(
        "Storing bulbs",
        "TinyVideo-A",
        f"A bulb sleeps through winter {cite('00:01:05')}. It needs the [[cold_frame | cold]] "
        f"of [[kettle_wars | old wars]] {cite('00:30:20')}.\n\n{LONG_SENTENCE} {cite('00:31:40')}",
    ),
    "gardens/compost.md": note(
        "Compost", "TinyVideo-B", f"Compost warms the [[cold frame]] {cite('00:02:10')}."
    ),
    "gardens/tools.md": note("Garden tools", "TinyVideo-C", "A spade is all that one needs."),
    "gardens/gardens.md": "---\ntitle: gardens\n---\n\n### [A year in the garden]"
    "(https://www.youtube.com/watch?v=TinyVideo-A)\n- [[tulips]]\n",
    "kitchens/compost.md": note(
        "Compost", "TinyVideo-D", f"Peel and eggshell make good compost {cite('00:00:40')}."
    ),
    "kitchens/long.md": note(
        LONG_TITLE, "TinyVideo-E", f"## {'Heading ' * 80}\n\nA ladle is long {cite('99:99:99')}."
    ),
    "kitchens/kettle.md": note(
        "Kettle <b>& pot</b>",
        "TinyVideo-F",
        f"A kettle <i>boils</i> & sings {cite('00:00:10')}. "
        + " ".join(f"Kettle {word} sings {cite(f'00:05:{at:02}')}." for at, word in KETTLES),
    ),
}


def write_vault(root: Path) -> Path:
    """The samples and the tiny notes in a folder."""
    shutil.copytree(SAMPLES, root)
    for key, text in TINY.items():
        path = root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


@contextmanager
def opened(folder: Path) -> Iterator[Library]:
    """A library on that vault, its index up to date."""
    library = Library.open(write_vault(folder / "notes"), folder / "data")
    try:
        with ThreadPoolExecutor(1) as outside:  # of the test's own event loop, if it has one
            outside.submit(asyncio.run, library.reload()).result()
        yield library
    finally:
        library.close()


async def ask(library: Library, text: str, replied_to: RepliedTo | None = None) -> Reply:
    """What the bot answers."""
    return await answer(library, Request(text, replied_to=replied_to))


def words(reply: Reply) -> str:
    """What a person reads."""
    return to_plain(reply.text)


def requests(reply: Reply) -> dict[str, str]:
    """Request by label of every button."""
    return {button.text: button.request for row in reply.buttons for button in row}


def info(title: str = "Tides", channel: str = "night_sky", key: str = "") -> NoteInfo:
    """A note's name."""
    key = key or f"{channel}/{title}.md"
    return NoteInfo(key, f"ref-{key}"[:20], title, channel, "TinyVideo-A")


def hit(
    text: str,
    *matched: str,
    before: str = "",
    after: str = "",
    start: int = 83,
    trust: Trust = Trust.EXACT,
    notes: tuple[NoteInfo, ...] = (),
    moments: tuple[Moment, ...] = (),
) -> Hit:
    """A hit that shows `text`."""
    moments = moments or (Moment("TinyVideo-A", start, trust),)
    passage = Passage(text, moments, 1, before=before, after=after)
    return Hit(passage, notes or (info(),), 1.0, frozenset(matched))
