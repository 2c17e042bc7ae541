"""What a later message changes of the lines it may speak of: certain, or nothing at all.

The words are told apart as the offline reader does it. Of two values of one kind the one
that the line has is the old one, so that "2 nahi 4", "4 not 2" and "4 instead of 2" need
no grammar. Where a word stays unexplained, or two lines fit equally well, nothing is
proposed: a person reads the message.
"""

from __future__ import annotations

from collections.abc import Sequence

from drafts.reading.amending.groups import Group, split_groups
from drafts.reading.amending.resolving import add, cancel, change, speaks_of
from drafts.reading.amending.types import Amending, Amendment, OpenLine
from drafts.reading.offline.injection import injected_spans
from drafts.reading.offline.noise import noise_spans
from drafts.reading.offline.normalise import Plain, normalise
from drafts.reading.offline.tag import tag
from drafts.reading.offline.tokens import tokenise

MAX_TEXT = 300
MAX_GROUPS = 12
NOTHING = Amending()
_RULES = {"cancel": cancel, "set": change, "more": add}


def read_amendments(text: str, lines: Sequence[OpenLine]) -> Amending:
    """The changes that ``text`` asks of ``lines``; bounded, and without chance."""
    plain = normalise(text[:MAX_TEXT])
    groups = _groups(text, plain)
    actions = _actions(groups)
    if not any(actions):
        return NOTHING
    found = _resolved(groups, actions, lines, plain) or []
    about = not found and all(
        action in ("set", "cancel") and speaks_of(group, lines)
        for group, action in zip(groups, actions, strict=True)
    )
    return Amending(found, actions[0] == "more", about)


def may_amend(text: str) -> bool:
    """Whether the text has a word that changes something; if not, no line needs to be looked at."""
    return any(_actions(_groups(text, normalise(text[:MAX_TEXT]))))


def _groups(text: str, plain: Plain) -> list[Group]:
    """None where it is too long for a change, or says something that makes it doubtful."""
    if len(text) > MAX_TEXT or injected_spans(plain.text):
        return []
    tokens = tag(tokenise(plain, 0, len(plain.text)), noise_spans(plain.text))
    groups = split_groups(tokens)
    doubtful = len(groups) > MAX_GROUPS or any("doubt" in group.does for group in groups)
    return [] if doubtful else groups


def _resolved(
    groups: list[Group], actions: list[str | None], lines: Sequence[OpenLine], plain: Plain
) -> list[Amendment] | None:
    """An amendment for each group, or None where one of them is not clear."""
    found: list[Amendment] = []
    for group, action in zip(groups, actions, strict=True):
        if action is None or group.unclear:
            return None
        one = _RULES[action](group, lines)
        if one is None or any(one.line == other.line for other in found):
            return None
        kind, line, after = one.kind, one.line, one.after
        found.append(Amendment(kind, line, after, plain.span(group.start, group.end)))
    return found


def _actions(groups: list[Group]) -> list[str | None]:
    """What each group does; one that only names something does what its neighbours do."""
    own = [_action(group) for group in groups]
    said = {action for action in own if action}
    shared = said.pop() if len(said) == 1 else None
    return [
        action or (None if "ask" in group.does else shared)
        for action, group in zip(own, groups, strict=True)
    ]


def _action(group: Group) -> str | None:
    does = group.does
    if group.has_two and does & {"deny", "place", "set", "set_before", "verb"}:
        return "set"
    if "cancel" in does or ("deny" in does and not group.numbers):
        return "cancel"
    if "place" in does or "deny" in does:
        return None
    if "more" in does:
        return "more"
    return "set" if does & {"set", "set_before"} else None
