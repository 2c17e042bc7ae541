"""Draws ledger pages with truth, in fonts and with damage that no recogniser was tuned to.

    python bench/khata_pages.py FOLDER --fonts print=Lato.ttf hand=Comic.ttf … [--seed 1]

For each font one page of each layout and difficulty, and truth.jsonl in bench/khata.py's
format; put the corpus' score.py beside them.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise, product
from pathlib import Path
from random import Random
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

SIZE = (1240, 1754)
LARGEST, SMALLEST = 32, 20
"""Pixels of a letter."""
MIDDLE = 0.63
"""Of a font's size: where a stroke through its letters runs, below their upper edge."""
PEOPLE = [
    *("Farida Contractor", "Govind Pillai", "Lalita Bose", "Nitin Wagh", "Rukmini Hegde"),
    *("Sohail Ansari", "Tara Chettri", "Uday Bhonsle", "Yamuna Rawat", "Zubin Mistry"),
]
GOODS = [
    *("Steel bucket", "Cotton towel 3", "Ladder hire", "Wheat 20 kg", "Lamp oil 2 ltr"),
    *("Cash paid", "By cheque", "Hinges 12", "Rope 30 mtr", "Glass jars"),
]
JEWELS = ["Anklet", "Stud pair", "Locket", "Toe ring", "Coin"]
HEADS = {
    "A": ["Date", "Details", "Debit", "Credit", "Balance"],
    "B": ["Name", "Particulars", "Jama", "Udhar"],
    "C": ["Slip No", "Party", "Item", "Weight g", "Qty", "Amount"],
    "D": ["Jama", "", "Udhar", ""],
}
EDGES = {
    "A": [90, 280, 620, 790, 960, 1150],
    "B": [90, 430, 770, 960, 1150],
    "C": [70, 200, 500, 740, 890, 970, 1160],
    "D": [90, 430, 620, 960, 1150],
}
RIGHT = {"Debit", "Credit", "Balance", "Jama", "Udhar", "Amount", "Weight g", "Qty", ""}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--fonts", nargs="+", required=True, metavar="STYLE=FILE")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    pick = Random(options.seed)
    with (options.folder / "truth.jsonl").open("w", encoding="utf-8") as truth:
        for i, (font, layout) in enumerate(product(options.fonts, "ABCD")):
            style, _, path = font.partition("=")
            difficulty = ("clean", "photo", "hard")[i % 3]
            page, line = drawn(layout, path, pick)
            name = f"made_{i:03}.jpg"
            cv2.imwrite(str(options.folder / name), damaged(page, difficulty, pick))
            line |= {"file": name, "style": style, "difficulty": difficulty}
            truth.write(json.dumps(line) + "\n")


def drawn(layout: str, font: str, pick: Random) -> tuple[Image.Image, dict[str, Any]]:
    """A page and its truth."""
    page = Image.new("RGB", SIZE, (250, 249, 244))
    pen = ImageDraw.Draw(page)
    day = dt.date(2024, pick.randint(1, 11), pick.randint(1, 28))
    party = pick.choice(PEOPLE) if layout == "A" else None
    rows = rows_of(layout, day, pick)
    pen.text((100, 90), party or "Register", (30, 30, 60), ImageFont.truetype(font, 44))
    if layout != "A":
        pen.text((900, 96), day.strftime("%d-%m-%Y"), (30, 30, 60), ImageFont.truetype(font, 34))
    edges = EDGES[layout]
    lines = [HEADS[layout], *[cells for cells, _, _ in rows]]
    body = fitting(font, lines, edges)
    for number, cells in enumerate(lines):
        y = 220 + 58 * number
        for heading, text, left, right in zip(HEADS[layout], cells, edges, edges[1:], strict=False):
            end = heading in RIGHT and number and not (layout == "D" and heading)
            x = right - 14 - pen.textlength(text, body) if end else left + 12
            pen.text((x, y + pick.randint(-3, 3)), text, (35, 35, 90), body)
        if number and rows[number - 1][2]:
            middle = y + round(MIDDLE * body.size)
            pen.line((edges[0], middle, edges[-1], middle + pick.randint(-3, 3)), (40, 40, 90), 3)
    for x in edges:
        pen.line((x, 205, x, 240 + 58 * len(lines)), (150, 150, 190), 2)
    pen.line((edges[0], 266, edges[-1], 266), (120, 120, 170), 2)
    entries = [entry | {"row": i} for i, (_, entry, _) in enumerate(rows, 1) if entry]
    others = [
        {"kind": "total", "text": "Total", "debit": total_of(rows), "credit": None, "balance": None}
    ]
    return page, {
        "layout": layout,
        "party": party,
        "date": None if layout == "A" else day.isoformat(),
        "entries": entries,
        "non_entries": others if layout in {"A", "C"} else [],
    }


def fitting(
    font: str, lines: Sequence[Sequence[str]], edges: Sequence[int]
) -> ImageFont.FreeTypeFont:
    """The font as large as nothing runs over its column: nobody writes over what stands there."""
    room = [right - left - 24 for left, right in pairwise(edges)]
    for size in range(LARGEST, SMALLEST, -1):
        body = ImageFont.truetype(font, size)
        widths = [[body.getlength(text) for text in line] for line in lines]
        if all(w <= r for line in widths for w, r in zip(line, room, strict=False)):
            return body
    return ImageFont.truetype(font, SMALLEST)


Row = tuple[list[str], dict[str, Any] | None, bool]


def rows_of(layout: str, day: dt.date, pick: Random) -> list[Row]:
    """Cells, truth and whether it is crossed out; the last row of A and C is a total."""
    rows: list[Row] = []
    balance = Decimal(0)
    for number in range(pick.randint(9, 15)):
        struck = pick.random() < 0.12
        amount = Decimal(pick.randint(40, 90_000)) + pick.choice([Decimal(0), Decimal("0.50")])
        credit = layout != "C" and pick.random() < 0.4
        if layout == "A":
            day += dt.timedelta(days=pick.randint(0, 4))
            credit = credit and balance > amount
            if not struck:
                balance += -amount if credit else amount
        entry = truth_of(layout, day, amount, credit=credit, number=number, pick=pick)
        entry |= {"struck_out": struck}
        if layout == "A" and not struck:
            entry["balance"] = f"{balance:.2f}"
        rows.append((cells_of(layout, entry), entry, struck))
    if layout in {"A", "C"}:
        total = total_of(rows)
        blank = [""] * len(HEADS[layout])
        blank[1], blank[2 if layout == "A" else 5] = "Total", indian(total)
        rows.append((blank, None, False))
    return rows


def truth_of(
    layout: str, day: dt.date, amount: Decimal, *, credit: bool, number: int, pick: Random
) -> dict[str, Any]:
    jewel = layout == "C"
    return {
        "date": day.isoformat(),
        "name": None if layout == "A" else pick.choice(PEOPLE),
        "particulars": None if layout == "D" else pick.choice(JEWELS if jewel else GOODS),
        "debit": None if credit else f"{amount:.2f}",
        "credit": f"{amount:.2f}" if credit else None,
        "balance": None,
        "weight_g": f"{pick.randint(900, 48_000) / 1000:.3f}" if jewel else None,
        "quantity": str(pick.randint(1, 6)) if jewel else None,
        "slip_number": str(7100 + number) if jewel else None,
    }


def cells_of(layout: str, entry: dict[str, Any]) -> list[str]:
    debit, credit = indian(entry["debit"]), indian(entry["credit"])
    if layout == "A":
        day = dt.date.fromisoformat(entry["date"]).strftime("%d/%m/%Y")
        return [day, entry["particulars"], debit, credit, indian(entry["balance"])]
    if layout == "B":
        return [entry["name"], entry["particulars"], credit, debit]
    if layout == "D":
        return [entry["name"], credit, "", ""] if credit else ["", "", entry["name"], debit]
    weight, count = entry["weight_g"], entry["quantity"]
    return [entry["slip_number"], entry["name"], entry["particulars"], weight, count, debit]


def total_of(rows: Sequence[Row]) -> str:
    live = [entry for _, entry, struck in rows if entry and not struck]
    return f"{sum((Decimal(entry['debit'] or 0) for entry in live), Decimal(0)):.2f}"


def indian(amount: str | None) -> str:
    """1234567.50 as 12,34,567.50; whole rupees end in /-."""
    if amount is None:
        return ""
    rupees, paise = amount.split(".")
    head, tail = rupees[:-3], rupees[-3:]
    while head:
        head, tail = head[:-2], f"{head[-2:]},{tail}"
    return f"{tail}/-" if paise == "00" else f"{tail}.{paise}"


def damaged(page: Image.Image, difficulty: str, pick: Random) -> np.ndarray:
    """As a camera sees it: leaning on a dark table, shaded, blurred, noisy."""
    pixels = np.asarray(page)[:, :, ::-1].astype(np.float32)
    if difficulty == "clean":
        return pixels.astype(np.uint8)
    strength = {"photo": 1.0, "hard": 2.0}[difficulty]
    height, width = pixels.shape[:2]
    corners = np.float32([(0, 0), (width, 0), (width, height), (0, height)])
    moved = (
        corners
        + 110
        + np.float32([[pick.uniform(-45, 45) * strength for _ in "xy"] for _ in corners])
    )
    size = (width + 240, height + 240)
    matrix = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    pixels = cv2.warpPerspective(pixels, matrix, size, borderValue=(48, 52, 60))
    shade = np.linspace(1.0, 1.0 - 0.22 * strength, size[0], dtype=np.float32)[None, :, None]
    pixels = cv2.GaussianBlur(pixels * shade, (0, 0), 0.55 * strength)
    noise = np.random.default_rng(pick.randint(0, 9_999)).normal(0, 4 * strength, pixels.shape)
    small = cv2.resize(np.clip(pixels + noise, 0, 255), None, fx=0.85, fy=0.85)
    return small.astype(np.uint8)


if __name__ == "__main__":
    main()
