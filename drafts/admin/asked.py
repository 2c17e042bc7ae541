"""What later messages ask to change of a draft or an order, as staff see and decide it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from drafts.admin.review_chat import intent_of
from drafts.models import ChangeKind, ChangeState, DraftChange, MessageAbout
from drafts.sources import text_of

TAKEN_OUT = gettext_lazy("taken out")
NEW_LINE = gettext_lazy("new line")
_DECIDED = {
    ChangeState.ACCEPTED: (gettext_lazy("accepted"), gettext_lazy("accepted by %(who)s")),
    ChangeState.DECLINED: (gettext_lazy("dismissed"), gettext_lazy("dismissed by %(who)s")),
}


@dataclass(frozen=True, slots=True)
class AskedLine:
    """One change: ``before`` → ``after`` of the goods called ``name``."""

    change: DraftChange
    name: str
    before: str
    after: str

    @property
    def waits(self) -> bool:
        return self.change.state == ChangeState.PROPOSED

    @property
    def decided(self) -> str:
        """``accepted by ravi``; empty while nobody decided."""
        if self.waits:
            return ""
        alone, by_whom = _DECIDED[ChangeState(self.change.state)]
        who = self.change.decided_by
        return str(by_whom) % {"who": who.username} if who else str(alone)


@dataclass(frozen=True, slots=True)
class Asked:
    """One message with what it asks for; without lines a person must see what it means."""

    about: MessageAbout
    text: str
    intent: str
    lines: list[AskedLine]

    @property
    def waits(self) -> bool:
        if not self.lines:
            return self.about.seen_at is None
        return any(line.waits for line in self.lines)


def asked_of(target: Any) -> list[Asked]:
    """What later messages ask of a draft or an order, in their order, in two queries."""
    also = ("seen_by", "message__analysis", "message__media")
    rows = target.later_messages.with_changes().select_related(*also)
    return [_asked(about) for about in rows]


def _asked(about: MessageAbout) -> Asked:
    lines = [asked_line(change) for change in about.changes.all()]
    return Asked(about, text_of(about.message), intent_of(about.message), lines)


def asked_line(change: DraftChange) -> AskedLine:
    """The change in words: ``2 pc`` → ``3 pc``, ``2 pc`` → ``taken out``."""
    unit = _unit(change)
    before, after = _words(change.before, unit), _words(change.after, unit)
    if change.kind == ChangeKind.REMOVE:
        after = str(TAKEN_OUT)
    return AskedLine(change, change.item_name, before or str(NEW_LINE), after)


def waiting_count(asked: Iterable[Asked]) -> int:
    """How many messages wait for somebody to decide."""
    return sum(one.waits for one in asked)


def _unit(change: DraftChange) -> str:
    if change.entry is not None:
        return change.entry.unit
    return change.item.unit_id if change.item is not None else ""


def _words(values: Mapping[str, Any], unit: str) -> str:
    """``2 pc · M · Blue · 5 g each · for Priya``, as far as it is said."""
    quantity, weight, client = (values.get(k) for k in ("quantity", "weight", "client_name"))
    parts = [
        f"{quantity} {unit}".strip() if quantity else "",
        values.get("size") or "",
        values.get("color") or "",
        _("%(weight)s g each") % {"weight": weight} if weight else "",
        _("for %(client)s") % {"client": client} if client else "",
    ]
    return " · ".join(filter(None, parts))
