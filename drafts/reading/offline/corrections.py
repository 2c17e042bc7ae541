"""A correction inside the message: the last word counts."""

from __future__ import annotations

from drafts.reading.types import EntryReading

from .items import Item

_SAID = ("quantity", "size", "color", "weight_g")


def apply_correction(
    entries: list[EntryReading], item: Item, corrected: list[EntryReading]
) -> list[EntryReading]:
    """The entries after ``item``, which takes back something said before."""
    target = _target(entries, item, corrected)
    if target is None:
        return [*entries, *corrected]
    if len(corrected) > 1:
        return [*entries[:target], *corrected, *entries[target + 1 :]]
    _overlay(entries[target], corrected[0], renames=bool(item.words) and bool(item.fit))
    return entries


def merge_repeats(entries: list[EntryReading]) -> list[EntryReading]:
    """A change that names its product twice is one entry: size to 2.8, plain bangle 4 pcs."""
    merged: list[EntryReading] = []
    for entry in entries:
        same = next((e for e in merged if e.sku and e.sku == entry.sku), None)
        if same is None or _conflict(same, entry):
            merged.append(entry)
        else:
            _overlay(same, entry, renames=False)
    return merged


def _conflict(one: EntryReading, other: EntryReading) -> bool:
    said = [(getattr(one, name), getattr(other, name)) for name in _SAID]
    return any(left is not None and right is not None and left != right for left, right in said)


def _target(entries: list[EntryReading], item: Item, corrected: list[EntryReading]) -> int | None:
    """The entry meant: the last of the same product, else for a clear correction the last."""
    if not entries:
        return None
    sku = corrected[0].sku
    if sku is not None:
        same = [at for at, entry in enumerate(entries) if entry.sku == sku]
        if same:
            return same[-1]
    if item.words and item.corrects != "hard":
        return None
    return _same_size(entries, corrected[0])


def _same_size(entries: list[EntryReading], correction: EntryReading) -> int:
    """M ka 3 kar do corrects the M of a row of sizes, if it says nothing else."""
    last = len(entries) - 1
    for at in range(last, -1, -1):
        if entries[at].sku == entries[last].sku and entries[at].size == correction.size:
            return at
    return last


def _overlay(entry: EntryReading, correction: EntryReading, *, renames: bool) -> None:
    if renames:
        entry.item_name, entry.sku = correction.item_name, correction.sku
        entry.unit, entry.alternatives = correction.unit, correction.alternatives
        entry.said = correction.said
    for name in (*_SAID, "client_name", "client_id"):
        said = getattr(correction, name)
        if said is not None:
            setattr(entry, name, said)
    entry.confidence = round(min(entry.confidence, correction.confidence or 1.0) * 0.95, 3)
    if entry.span and correction.span:
        entry.span = (
            min(entry.span[0], correction.span[0]),
            max(entry.span[1], correction.span[1]),
        )
