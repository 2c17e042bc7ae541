"""The simulator against a running desk."""

from __future__ import annotations

import json
import socket

import pytest
from django.core.management import CommandError, call_command

from tests.jobs import run_jobs
from whatsapp.models import Message

TEXT = "2 gold rings & 1 चेन"


def simulate(capsys, text: str, **options: str) -> dict:
    call_command("simulate_whatsapp", text, **options)
    return json.loads(capsys.readouterr().out)


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
