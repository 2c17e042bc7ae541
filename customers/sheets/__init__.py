"""Spreadsheets that shops bring: opened, decoded, their columns understood, and written."""
