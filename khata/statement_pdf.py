"""A statement on paper: A4, the shop's name on top, every page with its heading and number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from fpdf.enums import Align

from config.paper import GREY, LINE, Paper
from config.retelling import retold
from customers.models import Shop
from customers.shopkeeping import logo_file
from customers.speaking import language_of
from khata.amounts import said, said_side, standing
from khata.models import LedgerUnit
from khata.statements import Statement

GAP = 0.9  # above and below a row's text
# The 190 between the margins.
COLUMNS = (
    (25, Align.L),
    (63, Align.L),
    (20, Align.L),
    (27, Align.R),
    (27, Align.R),
    (28, Align.R),
)
HEADINGS = (
    gettext_lazy("Date"),
    gettext_lazy("Particulars"),
    gettext_lazy("Slip"),
    gettext_lazy("Debit"),
    gettext_lazy("Credit"),
    gettext_lazy("Balance"),
)
Cells = Sequence[str]


class _Paper(Paper):
    """A4 whose every page says at its foot whose it is, and which of how many."""

    def __init__(self, foot: str) -> None:
        super().__init__("A4")
        self.foot = foot
        self.alias_nb_pages()
        self.add_page()

    @property
    def room(self) -> float:
        """What is left above the foot."""
        return float(self.h - 18 - self.y)

    def footer(self) -> None:
        """Whose it is and which page of how many."""
        self.set_y(-12)
        self.set_font("Noto", size=8)
        self.set_text_color(GREY)
        page = _("page %(number)s of %(all)s") % {"number": self.page_no(), "all": "{nb}"}
        foot = f"{self.foot}  ·  {page}"
        self.shape(foot)
        self.cell(0, 5, foot, align="C")
        self.set_text_color(0)


def statement_pdf(statement: Statement, shop: Shop) -> bytes:
    """The statement as a PDF that holds its own fonts, in the customer's language."""
    with translation.override(language_of(statement.customer)):
        return _drawn(statement, shop)


def _drawn(statement: Statement, shop: Shop) -> bytes:
    paper = _Paper(foot=f"{shop.name}  ·  {statement.customer.name}")
    paper.set_title(f"{_('Statement of account')}: {statement.customer.name}")
    _head(paper, statement, shop)
    _headings(paper)
    for cells in _rows(statement):
        _row(paper, cells)
    _row(paper, _totals(statement), bold=True)
    if paper.room < 2 * LINE + 8:
        paper.add_page()
    paper.ln(4)
    paper.say(standing(statement.closing_balance, statement.unit), size=12, bold=True)
    paper.say(_("Made on %(day)s.") % {"day": _day(timezone.localdate())}, grey=True)
    return bytes(paper.output())


def _head(paper: _Paper, statement: Statement, shop: Shop) -> None:
    customer = statement.customer
    with paper.beside(logo_file(shop)):
        paper.say(shop.name, size=16, bold=True)
        for line in shop.address.splitlines():
            paper.say(line, grey=True)
    paper.ln(3)
    paper.say(_title(statement.unit), size=12, bold=True)
    paper.say(" · ".join(filter(None, (customer.name, customer.company, customer.phone))))
    paper.say(_range(statement), grey=True)
    paper.ln(3)


def _title(unit: LedgerUnit) -> str:
    if unit == LedgerUnit.INR:
        return _("Statement of account")
    return _("Statement of account in %(unit)s") % {"unit": unit.label}


def _headings(paper: _Paper) -> None:
    _cells(paper, [[str(heading)] for heading in HEADINGS], bold=True)


def _row(paper: _Paper, cells: Cells, *, bold: bool = False) -> None:
    """One row, whole on this page or on the next, under the headings again."""
    paper.set_font("Noto", style="B" if bold else "", size=9)
    folded = [paper.folded(text, COLUMNS[n][0]) for n, text in enumerate(cells)]
    if paper.room < max(map(len, folded)) * LINE + 2 * GAP:
        paper.add_page()
        _headings(paper)
    _cells(paper, folded, bold=bold)


def _cells(paper: _Paper, folded: Sequence[Sequence[str]], *, bold: bool) -> None:
    paper.set_font("Noto", style="B" if bold else "", size=9)
    top = paper.y + GAP
    left = paper.l_margin
    for lines, (width, align) in zip(folded, COLUMNS, strict=True):
        for number, line in enumerate(lines):
            paper.shape(line)
            paper.set_xy(left, top + number * LINE)
            paper.cell(width, LINE, line, align=align)
        left += width
    paper.set_xy(paper.l_margin, top + max(map(len, folded)) * LINE + GAP)
    paper.set_draw_color(200)
    paper.line(paper.l_margin, paper.y, paper.w - paper.r_margin, paper.y)


def _rows(statement: Statement) -> Iterator[Cells]:
    unit = statement.unit
    first = _day(statement.date_from) if statement.date_from else ""
    yield (first, _("Opening balance"), "", "", "", _said(statement.opening_balance, unit))
    for line in statement.lines:
        posted = line.transaction
        sides = (said_side(line.debit, unit), said_side(line.credit, unit))
        balance = _said(line.balance, unit)
        yield (_day(posted.date), retold(posted.memo), posted.slip_number, *sides, balance)


def _totals(statement: Statement) -> Cells:
    totals = (statement.total_debit, statement.total_credit, statement.closing_balance)
    return ("", _("Total"), "", *(_said(amount, statement.unit) for amount in totals))


def _said(amount: Decimal, unit: str) -> str:
    """The fonts have no mathematical minus."""
    return said(amount, unit).replace("\u2212", "-")


def _range(statement: Statement) -> str:
    first, last = statement.date_from, statement.date_to
    if first and last:
        return _("%(first)s to %(last)s") % {"first": _day(first), "last": _day(last)}
    if first:
        return _("From %(day)s") % {"day": _day(first)}
    return _("Up to %(day)s") % {"day": _day(last)} if last else _("All entries")


def _day(day: dt.date) -> str:
    return date_format(day)
