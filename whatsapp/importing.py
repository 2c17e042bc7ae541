"""An exported chat becomes messages of its customer's chat, each once however often it is run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.errors import InvalidInput
from customers.identities import identify_sender
from customers.models import Customer
from customers.phones import normalise_phone
from whatsapp.exports.archive import Archive, opened
from whatsapp.exports.dates import DateOrder
from whatsapp.exports.files import ExportedFile, bring_file, note_file, take_file
from whatsapp.exports.lines import Export, Refusal, read_export, senders
from whatsapp.exports.parties import Parties, find_parties
from whatsapp.exports.said import Said, Sorted, signature, sort_lines
from whatsapp.models import Chat, ChatImport, Direction, Media, MediaStatus, Message, MessageStatus
from whatsapp.telling import tell_handlers

BATCH = 200
# What came through the desk too may bear another minute there: we note when it was queued.
SAME_TIME = timedelta(minutes=2)


@dataclass(frozen=True)
class Wishes:
    """What the person who runs it says; empty: as the file shows it.

    ``read_since``: customers' messages from then on are read into drafts.
    """

    phone: str = ""
    shop: str = ""
    customer: str = ""
    order: DateOrder | None = None
    read_since: datetime | None = None
    dry_run: bool = False


@dataclass
class Report:
    """What an export holds and what became of it; counts are messages unless they say else."""

    file: str
    customer: str
    phone: str
    style: str
    date_order: str
    date_order_sure: bool
    dry_run: bool
    first: datetime
    last: datetime
    messages: int = 0
    imported: int = 0
    already_here: int = 0
    came_by_whatsapp: int = 0
    system_lines: int = 0
    lines_of_others: int = 0
    files_kept: int = 0
    files_left_out: int = 0
    files_refused: int = 0
    to_be_read: int = 0
    refused: list[Refusal] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        times = {"first": self.first.isoformat(), "last": self.last.isoformat()}
        return {**asdict(self), **times}


@dataclass(frozen=True)
class _Run:
    archive: Archive
    wishes: Wishes
    report: Report
    progress: Callable[[int, int], None]


def import_chat(
    path: Path, wishes: Wishes, *, progress: Callable[[int, int], None] = lambda done, of: None
) -> Report:
    """Take an export over and say what became of it; a second run changes nothing more.

    Messages are stored in batches, each in a transaction of its own: what a run that
    broke off has stored stays, and the next one goes on. Old messages are unread by
    nobody, open no 24-hour window and are never answered. Raises InvalidInput for what is
    no export, or leaves open whose chat it is.
    """
    now = timezone.localtime().replace(tzinfo=None)
    with opened(path) as archive:
        export = read_export(archive.text, now=now, order=wishes.order)
        names = list(senders(export.lines))
        parties = find_parties(
            names, title=archive.title, shop=wishes.shop, customer=wishes.customer
        )
        phone = _phone_of(parties.customer, wishes.phone)
        found = sort_lines(export, parties, phone, is_there=archive.holds)
        report = _report(path, export, parties, phone, found)
        report.dry_run = wishes.dry_run
        _take_over(found.messages, _Run(archive, wishes, report, progress))
    return report


def _phone_of(customer: str, told: str) -> str:
    """Whose number: as told, as the export itself says, or that of the one known by the name."""
    if told:
        if phone := normalise_phone(told):
            return phone
        raise InvalidInput(_("%(told)s is no phone number.") % {"told": told}, attr="phone")
    if phone := normalise_phone(customer if customer.startswith("+") else ""):
        return phone
    known = Customer.objects.filter(name__iexact=customer, phone__isnull=False)
    phones = list(known.values_list("phone", flat=True)[:2])
    if len(phones) == 1 and phones[0]:
        return phones[0]
    raise InvalidInput(
        _("Which number does %(customer)s write from?") % {"customer": customer}, attr="phone"
    )


def _report(path: Path, export: Export, parties: Parties, phone: str, found: Sorted) -> Report:
    times = [timezone.make_aware(line.written_at) for line in export.lines]
    return Report(
        file=path.name,
        customer=parties.customer,
        phone=phone,
        style=export.style,
        date_order=export.dates.order,
        date_order_sure=export.dates.sure,
        dry_run=False,
        first=min(times),
        last=max(times),
        messages=len(found.messages),
        system_lines=found.system_lines,
        lines_of_others=found.lines_of_others,
        refused=list(export.refused),
    )


# What is here already ---------------------------------------------------------------------


def _known_keys(chat: Chat | None, said: Sequence[Said]) -> set[str]:
    known: set[str] = set()
    for batch in _batches(said) if chat else ():
        rows = Message.objects.filter(chat=chat, provider_id__in=[one.key for one in batch])
        known.update(filter(None, rows.values_list("provider_id", flat=True)))
    return known


def _batches(said: Sequence[Said]) -> Iterator[Sequence[Said]]:
    for start in range(0, len(said), BATCH):
        yield said[start : start + BATCH]


def _live_twins(chat: Chat | None, said: Sequence[Said]) -> set[str]:
    """The keys of what came or went through the desk itself, so that it is there already."""
    if chat is None:
        return set()
    live: dict[tuple[str, ...], list[datetime]] = defaultdict(list)
    rows = Message.objects.filter(chat=chat, imported=None).order_by("happened_at")
    for row in rows.values_list("direction", "kind", "text", "happened_at"):
        live[row[0], *signature(row[1], row[2])].append(row[3])
    twins = set()
    for one in said:
        times = live[one.direction, *signature(one.held.kind, one.held.text)]
        near = next((at for at in times if _is_near(at, one.happened_at)), None)
        if near is not None:
            times.remove(near)
            twins.add(one.key)
    return twins


def _is_near(at: datetime, minute: datetime) -> bool:
    """An export may know the minute only."""
    return -SAME_TIME <= at - minute <= SAME_TIME + timedelta(minutes=1)


# Taking over ------------------------------------------------------------------------------


def _take_over(said: Sequence[Said], run: _Run) -> None:
    report, dry = run.report, run.wishes.dry_run
    chat = _chat_of(report, make=not dry)
    known = _known_keys(chat, said)
    twins = _live_twins(chat, [one for one in said if one.key not in known])
    report.already_here, report.came_by_whatsapp = len(known), len(twins)
    here = known | twins
    fresh = [one for one in said if one.key not in here]
    if chat is None or dry:
        _count_dry(fresh, run)
    elif fresh:
        _store_all(chat, fresh, run)
    if chat is not None:
        _bring_files(chat, [one for one in said if one.key in known], run)
    if run.wishes.read_since is not None:
        _have_read(chat, [one for one in said if one.key not in twins], run)


def _chat_of(report: Report, *, make: bool) -> Chat | None:
    if not make:
        return Chat.objects.filter(identity__phone=report.phone).first()
    with transaction.atomic():
        name = "" if report.customer.startswith("+") else report.customer
        identity = identify_sender(report.phone, profile_name=name)
        return Chat.objects.get_or_create(identity=identity)[0]


def _count_dry(fresh: Sequence[Said], run: _Run) -> None:
    run.report.imported = len(fresh)
    for one in fresh:
        if one.held.has_file:
            _count_file(take_file(run.archive, one.held), one, run.report)


def _count_file(file: ExportedFile, one: Said, report: Report) -> None:
    if file.data:
        report.files_kept += 1
    elif not file.name:
        report.files_left_out += 1
    else:
        report.files_refused += 1
        report.refused.append(Refusal(one.line, f"{file.name}: {file.reason}"))


def _store_all(chat: Chat, fresh: Sequence[Said], run: _Run) -> None:
    source = ChatImport.objects.create(chat=chat, file_name=run.report.file[-200:])
    done = 0
    for batch in _batches(fresh):
        saved: list[str] = []
        try:
            _store(source, batch, run, saved)
        except BaseException:
            for name in saved:  # its rows are rolled back
                default_storage.delete(name)
            raise
        done += len(batch)
        run.progress(done, len(fresh))


@transaction.atomic
def _store(source: ChatImport, batch: Sequence[Said], run: _Run, saved: list[str]) -> None:
    """One batch; the chat's lock keeps another run of the same export behind this one."""
    chat = Chat.objects.select_for_update(of=("self",), no_key=True).get(pk=source.chat_id)
    known = _known_keys(chat, batch)
    run.report.already_here += len(known)
    fresh = [one for one in batch if one.key not in known]
    rows = Message.objects.bulk_create(_message(source, one) for one in fresh)
    for one, row in zip(fresh, rows, strict=True):
        if one.held.has_file:
            medium = _noted(row, one, run)
            if medium.file.name:
                saved.append(medium.file.name)
    if fresh:
        newest = max(one.happened_at for one in fresh)
        Chat.objects.filter(pk=chat.pk).update(last_message_at=Greatest("last_message_at", newest))
    run.report.imported += len(fresh)


def _bring_files(chat: Chat, said: Sequence[Said], run: _Run) -> None:
    """Where an earlier export left files out and this one has them, they are added."""
    with_file = {one.key: one for one in said if one.held.file_name}
    lacking = Media.objects.filter(
        message__chat=chat, message__imported__isnull=False, status=MediaStatus.FAILED
    )
    for medium in lacking.select_related("message").order_by("pk"):
        one = with_file.get(medium.message.provider_id or "")
        if one is None:
            continue
        file = take_file(run.archive, one.held)
        _count_file(file, one, run.report)
        if file.data and not run.wishes.dry_run:
            bring_file(medium, file, kind=one.held.kind)


def _noted(message: Message, one: Said, run: _Run) -> Media:
    file = take_file(run.archive, one.held)
    _count_file(file, one, run.report)
    return note_file(message, file)


def _message(source: ChatImport, one: Said) -> Message:
    is_ours = one.direction == Direction.OUT
    return Message(
        chat_id=source.chat_id,
        imported=source,
        direction=one.direction,
        status=MessageStatus.SENT if is_ours else MessageStatus.RECEIVED,
        sent_at=one.happened_at if is_ours else None,
        kind=one.held.kind,
        text=one.held.text,
        details=one.held.details,
        provider_id=one.key,
        happened_at=one.happened_at,
    )


def _have_read(chat: Chat | None, said: Sequence[Said], run: _Run) -> None:
    """Have what customers wrote read into drafts, also what an earlier run stored."""
    since = run.wishes.read_since
    wanted = [one for one in said if one.is_read and since and one.happened_at >= since]
    run.report.to_be_read = len(wanted)
    if chat is None or run.wishes.dry_run:
        return
    for batch in _batches(wanted):
        with transaction.atomic():
            keys = [one.key for one in batch]
            rows = Message.objects.filter(chat=chat, provider_id__in=keys)
            for message in rows.order_by("happened_at", "pk"):
                tell_handlers(message)
