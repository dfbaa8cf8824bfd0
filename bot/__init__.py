"""Tubenotes: a bot that answers with receipts."""
