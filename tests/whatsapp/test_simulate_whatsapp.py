"""The simulator against a running desk."""

from __future__ import annotations

import json
import socket
from threading import Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from tests.fakes.media import OGG, picture
from tests.jobs import run_jobs
from whatsapp.models import Media, Message

TEXT = "2 gold rings & 1 चेन"


def simulate(capsys, *text: str, **options) -> dict:
    call_command("simulate_whatsapp", *text, **options)
    return json.loads(capsys.readouterr().out)


def working() -> Thread:
    """A worker, until the message and its file have come."""

    def work() -> None:
        while not Media.objects.filter(status__in=("fetched", "failed")).exists():
            run_jobs()
        connections.close_all()

    worker = Thread(target=work, daemon=True)
    worker.start()
    return worker


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_a_simulated_text_arrives_like_a_customers(live_server, capsys, settings):
    settings.GUPSHUP_WEBHOOK_SECRET = "tamarind-lane-27"
    said = simulate(capsys, TEXT, phone="98123 45670", url=live_server.url)
    assert said["status"] == 200
    run_jobs()
    message = Message.objects.get(provider_id=said["message_id"])
    assert (message.text, message.chat.identity.phone) == (TEXT, "+919812345670")


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_each_call_is_another_message(live_server, capsys):
    said = [simulate(capsys, TEXT, phone="+919812345670", url=live_server.url) for _ in "ab"]
    assert said[0]["message_id"] != said[1]["message_id"]


def test_where_no_desk_runs_the_command_says_so(capsys, monkeypatch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(CommandError, match=f"No desk answers at {url}"):
            simulate(capsys, TEXT, phone="+919812345670", url=url)


def test_what_is_no_phone_number_is_refused(capsys):
    with pytest.raises(CommandError, match="is no phone number"):
        simulate(capsys, TEXT, phone="nandini", url="http://127.0.0.1:9")


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
@pytest.mark.parametrize(("kind", "data"), [("image", picture()), ("audio", OGG)])
def test_a_simulated_file_is_fetched_like_a_customers(
    live_server, capsys, settings, tmp_path, kind, data
):
    settings.MEDIA_ROOT = str(tmp_path / "media")
    file = tmp_path / "file"
    file.write_bytes(data)
    worker = working()
    texts = ["3 of these"] if kind == "image" else []
    said = simulate(capsys, *texts, phone="+919812345670", url=live_server.url, **{kind: file})
    worker.join(timeout=30)
    medium = Media.objects.get()
    assert (said["status"], said["fetched"]) == (200, True)
    assert (medium.message.provider_id, medium.message.kind) == (said["message_id"], kind)
    assert medium.message.text == "".join(texts)
    assert medium.file.read() == data


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_without_a_worker_the_command_says_so(live_server, capsys, tmp_path, monkeypatch):
    monkeypatch.setattr("whatsapp.simulator.WAIT_SECONDS", 0)
    file = tmp_path / "file.jpg"
    file.write_bytes(picture())
    call_command("simulate_whatsapp", image=file, phone="+919812345670", url=live_server.url)
    out, err = capsys.readouterr()
    assert json.loads(out)["fetched"] is False
    assert "worker" in err


def test_production_serves_no_file_of_its_own_machine(tmp_path, settings):
    settings.MEDIA_LOOPBACK_ALLOWED = False
    file = tmp_path / "file.jpg"
    file.write_bytes(picture())
    with pytest.raises(CommandError, match="In production"):
        call_command("simulate_whatsapp", image=file, phone="+919812345670", url="http://x")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "Give a text"),
        ({"text": "hello", "audio": "a.ogg"}, "Give a text"),
        ({"image": "/nowhere/a.jpg"}, "can't be read"),
        ({"image": __file__}, "is no image"),
        ({"audio": __file__}, "is no audio"),
    ],
)
def test_what_cannot_be_sent_is_refused(options, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command(
            "simulate_whatsapp",
            *filter(None, [options.pop("text", "")]),
            phone="+919812345670",
            url="http://127.0.0.1:9",
            **options,
        )
