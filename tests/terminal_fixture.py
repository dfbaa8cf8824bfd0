"""An answer with all that a terminal has to show."""

from __future__ import annotations

from bot.reply import Button, Reply
from bot.text import bold, link, plain, quoted
from storage.model import Hit, Moment, NoteInfo, Passage, Trust

URL = "https://youtu.be/rP2kEF3Mj-o?t=3661"
KETTLE = NoteInfo("kettle/grind.md", "ref1", "Grind size", "kettle", "rP2kEF3Mj-o")
OTHER = NoteInfo("kettle/water.md", "ref2", "Water", "kettle", "rP2kEF3Mj-o")
MORE = Button("▶ More", request="/search grind page:2")
VIDEO = Button("Open the video", url=URL)


def hit(trust: Trust = Trust.EXACT) -> Hit:
    moment = Moment("rP2kEF3Mj-o", 0 if trust is Trust.START else 3661, trust)
    passage = Passage("Finer is slower.", (moment,), 7, ("Brewing", "Grind"))
    return Hit(passage, (KETTLE, OTHER), 1.23456)


def reply() -> Reply:
    quote = quoted([plain("Finer is "), bold("slower"), plain(".")])
    text = (bold("Grind size"), plain(" · kettle\n"), *quote, plain("\n"), link("1:01:01", URL))
    return Reply("search", text, ((MORE, VIDEO), (Button("Grind", request="/topic grind"),)))
