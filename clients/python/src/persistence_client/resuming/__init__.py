"""Continuing a session where an earlier run ended."""
