"""Bringing a shop's spreadsheets in: a job a file, chunk by chunk, each with its checkpoint."""
