"""What the bot's owner is told: how it stands, what a reload did, what could not be read or sent.

{span} is a length of time, {changes} what a reload changed; {notes}, {chats} and the like are so
many of them, as below.
"""

from __future__ import annotations

from typing import Final

FOR_OWNERS: Final = "This is for the bot's owner."
"""To everybody else."""

# So many of each.
CHANNELS: Final = ("{count} channel", "{count} channels")
MOMENTS: Final = ("{count} moment", "{count} moments")
PROBLEMS: Final = ("{count} problem", "{count} problems")
FILES: Final = ("{count} file", "{count} files")
SUBSCRIPTIONS: Final = ("{count} subscription", "{count} subscriptions")
CHATS: Final = ("{count} chat", "{count} chats")
DELIVERIES: Final = ("{count} delivery", "{count} deliveries")

# {span}
SECONDS: Final = "{seconds} s"
MINUTES: Final = "{minutes} min"
HOURS: Final = "{hours} h {minutes} min"
DAYS: Final = "{days} days {hours} h"

# /reload
RELOAD: Final = "Reload"
NO_RELOADS: Final = "Nothing is left to do here: the notes are read anew by themselves."
DONE: Final = "Done in {span}: {changes}. The index holds {notes} now."
DONE_SAME: Final = "Done in {span}: nothing has changed. The index holds {notes} now."
FAILED: Final = "That did not work: {wrong}. The index holds {notes} now."
CHANGES: Final = "{added} added, {changed} changed, {removed} removed, {rejected} rejected"

# /status, a line each
STATUS: Final = "Status"
AGAIN: Final = "Again"
NOTES_HEADING: Final = "Notes"
HELD: Final = "{notes} of {channels}, {moments}"
HELD_SO_FAR: Final = "{notes} of {channels}, {moments} (not all files are read yet)"
REJECTED_NONE: Final = "{problems}, {files} rejected"
REJECTED: Final = "{problems}, {files} rejected:"
"""The files follow."""
AND_MORE: Final = "and {count} more"
EVERY_PROBLEM: Final = "{command} tells every problem."
CHECK: Final = "tubenotes check"
"""{command}, as it is typed in a shell."""
NO_RELOAD_YET: Final = "There was no reload yet."
LAST_RELOAD: Final = "Last reload {span} ago, it took {took}."
"""{took}: a {span} as well."""
LAST_CHANGE: Final = "Last change {span} ago: {changes}."
WRONG_NOW: Final = "Wrong now:"
SUBSCRIPTIONS_HEADING: Final = "Subscriptions"
SUBSCRIBED: Final = "{subscriptions} of {chats}"
OWED: Final = "{deliveries} owed to {chats}"
OWED_SINCE: Final = "{deliveries} owed to {chats}, the oldest for {span}"
WAITING: Final = "{deliveries} waiting for a paused subscription"
SUSPENDED: Final = "{chats} that I may not write to"
GIVEN_UP: Final = "{deliveries} given up:"
"""They follow."""

# /status, how the bot itself is
WRONG_HEADING: Final = "Wrong now"
"""The reasons follow, a line each, as below."""
ANSWERED: Final = "{updates} taken in since then, {questions} answered"
UPDATES: Final = ("{count} update", "{count} updates")
QUESTIONS: Final = ("{count} question", "{count} questions")
WAITS: Final = "Telegram made me wait {times}, for {span} in all"
TIMES: Final = ("{count} time", "{count} times")
ERRORS_NONE: Final = "{errors} in calls of Telegram"
ERRORS: Final = "{errors} in calls of Telegram: {kinds}"
ERROR: Final = ("{count} error", "{count} errors")
ERROR_KIND: Final = "{kind} {count}"
"""One of {kinds}, by its name for programmers."""
BLOCKED: Final = "{blocked} blocked"
PEOPLE_AND_CHATS: Final = ("{count} person or chat", "{count} people and chats")
UP: Final = "Up for {span} · version {version}"

# What is wrong, for /status, /healthz, systemd and the log. {wrong} is a reason in few words.
DEAF: Final = "Nothing was heard from Telegram for {span}."
DEAF_BECAUSE: Final = "Nothing was heard from Telegram for {span}: {wrong}."
SILENT: Final = "The databases have not answered for {span}."
UNREADABLE: Final = "The folder of notes cannot be read: {wrong}."
STALE: Final = "The index was brought up to date {span} ago, and not since."
STUCK: Final = "Something is owed now, and nothing was sent for {span}."
NEARLY_FULL: Final = "The disk of the data folder is nearly full: {megabytes} MB are left."
FINE: Final = "ok"
ALARM: Final = "Something is wrong: {wrong} See /status."
"""{wrong}: one or several of the sentences above."""
ALARM_OVER: Final = "What was wrong is over: all is well again."
NOT_REACHED: Final = "Telegram has not been reached yet."
FIRST_INDEX: Final = "The first index is being built."

# Messages that nobody asked for: files that cannot be read, updates that cannot be sent.
UNREAD_ONE: Final = "A file of the notes could not be read as a note:"
"""The files follow, a line each, here and in the next."""
UNREAD: Final = (
    "{count} file of the notes could not be read:",
    "{count} files of the notes could not be read:",
)
"""The first is never shown in English: UNREAD_ONE is."""
UNREAD_MORE: Final = "… and {count} more."
UNREAD_WHERE: Final = "{command} tells every problem; /status shows these again."
NEW_ID: Final = (
    "The group {old} has the id {new} now. Put that into TUBENOTES_ALLOWED_CHATS in place of the"
    " old one, and start the bot again; until then it is not served."
)
SET_ASIDE: Final = "An update to {chat} could not be sent and was set aside: {titles}\n\n{reason}"
CHAT: Final = "chat {id}"
"""{chat} where it has no title."""
TITLE_AND_MORE: Final = "{title} and {count} more"
"""{titles} where there are several."""

# To those who subscribed a topic of a forum.
TOPIC_GONE: Final = (
    "A topic of {group} is closed or was deleted, so its subscriptions are paused. To have updates"
    " there again, open the topic and send /subscriptions in it; what is new until then is kept."
)
TOPIC_GONE_LINK: Final = (
    "A topic of {group} ({link}) is closed or was deleted, so its subscriptions are paused. To have"
    " updates there again, open the topic and send /subscriptions in it; what is new until then is"
    " kept."
)
GROUP: Final = "“{title}”"
A_GROUP: Final = "a group"
"""{group} where it has no title."""
