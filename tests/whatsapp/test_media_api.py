"""GET /wa/media/{id}: whole or in parts, never run, for staff only."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from tests.factories import InboundMessageFactory
from tests.fakes.media import OGG
from whatsapp.models import Media

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _storage(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def kept(data: bytes = OGG, content_type: str = "audio/ogg", **fields) -> Media:
    medium = Media(
        message=InboundMessageFactory(kind="audio"),
        status="fetched",
        url="https://files.example.in/a",
        expires_at=timezone.now(),
        content_type=content_type,
        byte_count=len(data),
        sha256="0" * 64,
        **fields,
    )
    medium.file.save("x", ContentFile(data), save=False)
    medium.save()
    return medium


def get(api, medium: Media, **headers):
    answer = api.get(f"/wa/media/{medium.pk}", headers=headers)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer, body


def test_staff_get_the_file_and_nothing_may_run_in_it(seller_api):
    answer, body = get(seller_api, kept())
    assert (answer.status_code, body) == (200, OGG)
    assert answer["Content-Type"] == "audio/ogg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"].startswith("private")
    assert answer["Content-Disposition"].startswith('inline; filename="whatsapp-')


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-9", slice(0, 10)),
        ("bytes=5-", slice(5, None)),
        ("bytes=-7", slice(-7, None)),
        ("bytes=200-99999", slice(200, None)),
        ("bytes=-99999", slice(0, None)),
    ],
)
def test_a_player_may_seek(seller_api, asked, part):
    answer, body = get(seller_api, kept(), Range=asked)
    assert (answer.status_code, body) == (206, OGG[part])
    start = len(OGG) - len(body) if part.stop is None else 0
    end = start + len(body) - 1
    assert answer["Content-Range"] == f"bytes {start}-{end}/{len(OGG)}"


@pytest.mark.parametrize("asked", ["bytes=99999-", "bytes=-0"])
def test_a_part_that_is_not_there_is_416(seller_api, asked):
    answer, body = get(seller_api, kept(), Range=asked)
    assert (answer.status_code, body) == (416, b"")
    assert answer["Content-Range"] == f"bytes */{len(OGG)}"


@pytest.mark.parametrize("asked", ["bytes=-", "bytes=9-3", "bytes=0-1,4-5", "chars=0-1", "x" * 500])
def test_a_range_that_makes_no_sense_is_ignored(seller_api, asked):
    assert get(seller_api, kept(), Range=asked)[0].status_code == 200


def test_a_document_is_only_ever_saved_under_its_own_name(seller_api):
    medium = kept(b"<script>", "application/octet-stream", file_name='Orders "May"\r\n.html')
    answer, _ = get(seller_api, medium)
    assert answer["Content-Disposition"].startswith("attachment; filename")
    assert "\r" not in answer["Content-Disposition"]


def test_a_film_called_a_web_page_is_named_by_its_type(seller_api):
    answer, _ = get(seller_api, kept(content_type="audio/ogg", file_name="a.html"))
    assert answer["Content-Disposition"].endswith('.ogg"')


def test_nobody_else_gets_it(guest_api, buyer_api):
    medium = kept()
    assert guest_api.get(f"/wa/media/{medium.pk}").status_code == 401
    assert buyer_api.get(f"/wa/media/{medium.pk}").status_code == 403


def test_what_has_not_come_or_was_lost_is_404(seller_api):
    medium = kept()
    medium.file.storage.delete(medium.file.name)
    assert seller_api.get(f"/wa/media/{medium.pk}").status_code == 404
    Media.objects.update(status="due")
    assert seller_api.get(f"/wa/media/{medium.pk}").status_code == 404
    assert seller_api.get(f"/wa/media/{10**30}").status_code == 404
