"""Trains the small network that tells Devanagari and Gujarati digits on ledger pages.

    python bench/khata_digits.py khata/reading/devanagari_digits.npz --fonts FONT.ttf … \
        --latin FONT.ttf … [--numbers 5000]

Every number is drawn: amounts as shops write them, dates, phone numbers, in one of the fonts,
leaning, stretched, bent, blurred, on ruled and stained paper; and Latin numbers and words, whose
letters count as "other", as do halves of signs and two signs in one. Nothing of any photographed
page is used. The numbers are cut into signs as the reader does it. Prints the share of unseen
drawn numbers that are read exactly.
"""

from __future__ import annotations

import argparse
import sys
from functools import lru_cache
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from khata.reading import digits
from khata.reading.decoding import within
from khata.reading.digits import HEIGHT, OTHER, SIGNS, Glyphs, features, glyphs_of

DEVANAGARI, GUJARATI = "०१२३४५६७८९", "૦૧૨૩૪૫૬૭૮૯"
HIDDEN, EPOCHS, BATCH = 160, 18, 128
WORDS = [
    *("Cash", "Rice", "Sugar", "Jama", "Total", "Naam", "Suresh", "Kul", "नकद", "चावल", "चीनी"),
    *("कुल", "जमा", "बाकी", "तेल", "पार्टी", "रमेश"),
]
Sample = tuple[np.ndarray, np.ndarray, list[int]]
"""A strip (RGB), for each of its pixels the number of the sign that is drawn there, the signs."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("network", type=Path)
    parser.add_argument("--fonts", nargs="+", required=True)
    parser.add_argument("--latin", nargs="+", required=True)
    parser.add_argument("--numbers", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    drawn = Drawn(options.fonts, options.latin, Random(options.seed))
    seen, meant = examples(drawn, options.numbers)
    print(f"{len(meant)} signs, of these {int((meant == OTHER - 1).sum())} none", file=sys.stderr)
    np.savez_compressed(options.network, **trained(seen, meant, options.seed))
    digits._MODEL = options.network
    unseen = Drawn(options.fonts, options.latin, Random(options.seed + 1))
    print(f"read exactly: {exactly(unseen, 300):.3f} of drawn numbers")
    print(f"{options.network}: {options.network.stat().st_size / 1024:.0f} KB")


class Drawn:
    """Numbers and words drawn one after the other, never the same."""

    def __init__(self, fonts: list[str], latin: list[str], pick: Random) -> None:
        self.fonts, self.latin, self.pick = fonts, latin, pick
        self.noise = np.random.default_rng(pick.randint(0, 1 << 30))

    def sample(self) -> Sample:
        text, signs, font = self.text()
        ink, owners = self.letters(text, font)
        strip, owners = self.damaged(ink, owners)
        return strip, owners, signs

    def text(self) -> tuple[str, list[int], str]:
        """What to draw, its signs, its font."""
        pick = self.pick
        kind = pick.random()
        if kind < 0.06:
            word = pick.choice(WORDS)
            indic = ord(word[0]) > 127
            bare = [c for c in word if not "\u093a" <= c <= "\u094f"]
            return word, [OTHER] * len(bare), pick.choice(self.fonts if indic else self.latin)
        number = _number(pick)
        if kind < 0.22:
            signs = [OTHER if c in "123456789" else SIGNS.index(c) for c in number]
            return number, signs, pick.choice(self.latin)
        font = pick.choice(self.fonts)
        digits = GUJARATI if _draws(font, GUJARATI[4]) else DEVANAGARI
        shown = "".join(digits[int(c)] if c.isdigit() else c for c in number)
        signs = [SIGNS.index(c) for c in number]
        before = pick.choice(["Rs ", "Rs.", "रु ", "₹ "]) if kind > 0.95 else ""
        return before + shown, [OTHER] * len(before.strip(" .")) + _dot(before) + signs, font

    def letters(self, text: str, font: str) -> tuple[np.ndarray, np.ndarray]:
        """Letter after letter, none quite level or of one size; and whose each pixel is."""
        pick = self.pick
        size = pick.randint(34, 52)
        spare = pick.choice(self.latin)
        shape = (size * 3, size * (len(text) + 3))
        ink, owners = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
        wild, gap = pick.choice([0.0, 0.04, 0.09]), pick.uniform(-0.04, 0.12) * size
        x, number = size * 1.0, 0
        together = any("\u0900" <= c <= "\u0963" for c in text)
        for part in [text] if together else text:
            scaled = max(12, round(size * (1 + wild * pick.uniform(-1, 1))))
            drawn = _font(font if _draws(font, part) else spare, scaled)
            y = size * (1 + wild * pick.uniform(-1, 1))
            wide = pick.choice([0, 0, 0, 1]) if size > 40 else 0
            paper = Image.new("L", shape[::-1], 0)
            ImageDraw.Draw(paper).text((x, y), part, 255, drawn, stroke_width=wide)
            number += part != " "
            mine = np.asarray(paper)
            owners[mine > 90] = number
            ink = np.maximum(ink, mine)
            x += drawn.getlength(part) + gap
        ys, xs = np.nonzero(ink > 60)
        box = (xs.min(), ys.min(), xs.max() + 1, ys.max() + 1) if len(xs) else (0, 0, size, size)
        left, right, up, down = (pick.uniform(0.02, most) for most in (0.5, 0.5, 0.35, 0.35))
        tall = max(box[3] - box[1], size * 0.5)
        x0, x1 = max(0, round(box[0] - left * tall)), round(box[2] + right * tall)
        y0, y1 = max(0, round(box[1] - up * tall)), round(box[3] + down * tall)
        return ink[y0:y1, x0:x1], owners[y0:y1, x0:x1]

    def damaged(self, ink: np.ndarray, owners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The strip as cut out of a photographed page (RGB)."""
        pick, shape = self.pick, ink.shape
        mask, owners = _bent(ink.astype(np.float32) / 255, owners, pick)
        if pick.random() < 0.25:
            kernel = np.ones((2, 2), np.uint8)
            mask = cv2.dilate(mask, kernel) if pick.random() < 0.6 else cv2.erode(mask, kernel)
        pen = np.array([pick.randint(0, 110) for _ in "rgb"], np.float32)
        paper = np.zeros((*shape, 3), np.float32)
        paper += np.array([pick.randint(215, 252) for _ in "rgb"], np.float32)
        paper *= np.linspace(1, pick.uniform(0.8, 1), shape[1], dtype=np.float32)[None, :, None]
        for _ in range(pick.choice([0, 0, 1, 1, 2])):
            self.rule(paper)
        strength = mask[..., None] * pick.uniform(0.55, 1.0)
        pixels = paper * (1 - strength) + pen * strength
        if pick.random() < 0.6:
            pixels = cv2.GaussianBlur(pixels, (0, 0), pick.uniform(0.4, 2.0))
        pixels += self.noise.normal(0, pick.choice([0, 3, 8, 14]), pixels.shape)
        pixels = np.clip(pixels, 0, 255).astype(np.uint8)
        if pick.random() < 0.4:
            small = cv2.resize(pixels, None, fx=(f := pick.uniform(0.35, 0.8)), fy=f)
            pixels = cv2.resize(small, (shape[1], shape[0]))
        size = (max(8, round(shape[1] * pick.uniform(0.75, 1.3))), shape[0])
        return cv2.resize(pixels, size), cv2.resize(owners, size, interpolation=cv2.INTER_NEAREST)

    def rule(self, paper: np.ndarray) -> None:
        """A ruled line, along the strip's edge or through it, or a column's at its end."""
        pick, (height, width) = self.pick, paper.shape[:2]
        colour = [pick.randint(90, 220) for _ in "rgb"]
        if pick.random() < 0.3:
            x = round(width * pick.choice([pick.uniform(0, 0.06), pick.uniform(0.94, 1)]))
            cv2.line(paper, (x, 0), (x + pick.randint(-3, 3), height), colour, pick.randint(1, 3))
        else:
            y = round(height * pick.choice([0.05, 0.1, 0.85, 0.92, pick.random()]))
            cv2.line(paper, (0, y), (width, y + pick.randint(-3, 3)), colour, pick.randint(1, 2))


def _number(pick: Random) -> str:
    kind = pick.random()
    if kind < 0.2:
        day, month = str(pick.randint(1, 31)), str(pick.randint(1, 12))
        if pick.random() < 0.5:
            day, month = day.zfill(2), month.zfill(2)
        mark = pick.choice("///.-")
        year = pick.choice(["", str(pick.randint(15, 39)), str(pick.randint(2015, 2039))])
        return mark.join(filter(None, [day, month, year])) if pick.random() < 0.8 else day
    if kind < 0.25:
        return "".join(pick.choice("0123456789") for _ in range(pick.randint(4, 10)))
    digits = str(pick.randint(1, 9)) + "".join(
        pick.choice("0123456789") for _ in range(pick.choice([0, 1, 2, 2, 3, 3, 3, 4, 4, 5]))
    )
    if pick.random() < 0.35:
        digits = digits[:2] + "0" * (len(digits) - 2)
    if pick.random() < 0.04:
        digits = "0"
    if len(digits) > 3 and pick.random() < 0.5:
        head, tail = digits[:-3], digits[-3:]
        while head:
            head, tail = head[:-2], f"{head[-2:]},{tail}"
        digits = tail
    paise = pick.choice(["00", "50", "25", "75", f"{pick.randint(0, 99):02}"])
    return digits + pick.choice(
        ["", "", "", "/-", "/-", "/", f"={paise}", f"={paise}", f".{paise}"]
    )


def _dot(before: str) -> list[int]:
    return [SIGNS.index(".")] if before.endswith(".") else []


@lru_cache(maxsize=2000)
def _font(file: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(file, size)


@lru_cache(maxsize=2000)
def _draws(font: str, text: str) -> bool:
    """Whether the font has these letters: what it lacks is drawn as an empty box."""
    drawn = _font(font, 32)
    lacking = bytes(drawn.getmask("\uffff"))
    return text == " " or all(bytes(drawn.getmask(c)) != lacking for c in text)


def _bent(mask: np.ndarray, owners: np.ndarray, pick: Random) -> tuple[np.ndarray, np.ndarray]:
    """Leaning, turned and waved a little."""
    height, width = mask.shape
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    lean, turn = pick.uniform(-0.25, 0.25), pick.uniform(-0.04, 0.04)
    wave, long = pick.uniform(0, 0.04) * height, pick.uniform(1.0, 4.0) * height
    to_y = ys + turn * (xs - width / 2) + wave * np.sin(xs / long * 6.28 + pick.uniform(0, 6))
    to_x = xs + lean * (ys - height / 2) + wave * np.sin(ys / height * 6.28 + pick.uniform(0, 6))
    to_x, to_y = to_x.astype(np.float32), to_y.astype(np.float32)
    return (
        cv2.remap(mask, to_x, to_y, cv2.INTER_LINEAR),
        cv2.remap(owners, to_x, to_y, cv2.INTER_NEAREST),
    )


def examples(drawn: Drawn, numbers: int) -> tuple[np.ndarray, np.ndarray]:
    """What the reader sees of each sign, or of pieces that are none, and what it is."""
    seen, meant = [], []
    for number in range(numbers):
        strip, owners, signs = drawn.sample()
        glyphs = glyphs_of(strip)
        size = (glyphs.ink.shape[1], HEIGHT)
        owners = cv2.resize(owners, size, interpolation=cv2.INTER_NEAREST)
        totals = np.bincount(owners.ravel(), minlength=len(signs) + 1)
        for i, j in _spans(glyphs):
            left, right = glyphs.reach(i, j)
            sign = _sign_in(owners[:, left:right], totals, signs)
            # There are more pieces that are no sign than signs: half of them will do.
            if sign is not None and (sign != OTHER or drawn.pick.random() < 0.5):
                seen.append(features(glyphs, left, right))
                meant.append(sign - 1)
        if number % 500 == 499:
            print(f"{number + 1} of {numbers} numbers drawn", file=sys.stderr, flush=True)
    return np.stack(seen), np.array(meant)


def _spans(glyphs: Glyphs) -> list[tuple[int, int]]:
    count = len(glyphs.pieces)
    return [(i, j) for i in range(count) for j in range(i + 1, min(i + 3, count) + 1)]


def _sign_in(part: np.ndarray, totals: np.ndarray, signs: list[int]) -> int | None:
    """The sign that stands in this part of a number, OTHER for a half or two, None if unclear."""
    counts = np.bincount(part.ravel(), minlength=len(totals))[: len(totals)].astype(float)
    counts[0] = 0
    owner = int(counts.argmax())
    if not counts[owner]:
        return None
    whole = counts / np.maximum(1, totals[: len(counts)])
    # Beside a digit its dot is small, but two signs are never one.
    others = float(np.delete(whole, owner).max(initial=0.0))
    whole, alone = whole[owner], counts[owner] / counts.sum()
    if whole > 0.85 and alone > 0.8 and others < 0.4:
        # A word is drawn in one piece and is none of the signs.
        return signs[owner - 1] if owner <= len(signs) else OTHER
    return OTHER if whole < 0.6 or alone < 0.65 or others > 0.7 else None


def trained(seen: np.ndarray, meant: np.ndarray, seed: int) -> dict[str, np.ndarray]:
    """Two layers, by Adam, with a quarter of the hidden units left out at each step."""
    chance = np.random.default_rng(seed)
    mean, spread = seen.mean(axis=0), seen.std(axis=0) + 0.05
    seen = ((seen - mean) / spread).astype(np.float32)
    kinds = len(SIGNS) - 1
    shapes = {"w0": (seen.shape[1], HIDDEN), "b0": (HIDDEN,), "w1": (HIDDEN, kinds), "b1": (kinds,)}
    net = {n: (chance.normal(size=s) * np.sqrt(2 / s[0]) * (len(s) > 1)) for n, s in shapes.items()}
    net = {name: value.astype(np.float32) for name, value in net.items()}
    slow = {name: np.zeros_like(value) for name, value in net.items()}
    size = {name: np.zeros_like(value) for name, value in net.items()}
    step, steps = 0, EPOCHS * (len(seen) // BATCH)
    for _ in range(EPOCHS):
        order = chance.permutation(len(seen))
        for start in range(0, len(order) - BATCH + 1, BATCH):
            rows = order[start : start + BATCH]
            slope = _slopes(net, seen[rows], meant[rows], chance)
            step += 1
            rate = 2e-3 * (1 - step / (steps + 1))
            for name, value in slope.items():
                slow[name] += 0.1 * (value - slow[name])
                size[name] += 0.001 * (value**2 - size[name])
                moved = slow[name] / (1 - 0.9**step)
                net[name] -= rate * moved / (np.sqrt(size[name] / (1 - 0.999**step)) + 1e-8)
                net[name] *= 1 - 1e-5
    return {n: v.astype(np.float16) for n, v in (net | {"mean": mean, "spread": spread}).items()}


def _slopes(
    net: dict[str, np.ndarray], seen: np.ndarray, meant: np.ndarray, chance: np.random.Generator
) -> dict[str, np.ndarray]:
    kept = ((chance.random((1, HIDDEN)) > 0.25) / 0.75).astype(np.float32)
    hidden = np.maximum(seen @ net["w0"] + net["b0"], 0) * kept
    out = hidden @ net["w1"] + net["b1"]
    out = np.exp(out - out.max(axis=1, keepdims=True))
    wrong = out / out.sum(axis=1, keepdims=True)
    wrong[np.arange(len(meant)), meant] -= 1
    wrong /= len(meant)
    back = (wrong @ net["w1"].T) * (hidden > 0) * kept
    return {
        "w1": hidden.T @ wrong,
        "b1": wrong.sum(axis=0),
        "w0": seen.T @ back,
        "b0": back.sum(axis=0),
    }


def exactly(drawn: Drawn, numbers: int) -> float:
    """The share of numbers, drawn in these fonts, whose likeliest signs are what was drawn."""
    right = total = 0
    while total < numbers:
        strip, _, signs = drawn.sample()
        if OTHER not in signs:
            text, _ = within(digits.read_digits(strip), "".join(SIGNS))
            right += text == "".join(SIGNS[sign] for sign in signs)
            total += 1
    return right / total


if __name__ == "__main__":
    main()
