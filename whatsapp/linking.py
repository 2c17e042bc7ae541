"""Which message a reply or reaction answers, in whatever order the two come."""

from __future__ import annotations

from django.db.models import Q

from whatsapp.models import Message


def link_answer(message: Message) -> None:
    """Point a new reply at the message of its chat that it names, if that is here already."""
    ids = message.answers_ids
    if not ids:
        return
    named = message.chat.messages.filter(Q(provider_id__in=ids) | Q(whatsapp_id__in=ids))
    target = named.exclude(pk=message.pk).first()
    if target is not None:
        Message.objects.filter(pk=message.pk, answers=None).update(answers=target)


def link_late(target: Message) -> None:
    """Point replies at a message whose ids became known only after they came."""
    ids = [name for name in (target.provider_id, target.whatsapp_id) if name]
    waiting = Message.objects.filter(chat=target.chat_id, answers=None, answers_ids__overlap=ids)
    # Said as in the index that holds only these few.
    waiting.exclude(answers_ids=[]).exclude(pk=target.pk).update(answers=target)
