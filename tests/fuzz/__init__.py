"""Fuzzing of all that strangers hand in: `python -m tests.fuzz`. pytest does not collect it.

Each target tells what it promises for any bytes. A case that breaks a promise, ends the process,
or takes over a second of processor time is a finding: it is made small, and saved in a file.
"""
