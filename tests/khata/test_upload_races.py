"""Many at once: the same photograph sent twice, the same upload read twice."""

from __future__ import annotations

from functools import partial

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from khata.models import KhataRow, KhataUpload
from khata.recording import read_upload
from khata.uploading import receive_file
from tests.jobs import waiting_jobs
from tests.khata.pages import as_file, drawn_page
from tests.orders.racing import race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("races")]

PAGE = as_file(drawn_page())


def send():
    return receive_file(ContentFile(PAGE), name="page.jpg", pipeline="v2", by=None)


def test_a_photograph_sent_eight_times_at_once_is_kept_and_queued_once(units, media):
    received = race(*[send] * 8)
    assert sorted(one.duplicate for one in received) == [False] + [True] * 7
    assert KhataUpload.objects.count() == 1
    assert len(default_storage.listdir("khata")[1]) == 1
    assert len(waiting_jobs()) == 1


def test_an_upload_read_by_six_workers_at_once_has_its_rows_once(units, media, reader):
    upload = send().upload
    race(*[partial(read_upload, upload.pk)] * 6)
    assert len(reader.asked) == 1
    assert KhataRow.objects.count() == 1
