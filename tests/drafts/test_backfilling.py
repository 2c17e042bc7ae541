"""Learning from corrections that were made before the desk learned."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command

from drafts.editing import update_entry
from drafts.models import DraftEntry, LearnedName, OrderDraft
from tests.drafts.desk import receive_and_read
from tests.factories import ChatFactory, ProductFactory

pytestmark = pytest.mark.django_db


def run(capsys, *options: str) -> dict:
    call_command("backfill_aliases", *options)
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def corrected(admin_user, settings) -> DraftEntry:
    """A line whose product a clerk corrected, on a desk that had not learned of it."""
    settings.DRAFT_READER = "offline"
    payal = ProductFactory(sku="PAY-1", name="Ghungroo silver payal")
    message = receive_and_read(ChatFactory(), "2 chamkili")
    entry = OrderDraft.objects.get(draft_messages__message=message).entries.get()
    update_entry(entry, {"product_id": payal.pk}, version=entry.draft.version, by=admin_user)
    LearnedName.objects.all().delete()
    LearnedName.history.all().delete()
    entry.refresh_from_db()
    return entry


def test_old_corrections_teach_once(corrected, capsys):
    assert run(capsys, "--dry-run")["changed"] == 1
    assert not LearnedName.objects.exists()
    done = run(capsys)
    assert [change["means"] for change in done["changes"]] == ["Ghungroo silver payal"]
    learned = LearnedName.objects.get()
    assert (learned.product, learned.taught, learned.in_force) == (corrected.product, 1, True)
    assert run(capsys)["changed"] == 0
    assert LearnedName.objects.get().taught == 1


def test_words_that_were_taken_back_stay_taken_back(corrected, capsys):
    run(capsys)
    LearnedName.objects.get().delete()
    assert run(capsys)["changed"] == 0
    assert not LearnedName.objects.exists()
