"""A message in one plain form, with the way back to the characters as written."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

MAX_CHARACTERS = 8_000
MAX_LINES = 400
MAX_LINE = 2_000

_ALIKE = {
    "×": "*", "✖": "x", "✕": "x", "–": "-", "—": "-", "−": "-", "‐": "-", "‑": "-", "•": "-",
    "●": "-", "▪": "-", "◦": "-", "‣": "-", "➤": "-", "→": "-", "👉": "-", "✅": "-", "☑": "-",
    "“": '"', "”": '"', "″": '"', "„": '"', "‘": "'", "’": "'", "′": "'", "।": ".", "॥": ".",
    "🔟": "10", "…": "...", "，": ",", "：": ":", "\t": " ", "\r": "\n", "\u2028": "\n",
    "\u2029": "\n",
}  # fmt: skip
# WhatsApp's bold and italic: *Royal Traders*, _urgent_; 2*3 is neither.
_EMPHASIS = re.compile(r"(?<![\w*_])([*_])(?=\S)([^*_\n]+)(?<=\S)\1(?![\w*_])")


@dataclass(frozen=True, slots=True)
class Plain:
    """Lower-case text and, for each of its characters, where that one came from."""

    text: str
    origin: tuple[int, ...]
    source: str
    warnings: tuple[str, ...] = ()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The characters of the source that plain[start:end] was written as."""
        if start >= end or not self.origin:
            return (0, 0)
        return (self.origin[start], self.origin[end - 1] + 1)

    def written(self, start: int, end: int) -> str:
        first, last = self.span(start, end)
        return self.source[first:last]


def normalise(message: str) -> Plain:
    """Cut to the limits above; widths, digits, dashes, blanks and case folded, emoji made ;."""
    text, warnings = _cut(message)
    text = _EMPHASIS.sub(r" \2 ", text)
    letters: list[str] = []
    origin: list[int] = []
    for position, character in enumerate(text):
        before = letters[-1] if letters else ""
        for letter in _plain(character, before):
            if letter != " " or before not in (" ", "\n"):
                letters.append(letter)
                origin.append(position)
    return Plain("".join(letters), tuple(origin), message, tuple(warnings))


def _cut(message: str) -> tuple[str, list[str]]:
    """Keeps offsets: a line that is too long ends everything after its limit."""
    warnings = []
    if len(message) > MAX_CHARACTERS:
        warnings.append(f"Only the first {MAX_CHARACTERS} characters were read.")
    text = message[:MAX_CHARACTERS]
    lines = text.split("\n")
    if len(lines) > MAX_LINES:
        warnings.append(f"Only the first {MAX_LINES} lines were read.")
        lines = lines[:MAX_LINES]
    if any(len(line) > MAX_LINE for line in lines):
        warnings.append(f"Lines were read up to {MAX_LINE} characters.")
        # Blanks keep every later character at its place.
        lines = [line[:MAX_LINE] + " " * (len(line) - MAX_LINE) for line in lines]
    return "\n".join(lines), warnings


def _plain(character: str, before: str) -> str:
    """The letters that stand for one written character, often none or the same."""
    if character in _ALIKE:
        return _ALIKE[character]
    if character == "\n" or " " <= character <= "~":
        return character.lower()
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category in ("Mn", "Mc"):
        return "" if _is_variation(character) else character
    return _folded(character, category, before)


def _folded(character: str, category: str, before: str) -> str:
    """Emoji part items, invisible characters vanish, ½ becomes 1/2."""
    if category in ("Cf", "Me"):
        return ""
    if category in ("So", "Sk", "Cs"):
        return ";" if before not in ("", "\n") else ""
    if category in ("Cc", "Zs", "Co", "Cn"):
        return " "
    folded = unicodedata.normalize("NFKC", character).lower().replace("⁄", "/")
    return " " + folded if "/" in folded and before.isdigit() else folded


def _is_variation(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f"
