"""Which chats wait for staff: reading positions, what needs an answer, who looks after whom."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

from django.db import transaction
from django.db.models import DateTimeField, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.errors import InvalidInput
from customers.models import User
from customers.roles import STAFF_ROLES
from whatsapp.inbound import REACTION
from whatsapp.logbook import log_by_hand
from whatsapp.models import Chat, Direction, Message, MessageStatus

_LONG_AGO = Value(datetime(2009, 1, 1, tzinfo=UTC), output_field=DateTimeField())
# What the desk itself says to what a customer wrote; a notice about an order answers nothing.
_ANSWERS_BY_ITSELF = Q(purpose__startswith="draft:") | Q(purpose__startswith="tap:")


def messages_to_read() -> QuerySet[Message]:
    """What customers wrote to the desk; a reaction is nothing to answer, nor is an old export."""
    written = Message.objects.filter(direction=Direction.IN, imported=None)
    return written.exclude(kind=REACTION)


def with_waiting_since(chats: QuerySet[Chat]) -> QuerySet[Chat]:
    """Annotate ``waiting_since``: when the first message came that nobody answered, or None.

    Answered by a person or by the desk's own reply, or settled as needing none.
    """
    ours = Message.objects.filter(chat=OuterRef("pk"), direction=Direction.OUT)
    by_person = Q(requested_by__isnull=False) & ~Q(purpose__startswith="reminder:")
    answers = ours.filter(_ANSWERS_BY_ITSELF | by_person)
    last = answers.exclude(status=MessageStatus.FAILED).order_by("-happened_at", "-pk")
    answered_at = Coalesce(Subquery(last.values("happened_at")[:1]), _LONG_AGO)
    open_ones = messages_to_read().filter(
        chat=OuterRef("pk"),
        pk__gt=OuterRef("settled_position"),
        happened_at__gt=OuterRef("answered_at"),
    )
    first = open_ones.order_by("happened_at", "pk").values("happened_at")[:1]
    return chats.annotate(answered_at=answered_at, waiting_since=Subquery(first))


@transaction.atomic
def mark_read(chat: Chat, *, up_to: int, by: User) -> None:
    """Somebody saw the chat up to this message (its id); what came after stays unread.

    The row's lock holds back a message that is just being stored.
    """
    row = _locked(chat)
    position = max(row.read_position, _newest(row, up_to))
    unread = messages_to_read().filter(chat=row, pk__gt=position).count()
    Chat.objects.filter(pk=row.pk).update(
        read_position=position, unread_count=unread, read_by=by, read_at=timezone.now()
    )


@transaction.atomic
def settle(chat: Chat, *, up_to: int, by: User) -> None:
    """A person says that nothing up to this message (its id) needs an answer."""
    row = _locked(chat)
    position = max(row.settled_position, _newest(row, up_to))
    if position > row.settled_position:
        Chat.objects.filter(pk=row.pk).update(settled_position=position)
        log_by_hand(row, f"Needs no answer up to message {position}.", by=by)


@transaction.atomic
def assign(chat: Chat, *, to: User | None, by: User) -> None:
    """Have one of the staff look after the chat, or nobody in particular.

    Raises InvalidInput for somebody who is not at the desk.
    """
    if to is not None and not (to.role in STAFF_ROLES and to.is_active):
        raise InvalidInput(
            _("%(username)s does not work at the desk.") % {"username": to.username},
            attr="assigned_to",
        )
    row = _locked(chat)
    if row.assigned_to_id == (to.pk if to else None):
        return
    before = row.assigned_to.username if row.assigned_to else "nobody"
    Chat.objects.filter(pk=row.pk).update(assigned_to=to)
    log_by_hand(row, f"Given to {to.username if to else 'nobody'}; before: {before}.", by=by)


def staff() -> QuerySet[User]:
    """Whom a chat can be given to."""
    return User.objects.filter(role__in=STAFF_ROLES, is_active=True).order_by("username")


def _locked(chat: Chat) -> Chat:
    chats = Chat.objects.select_for_update(no_key=True, of=("self",))
    return chats.select_related("assigned_to").get(pk=chat.pk)


def _newest(chat: Chat, up_to: int) -> int:
    """The chat's newest message up to an id: a position never lies ahead of what there is."""
    newest = chat.messages.filter(pk__lte=up_to).aggregate(Max("pk"))["pk__max"]
    return cast(int, newest or 0)
