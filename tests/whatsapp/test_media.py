"""Media of inbound messages: kept once, retried until the link ends, never lost."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from threading import Thread

import pytest
from django.core.files.storage import default_storage
from django.db import connections
from django.utils import timezone

from tests.fakes.media import OGG, PDF, picture, running_media
from tests.jobs import lose_jobs, run_jobs, waiting_jobs
from tests.whatsapp.bodies import event, post
from whatsapp.media import EXPIRED, LINK_LIFE, NO_LINK, fetch_media
from whatsapp.models import InboundEvent, Media, Message
from whatsapp.sweeping import sweep_whatsapp

# The claim is durable: it must be seen by others while the file is fetched.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("races")]
PICTURE = picture()
told: list[int] = []


def hear(message: Message) -> None:
    told.append(message.pk)


@pytest.fixture(autouse=True)
def _storage(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    settings.MESSAGE_EVENT_HANDLERS = ["tests.whatsapp.test_media.hear"]
    told.clear()


@pytest.fixture
def media():
    with running_media() as server:
        yield server


def send(client, url: str, name: str = "message_image", **inner) -> Media:
    """A customer's media message, its event worked off, its file still to be fetched."""
    data = event(name)
    expiry = int((timezone.now() + timedelta(days=7)).timestamp() * 1000)
    data["payload"]["payload"].update({"url": url, "urlExpiry": expiry, **inner})
    assert post(client, data).status_code == 200
    [(task, _, arguments)] = waiting_jobs()
    lose_jobs()
    assert task == "whatsapp.process_event"
    from whatsapp.inbound import process_event

    process_event(**arguments)
    return Media.objects.get()


def fetch(medium: Media) -> Media:
    fetch_media(medium.pk)
    medium.refresh_from_db()
    return medium


def files(tmp_path) -> list[str]:
    return [path.name for path in (tmp_path / "whatsapp").glob("*")]


def test_a_picture_is_kept_under_a_name_nobody_guesses(client, media, tmp_path):
    medium = send(client, media.has("/a", PICTURE))
    message = medium.message
    assert (message.kind, message.text, medium.status) == ("image", "like this one", "due")
    assert waiting_jobs() == [("whatsapp.fetch_media", None, {"media_id": medium.pk})]
    assert told == []

    run_jobs()
    medium.refresh_from_db()
    assert (medium.status, medium.content_type) == ("fetched", "image/jpeg")
    assert (medium.byte_count, medium.sha256) == (
        len(PICTURE),
        hashlib.sha256(PICTURE).hexdigest(),
    )
    assert default_storage.open(medium.file.name).read() == PICTURE
    assert len(medium.file.name) > 40
    assert told == [message.pk]


@pytest.mark.parametrize(
    ("name", "data", "kind", "content_type"),
    [
        ("message_audio", OGG, "audio", "audio/ogg"),
        ("message_file", PDF, "document", "application/pdf"),
        ("message_file", b"2 rings\n", "document", "application/octet-stream"),
        ("message_video", b"\0\0\0\x18ftypmp42" + bytes(40), "video", "video/mp4"),
        ("message_sticker", picture(form="WEBP"), "sticker", "image/webp"),
        ("message_image", picture(form="PNG"), "image", "image/png"),
    ],
)
def test_each_kind_is_known_by_its_content(client, media, name, data, kind, content_type):
    medium = fetch(send(client, media.has("/a", data, "application/x-whatever"), name))
    assert (medium.message.kind, medium.status) == (kind, "fetched")
    assert medium.content_type == content_type


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("message_image", b"<html><script>alert(1)</script>"),
        ("message_image", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("message_image", b"MZ" + bytes(100)),
        ("message_image", PDF),
        ("message_image", OGG),
        ("message_image", b""),
        ("message_audio", PICTURE),
        ("message_audio", b"\xff"),
        ("message_sticker", PICTURE),
    ],
)
def test_what_is_something_else_than_it_says_is_not_kept(client, media, tmp_path, name, data):
    medium = fetch(send(client, media.has("/a", data, "image/jpeg"), name))
    assert (medium.status, medium.next_attempt_at) == ("failed", None)
    assert medium.last_error == (f"Its content is no {medium.message.kind} that the desk knows.")
    assert files(tmp_path) == []
    assert told == [medium.message_id]


def test_an_event_delivered_twice_is_fetched_once(client, media):
    medium = fetch(send(client, media.has("/a", PICTURE)))
    post(client, json.loads(bytes(InboundEvent.objects.get().raw)))
    run_jobs()
    fetch(medium)
    assert (Media.objects.count(), medium.attempt_count, media.asked) == (1, 1, ["/a"])


def test_a_passing_failure_is_tried_again_and_staff_know_meanwhile(client, media, tmp_path):
    medium = fetch(send(client, media.fails("/a", 503)))
    assert (medium.status, medium.attempt_count) == ("due", 1)
    assert medium.last_error == "The link's server answered 503."
    assert medium.next_attempt_at > timezone.now()
    assert told == [medium.message_id]

    fetch(medium)
    assert told == [medium.message_id]  # late is told once
    media.has("/a", PICTURE)
    fetch(medium)
    assert (medium.status, medium.last_error, medium.attempt_count) == ("fetched", "", 3)
    assert told == [medium.message_id] * 2


def test_a_lost_job_is_found_by_the_sweep(client, media):
    medium = send(client, media.has("/a", PICTURE))
    lose_jobs()
    assert sweep_whatsapp(timezone.now())["media_requeued"] == 0
    soon = timezone.now() + timedelta(minutes=2)
    assert sweep_whatsapp(soon)["media_requeued"] == 1
    assert sweep_whatsapp(soon)["media_requeued"] == 0
    run_jobs()
    medium.refresh_from_db()
    assert medium.status == "fetched"


def test_a_worker_that_died_while_fetching_is_replaced_after_its_lease(client, media):
    medium = send(client, media.has("/a", PICTURE))
    lease = timezone.now() + timedelta(minutes=1)
    Media.objects.update(status="fetching", next_attempt_at=lease)
    assert fetch(medium).status == "fetching"
    Media.objects.update(next_attempt_at=timezone.now())
    assert fetch(medium).status == "fetched"


def test_two_workers_at_once_fetch_it_once(client, media, tmp_path):
    medium = send(client, media.has("/a", PICTURE))

    def work() -> None:
        fetch_media(medium.pk)
        connections.close_all()

    workers = [Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert (media.asked, len(files(tmp_path)), told) == (["/a"], 1, [medium.message_id])


def test_whoever_lost_the_claim_leaves_no_file_behind(client, media, tmp_path, monkeypatch):
    medium = send(client, media.has("/a", PICTURE))

    def slow(url, **limits):
        Media.objects.update(next_attempt_at=timezone.now() + timedelta(hours=1))
        return PICTURE

    monkeypatch.setattr("whatsapp.media.download", slow)
    assert fetch(medium).status == "fetching"
    assert (files(tmp_path), told) == ([], [])


def test_after_the_links_end_nothing_is_asked_for(client, media):
    medium = send(client, media.has("/a", PICTURE))
    Media.objects.update(expires_at=timezone.now())
    assert (fetch(medium).status, medium.last_error) == ("failed", EXPIRED)
    assert media.asked == []


def test_the_last_try_before_the_end_fails_for_all_to_see(client, media):
    medium = send(client, media.fails("/a", 500))
    Media.objects.update(expires_at=timezone.now() + timedelta(seconds=5))
    assert (fetch(medium).status, medium.last_error) == (
        "failed",
        "The link's server answered 500.",
    )
    assert told == [medium.message_id]


@pytest.mark.parametrize("expiry", [None, "soon", 10**30, -5, 4_102_444_800_000])
def test_an_expiry_that_cannot_be_meant_is_a_week(client, media, expiry):
    medium = send(client, media.has("/a", PICTURE), urlExpiry=expiry)
    assert abs(medium.expires_at - timezone.now() - LINK_LIFE) < timedelta(minutes=1)


@pytest.mark.parametrize("url", [None, "", 7, {"a": 1}, "h" * 5_000])
def test_a_message_without_a_link_is_still_a_message(client, media, url):
    medium = fetch(send(client, url))
    assert medium.status == "failed"
    assert medium.message.text == "like this one"
    if url != 7:
        assert medium.last_error == NO_LINK


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/latest", "http://127.0.0.1:5432/", "file:///etc/passwd"]
)
def test_in_production_no_link_reaches_inside(client, settings, url):
    settings.MEDIA_LOOPBACK_ALLOWED = False
    medium = fetch(send(client, url))
    assert (medium.status, medium.attempt_count) == ("failed", 1)


def test_a_link_is_in_no_log_line(client, media, caplog):
    secret = "/wa/7f1f0c1e/wa/media/1001-for-nobody-else"
    fetch(send(client, media.fails(secret, 503)))
    fetch(Media.objects.get())
    assert secret not in caplog.text
    assert secret not in Media.objects.get().last_error


def test_a_fault_of_ours_costs_one_attempt(client, media, monkeypatch, caplog):
    def broken(*args, **kwargs):
        raise RuntimeError("http://secret.example.in")

    monkeypatch.setattr("whatsapp.media.download", broken)
    medium = fetch(send(client, media.has("/a", PICTURE)))
    assert (medium.status, medium.last_error) == ("due", "Fetching broke off (RuntimeError).")
    assert "secret.example.in" not in caplog.text
