"""Mentions of one item laid out as entries: one, or one for every size and colour."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from .facts import Facts
from .mentions import Mention, Role


@dataclass(slots=True)
class Share:
    """One entry to be: what was said of quantity, size, colour and weight."""

    quantity: Decimal | None = None
    size: str | None = None
    colour: str | None = None
    weight_g: Decimal | None = None
    sure: bool = True
    doubts: list[str] = field(default_factory=list)


def shares(mentions: list[Mention], facts: Facts, *, single: bool = False) -> list[Share]:
    """At least one share, with ``single`` exactly one; quantities not said stay None."""
    ratio = next((m for m in mentions if m.role is Role.RATIO), None)
    sizes = _of(mentions, Role.SIZE)
    quantities = _of(mentions, Role.QUANTITY)
    if single:
        found = [_single(mentions)]
    elif ratio is not None and sizes:
        found = _by_ratio(ratio, mentions, facts)
    elif _of(mentions, Role.EQUAL) and len(quantities) == 1:
        found = _alike(mentions, facts)
    elif len(sizes) > 1 and len(quantities) <= 1:
        found = _each_size(mentions, facts)
    elif len(sizes) > 1 or (len(quantities) > 1 and _is_spread(mentions)):
        found = _in_turn(mentions)
    elif _of(mentions, Role.EACH) and len(_of(mentions, Role.COLOUR)) > 1:
        found = _each_colour(mentions)
    else:
        found = [_single(mentions)]
    _share_colour(found, mentions)
    _weigh(found, mentions)
    doubts = [m.doubt for m in mentions if m.doubt]
    for share in found:
        share.doubts.extend(doubts)
    return found


def _of(mentions: list[Mention], role: Role) -> list[Mention]:
    return [m for m in mentions if m.role is role]


def _is_spread(mentions: list[Mention]) -> bool:
    """Several colours, each with its quantity."""
    colours = {m.name for m in _of(mentions, Role.COLOUR)}
    spare = len(_of(mentions, Role.QUANTITY)) - len(colours)
    return len(colours) > 1 and spare in (0, 1)


def _single(mentions: list[Mention]) -> Share:
    share = Share()
    quantity = _chosen_quantity(_of(mentions, Role.QUANTITY), share)
    share.quantity = quantity.value if quantity else None
    sizes, colours = _of(mentions, Role.SIZE), _of(mentions, Role.COLOUR)
    share.size = sizes[-1].name if sizes else None
    share.colour = colours[-1].name if colours else None
    if len({c.name for c in colours}) > 1:
        share.doubts.append("several colours")
    return share


def _chosen_quantity(quantities: list[Mention], share: Share) -> Mention | None:
    """A number with its own counting word wins, else the last one said."""
    if not quantities:
        return None
    sure = [m for m in quantities if m.sure and m.unit != "content"]
    packs = [m for m in quantities if m.unit != "content"]
    chosen = (sure or packs or quantities)[-1]
    if len({m.value for m in (sure or packs)}) > 1:
        share.doubts.append("several numbers")
    return chosen


def _sizes_named(mentions: list[Mention], facts: Facts) -> list[str]:
    """The sizes said; M se XXL stands for all between."""
    names = [m.name for m in _of(mentions, Role.SIZE)]
    if _of(mentions, Role.RANGE) and len(names) >= 2 and facts.sizes:
        first, last = facts.sizes.index(names[0]), facts.sizes.index(names[-1])
        return list(facts.sizes[first : last + 1])
    return list(dict.fromkeys(names))


def _by_ratio(ratio: Mention, mentions: list[Mention], facts: Facts) -> list[Share]:
    """1:2:2:1 M to XXL, 2 sets."""
    sets = _of(mentions, Role.SETS) or _of(mentions, Role.QUANTITY)
    times = sets[-1].value if sets else Decimal(1)
    names = _sizes_named(mentions, facts)
    colour = _last_colour(mentions)
    if len(names) != len(ratio.parts):
        return [Share(times, colour=colour, doubts=["ratio does not fit the sizes"])]
    return [
        Share(part * times, size=name, colour=colour)
        for part, name in zip(ratio.parts, names, strict=True)
    ]


def _last_colour(mentions: list[Mention]) -> str | None:
    colours = _of(mentions, Role.COLOUR)
    return colours[-1].name if colours else None


def _each_size(mentions: list[Mention], facts: Facts) -> list[Share]:
    """S, M, L 2 each."""
    quantities = _of(mentions, Role.QUANTITY)
    quantity = quantities[0].value if quantities else None
    doubt = [] if _of(mentions, Role.EACH) or quantity is None else ["each or together"]
    colour = _last_colour(mentions)
    return [
        Share(quantity, size=name, colour=colour, doubts=list(doubt))
        for name in _sizes_named(mentions, facts)
    ]


def _each_colour(mentions: list[Mention]) -> list[Share]:
    """black, white, navy L 2 each."""
    one = _single(mentions)
    names = dict.fromkeys(m.name for m in _of(mentions, Role.COLOUR))
    return [Share(one.quantity, size=one.size, colour=name) for name in names]


def _alike(mentions: list[Mention], facts: Facts) -> list[Share]:
    """3 dozen, black navy maroon equally: a dozen of each."""
    several = len(_of(mentions, Role.SIZE)) > 1
    found = _each_size(mentions, facts) if several else _each_colour(mentions)
    for share in found:
        share.doubts = ["how many of each"] if (share.quantity or 0) % len(found) else []
        share.quantity = share.quantity and share.quantity // len(found)
    return found


def _in_turn(mentions: list[Mention]) -> list[Share]:
    """M-2 L-3, or 2 M 3 L; a colour holds until the next one."""
    kinds = [m for m in mentions if m.role in (Role.SIZE, Role.QUANTITY, Role.COLOUR)]
    kinds = _without_sum(kinds)
    key = Role.SIZE if _of(kinds, Role.SIZE) else Role.COLOUR
    leads = next(m.role for m in kinds if m.role in (key, Role.QUANTITY))
    groups = _grouped(kinds, leads)
    found: list[Share] = []
    held: Share = Share()
    for group in groups:
        held = _from_group(group, held)
        if any(m.role in (key, Role.QUANTITY) for m in group):
            found.append(held)
    return [s for s in found if s.quantity is not None or s.size is not None]


def _without_sum(mentions: list[Mention]) -> list[Mention]:
    """6 pcs: M-2 L-3 XL-1 says the sum first; it is no entry."""
    quantities = _of(mentions, Role.QUANTITY)
    shares_named = len(_of(mentions, Role.SIZE)) or len(_of(mentions, Role.COLOUR))
    if len(quantities) > 2 and shares_named < len(quantities):
        for end in (quantities[0], quantities[-1]):
            if end.value * 2 == sum(q.value for q in quantities):
                return [m for m in mentions if m is not end]
    return mentions


def _grouped(mentions: list[Mention], leads: Role) -> list[list[Mention]]:
    """A new group at every leading mention; a colour right before it belongs to it."""
    groups: list[list[Mention]] = [[]]
    for mention in mentions:
        starts = mention.role is leads and any(m.role is leads for m in groups[-1])
        closes = mention.role is Role.COLOUR and _is_complete(groups[-1])
        if starts or closes:
            groups.append([])
        groups[-1].append(mention)
    return groups


def _is_complete(group: list[Mention]) -> bool:
    roles = {m.role for m in group}
    return {Role.SIZE, Role.QUANTITY} <= roles


def _from_group(group: list[Mention], held: Share) -> Share:
    share = Share(colour=held.colour)
    for mention in group:
        if mention.role is Role.QUANTITY:
            share.quantity = mention.value
        elif mention.role is Role.SIZE:
            share.size = mention.name
        elif mention.role is Role.COLOUR:
            share.colour = mention.name
    return share


def _share_colour(found: list[Share], mentions: list[Mention]) -> None:
    """One colour said anywhere is the colour of all sizes."""
    colours = {m.name for m in _of(mentions, Role.COLOUR)}
    if len(colours) == 1:
        for share in found:
            share.colour = next(iter(colours))


def _weigh(found: list[Share], mentions: list[Mention]) -> None:
    """A total is shared out over all pieces; a weight holds for each."""
    weights = _of(mentions, Role.WEIGHT)
    if not weights:
        return
    weight = weights[-1]
    pieces = sum((s.quantity or Decimal(1) for s in found), Decimal(0))
    grams = weight.value / pieces if weight.total and pieces else weight.value
    for share in found:
        share.weight_g = grams
