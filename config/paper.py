"""Paper: PDF pages in Latin, Devanagari and Gujarati, each text shaped as its readers expect."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from fpdf import FPDF
from fpdf.enums import MethodReturnValue

FONTS = Path(settings.BASE_DIR) / "khata" / "fonts"
GREY = 110
LOGO = (40.0, 18.0)  # the most that it takes
LINE = 5.2  # millimetres, as are all lengths here


class Paper(FPDF):
    """Pages of one size with the desk's fonts; its maker asks for the first page."""

    def __init__(self, size: str | tuple[float, float] = "A4", *, margin: float = 10) -> None:
        super().__init__(format=size)
        self.set_margin(margin)
        self.set_auto_page_break(False)
        self.add_font("Noto", fname=FONTS / "NotoSans-Regular.ttf")
        self.add_font("Noto", style="B", fname=FONTS / "NotoSans-Bold.ttf")
        self.add_font("Deva", fname=FONTS / "NotoSansDevanagari-Regular.ttf")
        self.add_font("Gujr", fname=FONTS / "NotoSansGujarati-Regular.ttf")
        self.set_fallback_fonts(["Deva", "Gujr"], exact_match=False)

    def set_font(self, family: str | None = None, style: Any = "", size: float = 0) -> None:
        """Choose the font, and put it on the page at once.

        fpdf2 (2.8.9) puts it there with the next text, inside a graphics state that it takes
        back where that text is Devanagari or Gujarati, and believes that it stays: figures
        came out in another font's letters.
        """
        super().set_font(family, style, size)
        if self.page and not self.current_font_is_set_on_page:
            self.text(self.x, self.y, "")

    def shape(self, text: str) -> None:
        """Shape what needs it: four times as slow as plain letters, which don't."""
        self.set_text_shaping(any("\u0900" <= letter <= "\u0dff" for letter in text))

    def say(self, text: str, *, size: float = 10, bold: bool = False, grey: bool = False) -> None:
        """A line over the whole width, or several where it is too long."""
        self.set_font("Noto", style="B" if bold else "", size=size)
        self.set_text_color(GREY if grey else 0)
        self.shape(text)
        self.multi_cell(0, size * 0.55, text, new_x="LMARGIN", new_y="NEXT")
        self.set_text_color(0)

    @contextmanager
    def beside(self, logo: bytes | None) -> Iterator[None]:
        """What is said in the block stands left of the logo, which is at the right edge."""
        if logo is None:
            yield
            return
        top, margin = self.y, self.r_margin
        wide, high = LOGO
        left = self.w - margin - wide
        self.image(BytesIO(logo), left, top, wide, high, keep_aspect_ratio=True)
        self.set_right_margin(margin + wide + 4)
        yield
        self.set_right_margin(margin)
        self.set_y(max(self.y, top + high))

    def folded(self, text: str, width: float) -> list[str]:
        """The lines that the text takes in a column."""
        self.shape(text)
        if self.get_string_width(text) < width - 2:
            return [text]
        lines = self.multi_cell(width, LINE, text, dry_run=True, output=MethodReturnValue.LINES)
        return cast(list[str], lines)
