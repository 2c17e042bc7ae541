"""Locks, always in this order: the upload's row, then the one for posting pages."""

from __future__ import annotations

from django.db import connection
from django.utils.translation import gettext as _

from customers.errors import StaleVersion
from khata.errors import NotRead, UploadGone
from khata.models import KhataUpload, UploadStatus
from orders.locking import wait_at_most_ten_seconds

_POSTING = 5_307_117  # any number, as long as no other lock of the desk has it


def lock_upload(upload_id: int, *, version: int | None = None) -> KhataUpload:
    """The upload's row as it is now.

    Raises UploadGone, NotRead while there is nothing to review, and StaleVersion where
    ``version`` is given and is not the present one.
    """
    wait_at_most_ten_seconds()
    rows = KhataUpload.objects.select_for_update(no_key=True, of=("self",))
    upload = rows.filter(pk=upload_id).first()
    if upload is None:
        raise UploadGone
    if upload.status not in (UploadStatus.READ, UploadStatus.POSTED):
        raise NotRead(
            _("This page is not there to review: %(state)s.")
            % {"state": upload.get_status_display().lower()}
        )
    if version is not None and version != upload.version:
        sentence = _("This page was changed meanwhile. Look at it again before you save.")
        raise StaleVersion(sentence, attr="version", version=upload.version)
    return upload


def lock_posting_of_pages() -> None:
    """One page is posted after the other, so that two pictures of it can't both be new."""
    wait_at_most_ten_seconds()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_POSTING])
