"""What is said of subscriptions and updates: what a chat asks for, what comes, how and when.

Parts that come up again:
{chat} is one of the names of a chat below, {what} one of the notes that come, {subscribed} one of
the things subscribed to, {how} one of the rhythms, {date} and {hour} as below.
"""

from __future__ import annotations

from typing import Final

# The chat, as it stands inside a sentence; at the start of one it gets a capital letter.
THIS_CHAT: Final = "this chat"
THIS_TOPIC: Final = "this topic"
"""A topic of a forum, where {chat} is meant."""
THIS_CHANNEL: Final = "this channel"
OTHER_CHAT: Final = "“{title}”"
FOR_CHAT: Final = "For {chat}: {words}"
"""{words}: one or more whole sentences."""

# Who may, and where.
ONLY_CHAT_ADMINS: Final = "Only administrators of this chat change its subscriptions."
ONLY_CHANNEL_ADMINS: Final = "Only administrators of this channel change its subscriptions."
ONLY_CHANNEL_ADMINS_PRIVATELY: Final = (
    "Only administrators of this channel change its subscriptions."
    " They send me {request} in our private chat."
)
IN_TELEGRAM: Final = (
    "Updates on new notes are sent in Telegram; there is nobody to send them to here."
)

# Subscribing. Of what is to be typed, the words in capitals and the name can be translated.
WHICH_NOTES: Final = "Which new notes should I post in {chat}?"
WHICH_NOTES_OR_CHANNEL: Final = (
    "Which new notes should I post in {chat}?\n\nFor a channel of yours, send {request}"
)
TYPED_CHANNEL: Final = "for:@name"
TYPED_TOPIC: Final = "topic NAME"
TYPED_SEARCH: Final = "search WORDS"
NO_CHANNEL_CALLED: Final = "No channel is called “{asked}”. Did you mean:"
NO_CHANNEL_LIKE: Final = "There is no channel like “{asked}” in these notes. These there are:"
ONE_CHANNEL: Final = "All notes are of one channel, {channel}."
WHICH_CHANNEL: Final = "Which channel?"
NO_CHANNELS: Final = "There are no notes yet, and so no channels."
WHICH_TOPIC: Final = "Which topic? Send {request}, or choose one:"
NO_TOPIC: Final = "No note is about “{asked}”, and none links to it."
NO_TOPIC_BUT_SEARCH: Final = (
    "No note is about “{asked}”, and none links to it. A search for it can be followed:"
)
TOPIC_MEANT: Final = "No topic is called “{asked}”. Did you mean:"
TOPIC_TOLD: Final = "No topic is called “{asked}”. These tell of it:"
"""Buttons follow: notes whose words tell of it."""
WHAT_IS: Final = "What is “{asked}”?"
"""Its answers are buttons: a channel, a topic, a search."""
NARROWED: Final = "A search that I follow can be narrowed by channel:NAME only. {how}"
NO_WORD: Final = "“{asked}” has no word to look for. {how}"
HOW_TO_FOLLOW: Final = (
    'Send {request}: a note must hold all of the words. "A phrase" keeps words together,'
    " -word leaves out notes that have it. Words are taken as they stand."
)
"""{how} of the two before."""
MATCHED: Final = (
    "It would have matched {matched} of {tried} note.",
    "It would have matched {matched} of the last {tried} notes.",
)
MATCHED_NONE: Final = (
    "It would have matched none of {tried} note.",
    "It would have matched none of the last {tried} notes.",
)
NO_PATTERNS: Final = "{matched} Its words are taken as they stand: patterns mean nothing here."
THE_NEWEST: Final = "{matched} The newest:{notes}"
"""{notes}: a line each."""
CONFIRMED: Final = "From now on I post in {chat}, {how}, {what}."
ALREADY: Final = "{chat} is already subscribed to {subscribed} ({how})."
ALREADY_PAUSED: Final = "{chat} is already subscribed to {subscribed} ({how}). It is paused."

# {what}: the notes that are asked for.
WHAT_EVERYTHING: Final = "each new note"
WHAT_CHANNEL: Final = "each new note of the channel “{name}”"
WHAT_TOPIC: Final = "each new note on the topic “{name}” or with a link to it"
WHAT_SEARCH: Final = "each new note that the search “{name}” finds"

# {subscribed}: what is subscribed to.
EVERYTHING: Final = "everything new"
THE_CHANNEL: Final = "the channel “{name}”"
THE_TOPIC: Final = "the topic “{name}”"
THE_SEARCH: Final = "the search “{name}”"

# The same in lists and on buttons, the kind first.
EVERYTHING_NEW: Final = "Everything new"
CHANNEL: Final = "Channel {name}"
TOPIC: Final = "Topic {name}"
SEARCH: Final = "Search {name}"

# Stopping.
WHAT_STOPS: Final = "What should stop in {chat}?"
NONE_CALLED: Final = "No subscription of {chat} is called “{asked}”."
NONE_CALLED_STOPS: Final = "No subscription of {chat} is called “{asked}”. These there are:"
NONE_ASKS: Final = "No subscription of {chat} asks for that note now. Which should stop?"
SEVERAL_ASK: Final = (
    "{count} subscription of {chat} asks for that note. Which should stop?",
    "{count} subscriptions of {chat} ask for that note. Which should stop?",
)
"""The first is never shown: one subscription stops at once."""
STOPPED: Final = "Stopped: no more updates in {chat} on {subscribed}."
STOPPED_ALL: Final = (
    "Stopped: the {count} subscription of {chat}.",
    "Stopped: all {count} subscriptions of {chat}.",
)
STOPPED_MANY: Final = (
    "{stopped} The file holds them all: send it again with the words {request} to have them back."
)
"""{stopped}: the sentence before. There are more of them than buttons to undo it."""
"""The first is never shown: one is named."""

# The list, and one of it.
SUBSCRIPTIONS_OF: Final = "Subscriptions of {chat}"
OTHERS: Final = "{count} more in other topics."
NO_SUBSCRIPTIONS: Final = "{chat} has no subscriptions."
NO_SUBSCRIPTIONS_YET: Final = (
    "{chat} has no subscriptions. Subscribe, and I post new notes as they come."
)
STATE_PAUSED: Final = "{how}, {paused}"
"""Of a subscription: how often it comes, but not now."""
PAUSED: Final = "paused since {date}"
PAUSED_WHY: Final = "paused since {date} ({why})"
PAUSED_WAITING: Final = "paused since {date}, {notes} waiting"
"""{notes}: so many notes."""
PAUSED_WHY_WAITING: Final = "paused since {date} ({why}), {notes} waiting"
DETAILS: Final = "{title}\nI post in {chat}, {how}, {what}.\nSubscribed on {since}."
SINCE_PAUSED: Final = "{date}, {paused}"
"""{since} of a subscription that is paused; else it is the date alone."""
NOT_TAKEN: Final = (
    "“{asked}” is nothing that I can do with it:"
    " pause, catch-up, from-now, now, daily 9, weekly mon 9 or stop."
)
"""The words after the colon are typed, and stay as they are."""
RESUMED: Final = "Resumed."
RESUMED_ALL: Final = "Resumed: {notes} will follow."
RESUMED_NEW: Final = "Resumed without the {notes} before."
"""Those that waited do not follow."""
EXPORTED: Final = (
    "The subscriptions of {chat}. Send the file again with the words {request} to bring them back."
)
HOW_TO_IMPORT: Final = (
    "Send the file from the button {button} with the words {request} below it, or as a reply to it."
)
"""{button}: the label of the button that makes the file."""
IMPORTED: Final = "Subscriptions added: {added}; there already: {known}."

# Buttons.
BY_CHANNEL: Final = "A channel"
BY_TOPIC: Final = "A topic"
BY_SEARCH: Final = "A search"
SUBSCRIBE: Final = "Subscribe"
UNSUBSCRIBE: Final = "Unsubscribe"
ALL_SUBSCRIPTIONS: Final = "All subscriptions"
BACK_TO_ALL: Final = "◀ All"
DAILY_DIGEST: Final = "Daily digest"
WEEKLY_DIGEST: Final = "Weekly digest"
STOP_THIS: Final = "Stop this"
STOP_ONE: Final = "Stop {number}. {subscribed}"
"""The number that it has in the list."""
UNDO: Final = "Undo"
UNDO_ONE: Final = "Undo {number}. {subscribed}"
PAUSE: Final = "Pause"
RESUME: Final = "Resume"
RESUME_ALL: Final = "Resume: catch up ({count})"
"""So many notes waited."""
RESUME_NEW: Final = "Resume: from now on"
NOW: Final = "At once"
DAILY: Final = "Daily"
WEEKLY: Final = "Weekly"
EXPORT: Final = "Export"
QUIET_HOURS: Final = "Quiet hours"
TIME_ZONE: Final = "Time zone"
COOLDOWN: Final = "Cooldown"
SILENT_ON: Final = "Silent: on"
SILENT_OFF: Final = "Silent: off"
CHOSEN: Final = "✓ {label}"

# {how}: how often, inside a sentence or alone.
AT_ONCE: Final = "at once"
EVERY_DAY: Final = "in a digest every day at {hour}"
EVERY_WEEK: Final = "in a digest every {weekday} at {hour}"
IN_ZONE: Final = "{every} ({zone})"
"""{every}: one of the two before; {zone}: such as Europe/Berlin."""
WEEKDAYS: Final = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)
WEEKDAY_LABELS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
DATE: Final = "{day} {month} {year}"

# How the chat wants to be written to, on one line.
MANNERS: Final = "Time zone: {zone} · quiet hours: {quiet} · {sound}"
MANNERS_OF_GROUP: Final = "{manners} · cooldown: {wait}"
"""{manners}: the line before."""
NO_QUIET: Final = "none"
WITH_SOUND: Final = "with a sound"
WITHOUT_SOUND: Final = "without a sound"
USUAL: Final = "usual"
"""A cooldown."""
OFF: Final = "off"
SECONDS: Final = "{seconds} s"

# Settings: each says how it is now, then how to change it.
TYPED_QUIET: Final = "quiet 22-7"
TYPED_ZONE: Final = "zone Europe/Berlin"
TYPED_COOLDOWN: Final = "cooldown 30"
"""What is typed, as an example: the first word stays as it is, here and in the two before."""
QUIET_NONE: Final = "Quiet hours of {chat}: none. Choose, or send {request}."
QUIET_NOW: Final = (
    "Quiet hours of {chat}: {hours} ({zone}). What is due then comes at {hour}."
    " Choose, or send {request}."
)
NOT_HOURS: Final = "I cannot read “{asked}” as hours. {now}"
"""{now}: one of the two before."""
ZONE_NOW: Final = (
    "Time zone of {chat}: {zone}, where it is {time} now. Digests and quiet hours go by it."
    " Choose, or send {request}; the name of a city will do."
)
NO_ZONE: Final = "I know no time zone “{asked}”. {now}"
LOUD_NOW: Final = "Updates come to {chat} with a sound."
SILENT_NOW: Final = "Updates come to {chat} without a sound."
COOLDOWN_NOW: Final = (
    "I answer one person {often} in {chat}. All together get {most} answers in {seconds} s,"
    " because Telegram takes few more. Choose, or send {request} for seconds between two questions."
)
"""{often}: one of those below."""
AS_THEY_ASK: Final = "as often as they ask"
ONCE: Final = "once in {seconds} s"
SO_OFTEN: Final = ("{count} time in {seconds} s", "{count} times in {seconds} s")
"""The first is never shown in English: ONCE is."""
NOT_SECONDS: Final = "I cannot read “{asked}” as seconds, {most} at most. {now}"
ONLY_GROUPS: Final = "Only groups have a cooldown."
LOUD: Final = "With a sound"
SILENT: Final = "Without a sound"
USUAL_LABEL: Final = "Usual"
OFF_LABEL: Final = "Off"

# What comes: a new note, or several as a digest.
NEW_NOTE: Final = "New note: {note}"
"""{note}: its title, and below it what it says."""
NEW_NOTES: Final = ("{count} new note", "{count} new notes")
AND_MORE: Final = "and {count} more"
SHARED: Final = "“{excerpt}” – {title}"
OPEN: Final = "Open"
WHY: Final = "Why did I get this?"
OPEN_LIST: Final = "Open the list"
LIST_LOST: Final = "I no longer have that list of notes. /topic shows all that there are."
NO_REASON: Final = "No subscription of {chat} asks for this now, so nothing like it will follow."
REASON: Final = (
    "You get this because {chat} subscribed to {subscribed} on {date} ({how})."
    " /subscriptions changes that."
)
REASONS: Final = (
    "You get this because {chat} subscribed to {subscribed} on {date} ({how}),"
    " and by {count} more subscription. /subscriptions changes that.",
    "You get this because {chat} subscribed to {subscribed} on {date} ({how}),"
    " and by {count} more subscriptions. /subscriptions changes that.",
)
"""{count}: how many others than the one that is named."""
