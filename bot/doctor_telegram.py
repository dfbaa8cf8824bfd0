"""What the doctor says of the bot's side at Telegram: facts in, lines out. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.amounts import many
from bot.config import TOKEN_VARIABLE
from bot.doctor import Group, Line, fix, hint, ok

MOST_SKEW, FATAL_SKEW = 60.0, 3600.0
"""Seconds that the clock may be off: daily and quiet hours go by it. Where it is ahead by more than
the second, each message seems to be older than an hour, and is left alone."""
RECENT = 3600.0
"""Seconds for which an error of the webhook counts, if messages wait."""
INLINE_SAYS = "words, or a YouTube link"


@dataclass(frozen=True, slots=True)
class Account:
    """The bot as getMe tells of it: its name, and what @BotFather has switched on."""

    username: str
    inline: bool = True
    guest: bool = True
    reads_all: bool = False
    joins: bool = True


@dataclass(frozen=True, slots=True)
class Hook:
    """The webhook as Telegram has it. `error_age` is in seconds, None where there was no error."""

    url: str = ""
    waiting: int = 0
    error: str = ""
    error_age: float | None = None


@dataclass(frozen=True, slots=True)
class Served:
    """How the bot takes its updates: `url` is its webhook's, None where it polls.

    `is_running` tells whether it does so on this machine now.
    """

    url: str | None = None
    listen: str = ""
    is_running: bool = False


@dataclass(frozen=True, slots=True)
class Answers:
    """What Telegram answered, as far as it did.

    `wrong` is why it did not; `unknown`, that it knows no such token. `skew` is how many
    seconds our clock is ahead, None where the server told no time. `others` is None where nobody
    was looked for, else whether another program fetches the updates.
    """

    server: str
    account: Account | None = None
    hook: Hook | None = None
    skew: float | None = None
    others: bool | None = None
    wrong: str = ""
    unknown: bool = False


def telegram_group(token: Line, answers: Answers | None, served: Served | None) -> Group:
    """From the token to who fetches the updates.

    `answers` is None where nobody was asked, `served` where the settings do not tell it.
    """
    return Group("Telegram", (token, *(_asked(answers, served) if answers else ())))


def _asked(answers: Answers, served: Served | None) -> tuple[Line, ...]:
    lines = []
    if answers.account:
        lines += [ok("bot", f"The token is that of @{answers.account.username}.")]
        lines += _switches(answers.account)
    if answers.wrong or answers.unknown:
        lines.append(_unreached(answers))
    if answers.hook and served:
        lines += [_way(answers.hook, served), *_trouble(answers.hook, served)]
    if answers.others is not None:
        lines.append(_others(answers.others))
    if answers.account or answers.skew is not None:
        lines.append(_clock(answers.skew))
    return tuple(lines)


def _unreached(answers: Answers) -> Line:
    if answers.unknown:
        return fix(
            "bot",
            f"{answers.server} knows no bot with this token.",
            "Send /token to @BotFather, choose your bot, and put what it shows into"
            f" {TOKEN_VARIABLE}, or into the file that {TOKEN_VARIABLE}_FILE names.",
        )
    return fix(
        "network",
        f"{answers.server} does not answer ({answers.wrong}); the rest was not looked at.",
        "Look whether this machine is online, and whether a firewall or a proxy lets https out:"
        f" `curl -sS {answers.server}` tells more.",
    )


def _switches(account: Account) -> tuple[Line, ...]:
    """What is switched on at @BotFather; a bot without it serves, but not everywhere."""
    name = f"@{account.username}"
    return (_inline(account, name), _feedback(), _guest(account, name), *_groups(account, name))


def _inline(account: Account, name: str) -> Line:
    if account.inline:
        return ok("inline mode", f"Inline mode is on: “{name} words” finds moments in any chat.")
    return hint(
        "inline mode",
        f"Inline mode is off: nobody can type “{name} words” in other chats.",
        f"Send /setinline to @BotFather, choose {name}, and send: {INLINE_SAYS}",
    )


def _feedback() -> Line:
    return ok(
        "inline feedback",
        "Inline feedback is not needed: leave it off. (No bot can see how it is set.)",
    )


def _guest(account: Account, name: str) -> Line:
    if account.guest:
        return ok("guest mode", f"Guest mode is on: {name} answers where it is no member, too.")
    return hint(
        "guest mode",
        f"Guest mode is off: {name} answers only in chats that it is a member of.",
        f"Open @BotFather's own app (the button beside its message field), choose {name}, then"
        " Bot Settings, and switch on Guest Mode.",
    )


def _groups(account: Account, name: str) -> tuple[Line, Line]:
    joins = ok("groups", f"{name} may be added to groups.")
    if not account.joins:
        joins = hint(
            "groups",
            f"{name} cannot be added to groups.",
            f"Send /setjoingroups to @BotFather, choose {name}, and send: Enable",
        )
    privacy = ok(
        "privacy", f"Group privacy is on: in groups {name} sees only what is meant for it."
    )
    if account.reads_all:
        privacy = hint(
            "privacy",
            f"Group privacy is off: {name} is sent everything that is said in its groups, and"
            " needs none of that.",
            f"Send /setprivacy to @BotFather, choose {name}, and send: Enable. Then take it out of"
            " its groups and add it again.",
        )
    return joins, privacy


def _way(hook: Hook, served: Served) -> Line:
    """How updates come in, and whether the webhook that Telegram has is ours."""
    if served.url:
        return _by_webhook(hook, served, served.url)
    if not hook.url:
        return ok("updates", "The bot fetches its messages by polling; no webhook is set.")
    return _foreign(hook, served, "polls")


def _by_webhook(hook: Hook, served: Served, url: str) -> Line:
    if hook.url == url:
        return ok("updates", f"Telegram posts messages to the webhook at {_site(url)}.")
    if hook.url:
        return _foreign(hook, served, f"has its own at {_site(url)}")
    if not served.is_running:
        return ok("updates", f"The webhook at {_site(url)} is set at the next start.")
    return fix(
        "updates",
        "The bot runs, but its webhook is not set: no message reaches it.",
        "Stop whatever else uses the same token, and start the bot again.",
    )


def _foreign(hook: Hook, served: Served, ours: str) -> Line:
    says = f"A webhook is set at {_site(hook.url)}, while this bot {ours}."
    if served.is_running:
        do = "Another program uses the same token: stop that one, then start the bot again."
        return fix("updates", f"{says} No message reaches it.", do)
    return hint(
        "updates",
        says,
        "If it is left from an earlier start, do nothing: `tubenotes run` replaces it. If another"
        " program serves this bot there, stop that one first.",
    )


def _trouble(hook: Hook, served: Served) -> list[Line]:
    """What waits, and why: without a bot that runs, messages wait as they should."""
    waiting = many(hook.waiting, "message")
    if hook.waiting and not served.is_running:
        verb = "waits" if hook.waiting == 1 else "wait"
        return [ok("waiting", f"{waiting} {verb} for the bot; it answers once it is started.")]
    ours = served.url is not None and hook.url == served.url
    if not (ours and hook.waiting and hook.error_age is not None and hook.error_age < RECENT):
        return []
    age = many(max(1, round(hook.error_age / 60)), "minute")
    return [
        fix(
            "webhook",
            f"Telegram cannot deliver to the webhook (“{hook.error}”, {age} ago);"
            f" {waiting} not delivered.",
            f"Look whether {_site(hook.url)} leads through your proxy to {served.listen}, with a"
            " certificate that is valid: deploy/ has an example for Caddy and one for nginx.",
        )
    ]


def _others(others: bool) -> Line:
    if not others:
        return ok("polling", "Nobody else fetches this bot's messages.")
    return fix(
        "polling",
        "Another program fetches this bot's messages with the same token, and only one can.",
        "Stop the other one. If you cannot find it, send /revoke to @BotFather and set the new"
        " token here: the other one is locked out then.",
    )


def _clock(skew: float | None) -> Line:
    if skew is None:
        do = "Nothing, if `date -u` tells the right time."
        return hint("clock", "The server told no time: the clock was not compared.", do)
    if abs(skew) <= MOST_SKEW:
        return ok("clock", "The clock is right.")
    where = "ahead of" if skew > 0 else "behind"
    says = f"The clock is {_span(abs(skew))} {where} the server's."
    do = "Switch time synchronisation on: `timedatectl set-ntp true`."
    if abs(skew) <= FATAL_SKEW:
        return hint("clock", f"{says} Daily and quiet hours go by it.", do)
    return fix("clock", says, do)


def _span(seconds: float) -> str:
    if seconds < 3600:
        return many(round(seconds / 60), "minute")
    return many(round(seconds / 3600), "hour")


def _site(url: str) -> str:
    """An address without its path, which is secret."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
