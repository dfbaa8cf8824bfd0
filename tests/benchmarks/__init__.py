"""Measurements, not tests: pytest does not collect them. Each is run as `python -m`."""
