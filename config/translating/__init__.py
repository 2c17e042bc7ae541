"""For developers (make messages, tests): what the project says, and what of it is translated.

Pure Python, so that nobody needs GNU gettext; Babel comes with requirements-dev.txt.
"""
