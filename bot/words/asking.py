"""/search, /source and /topic: passages, sources, videos, notes, and what is said of none.

“Moment”, “note”, “passage”, “topic” and “channel” mean one thing each, in every text. {asked},
{claim} and {name} are what a reader typed, cut where it is long.
"""

from __future__ import annotations

from typing import Final

# Where something was said: the line under an excerpt.
ABOUT: Final = "≈{time}"
"""A time that may be off by a little, as a link: `≈7:37`."""
VIDEO_START: Final = "start of the video"
AND_MORE: Final = "{moments} and {count} more"
"""{moments}: a few times, as links."""
UNREADABLE: Final = "{moments} (the note's time cannot be read)"
ALSO_IN: Final = ("also in {count} note", "also in {count} notes")
NOTES: Final = ("{count} note", "{count} notes")
CHANNEL_AND_VIDEO: Final = "{channel} · video: {video}"
"""The line under a note's title."""
QUOTED: Final = "“{words}”"
"""A word of the question in a list of words."""

# A search
SHOWING_RESULTS: Final = "Showing results for {read} (no note has {typed})."
"""{read}: the words as they were read, {typed}: as they were typed, each a list."""
SHOWING_CHANNEL: Final = "Showing results of the channel “{read}” (none is called “{asked}”)."
"""{read}: the channel that was taken for the one that was asked for."""
NO_NOTE_HAS: Final = "No note has {words}."
NOTHING_FOUND: Final = "Nothing in these notes for “{asked}”."
NO_MORE_MOMENTS: Final = "There are no more moments for “{asked}”."
NO_CHANNEL: Final = "There is no channel like “{channel}” in these notes."
NO_TOPIC: Final = "There is no topic like “{topic}” in these notes."
NEAREST_TOPICS: Final = ("The nearest topic:", "The nearest topics:")
"""Buttons follow, here and wherever a text ends on a colon."""
LOOK_FOR_IN_CHANNEL: Final = "Tell me what to look for in {channel}, or browse its topics."
LOOK_FOR_IN_TOPIC: Final = "Tell me what to look for in “{topic}”, or open the topic."
LOOK_FOR: Final = (
    "Tell me what to look for. Quotes keep words together, -word leaves one out, "
    "channel:NAME, topic:NAME and video:ID narrow it."
)
LOOK_FOR_SOME: Final = (
    "Tell me what to look for, not only what to leave out. Quotes keep words together, "
    "-word leaves one out, channel:NAME, topic:NAME and video:ID narrow it."
)
"""Where all that was asked is what to leave out."""

# Labels of a search's buttons
SEARCH_AS_TYPED: Final = "Search as typed"
SEARCH_EVERYWHERE: Final = "Search everywhere"
SEARCH_WITHOUT_MINUS: Final = "Search without “-”"
SEARCH_WITHOUT_QUOTES: Final = "Search without quotes"
BROWSE_ITS_TOPICS: Final = "Browse its topics"
OPEN_TOPIC: Final = "Open the topic"

# The source of a claim
SOURCES: Final = ("Source", "Sources")
"""Heading of one moment, of several."""
CLOSEST: Final = ("Closest mention", "Closest mentions")
"""Heading of moments that do not say the claim."""
WHERE_SAID: Final = "Where “{word}” is said"
"""Heading where a single word was asked for."""
NO_SOURCE: Final = "No source in these notes for “{claim}”."
NO_MORE_SOURCES: Final = "There are no more sources for “{claim}”."
GIVE_CLAIM: Final = (
    "Give me a claim and I look for the moment where it was said; a YouTube link, and I show what "
    "the notes say there. Or send /source as a reply to a message."
)
ONLY_YOUTUBE: Final = "I can read links to YouTube videos only. {give_claim}"
"""{give_claim}: GIVE_CLAIM, here and in the next."""
TOO_LITTLE_CLAIM: Final = "“{asked}” is too little to go by. {give_claim}"
OWN_WITHOUT_MOMENT: Final = (
    "That message of mine shows no moment. Reply to one with an excerpt, or to a claim."
)
OWN_CHANGED: Final = "What I quoted there has changed in the notes, or is gone."
SEARCH_ITS_WORDS: Final = "Search its words"
"""Label of a button: the words of the claim as a search."""

# A video
NO_VIDEO: Final = "No note is about that video ({video})."
"""{video}: its id, or the link."""
NEAREST_BY_TITLE: Final = "The nearest by title:"
"""Titles follow, a line each."""
VIDEO: Final = "Video {video_id}"
"""Its title, where none is known."""
IN_TIME_ORDER: Final = (
    "{count} cited moment in time order",
    "{count} cited moments in time order",
)
"""Follows the channel on a line, as AROUND does."""
AROUND: Final = "around {time}"
NOTHING_NEAR: Final = "Nothing is cited near that second. The nearest moment:"
NO_MOMENT: Final = "The notes about this video cite no moment of it."
CITED: Final = "cited from {first} to {last}, most around {most}"
"""Times in the video; stands alone under a bar that shows the same."""

# An excerpt opened
IN_SECTION: Final = "in “{heading}”"
BEFORE: Final = "Before"
HERE: Final = "Here"
AFTER: Final = "After"
"""Headings of what is said before a moment, at it and after it."""
ALSO_TOLD_IN: Final = "The same moment is also told in: {titles}"

# Topics
RELATED: Final = "Related topics:"
NOT_A_SOURCE: Final = "This note cites no moment of the video, so nothing in it is a source."
NOT_A_SOURCE_SAYS: Final = (
    "This note cites no moment of the video, so nothing in it is a source. It says: {start}"
)
"""{start}: the start of the note's text."""
MENTIONED: Final = ("no note, {count} note mentions it", "no note, {count} notes mention it")
"""In a list, beside a topic that no note is about."""
ONLY_MENTIONED: Final = (
    "No note is about this topic, but {count} note mentions it.",
    "No note is about this topic, but {count} notes mention it.",
)
TOO_LITTLE_TOPIC: Final = "“{asked}” is too little to go by. Name a topic, or browse."
SEVERAL_CALLED: Final = "Several notes are called “{name}”:"
NO_TOPIC_LIKE: Final = "No topic like “{name}” in these notes."
NO_TOPIC_BUT_NEAREST: Final = "No topic like “{name}” in these notes. The nearest:"
NONE_CALLED_MEANT: Final = "No topic is called “{name}”. Did you mean:"
NONE_CALLED_MENTIONED: Final = "No topic is called “{name}”. Notes that mention it:"
READ_AS_MEANT: Final = "Showing topics for “{name}”. Did you mean:"
READ_AS_MENTIONED: Final = "Showing topics for “{name}”. Notes that mention it:"
"""{name}: as it was read, not as it was typed, here and in the one before."""
NOTE_GONE: Final = (
    "That note is no longer in the folder, or it was renamed. /topic NAME finds others."
)
NO_FOLDER: Final = "There are no notes yet. The owner points me at a folder of notes."
CHOOSE_CHANNEL: Final = "{count} channels. Name a topic, or choose a channel:"
"""{count} is 2 or more."""
SEARCH_PASSAGES: Final = "Search the passages"
"""Label of a button: the same words as a search."""
