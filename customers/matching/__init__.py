"""Names as people say, spell and write them, and whose they are."""
