"""Dates as written in India."""
