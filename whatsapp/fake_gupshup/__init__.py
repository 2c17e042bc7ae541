"""Gupshup's sending API on this machine, for trying things out and for the tests."""
