"""Telegram: the only package that imports `telegram` (python-telegram-bot)."""

import os

# python-telegram-bot reads this when a duration is asked for; without it, it warns each time.
os.environ.setdefault("PTB_TIMEDELTA", "1")
