"""How each language of the desk writes dates: Django looks for <language>/formats.py here."""
