"""The desk's templates are held to Gupshup's list, and to what its events tell."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.fakes.gupshup_templates import API_KEY, APP_ID, FAULTS, row, running_templates
from tests.jobs import run_jobs
from tests.whatsapp.bodies import post
from tests.whatsapp.noticing import approved, first_notices
from whatsapp.models import InboundEvent, NoticeWording, Template

pytestmark = pytest.mark.django_db

SHIPPED = row("order_shipped", "Order {{1}} left us, tracking {{2}}.", footer="Kesar Jewels")
RATES = row("rates_today", "Gold is {{1}} today.", category="MARKETING", id="rates-hi")


@pytest.fixture
def listed(settings):
    """Gupshup's list of templates, as the desk finds it."""
    with running_templates() as fake:
        settings.GUPSHUP_BASE_URL = fake.url
        settings.GUPSHUP_API_KEY, settings.GUPSHUP_APP_ID = API_KEY, APP_ID
        yield fake


def sync(listed, *rows, capsys) -> dict[str, int]:
    listed.rows = list(rows)
    call_command("sync_templates")
    return json.loads(capsys.readouterr().out)


def kept() -> list[tuple[str, str, str]]:
    return list(Template.objects.order_by("pk").values_list("gupshup_id", "state", "reason"))


def test_each_field_is_kept_as_gupshup_lists_it(listed, capsys):
    outcome = sync(listed, SHIPPED, RATES, capsys=capsys)
    assert outcome == {"new": 2, "changed": 0, "unchanged": 0, "deleted": 0}
    shipped = Template.objects.get(name="order_shipped")
    assert (shipped.gupshup_id, shipped.language, shipped.category, shipped.kind) == (
        "order_shipped-en",
        "en",
        "utility",
        "TEXT",
    )
    assert shipped.filled(["LEG-1", "77123"]) == (
        "Order LEG-1 left us, tracking 77123.\nKesar Jewels"
    )
    assert (shipped.variable_count, shipped.why_unusable()) == (2, "")
    assert abs(shipped.synced_at - timezone.now()) < timedelta(minutes=5)
    assert Template.objects.get(name="rates_today").category == "marketing"


def test_a_second_look_changes_only_what_differs_and_keeps_what_was_before(listed, capsys):
    sync(listed, SHIPPED, RATES, capsys=capsys)
    rejected = RATES | {"status": "REJECTED", "reason": "Looks like an advertisement"}
    outcome = sync(listed, SHIPPED, rejected, capsys=capsys)
    assert outcome == {"new": 0, "changed": 1, "unchanged": 1, "deleted": 0}
    rates = Template.objects.get(name="rates_today")
    assert rates.why_unusable() == (
        "Template rates_today (en) is not approved (Rejected: Looks like an advertisement)."
    )
    assert [before.state for before in rates.history.all()] == ["rejected", "approved"]


def test_what_gupshup_no_longer_lists_is_marked_deleted_once(listed, capsys):
    sync(listed, SHIPPED, RATES, capsys=capsys)
    assert sync(listed, SHIPPED, capsys=capsys)["deleted"] == 1
    assert sync(listed, SHIPPED, capsys=capsys)["deleted"] == 0
    assert kept() == [("order_shipped-en", "approved", ""), ("rates-hi", "deleted", "")]
    assert sync(listed, SHIPPED, RATES, capsys=capsys)["changed"] == 1


def test_a_template_made_anew_keeps_its_place_in_the_notices(listed, capsys):
    first_notices()
    sync(listed, SHIPPED, capsys=capsys)
    NoticeWording.objects.filter(notice__event="shipped", language="en").update(
        template=Template.objects.get(), variables=["order_reference", "tracking_number"]
    )
    outcome = sync(listed, SHIPPED | {"id": "made-anew"}, capsys=capsys)
    assert outcome == {"new": 0, "changed": 1, "unchanged": 0, "deleted": 0}
    chosen = NoticeWording.objects.get(notice__event="shipped", language="en").template
    assert chosen.gupshup_id == "made-anew"


@pytest.mark.parametrize(
    ("odd", "words"),
    [
        ({"templateType": "IMAGE"}, "needs more than words (image)"),
        ({"status": "PAUSED"}, "is not approved (Paused)"),
        ({"status": "SANDBOX_REQUESTED"}, "(Another state: SANDBOX_REQUESTED)"),
        ({"header": "For {{1}}"}, "variables outside of its body"),
        ({"buttons": [{"type": "URL", "text": "Track", "url": "https://x.example/{{1}}"}]}, "outs"),
    ],
)
def test_what_the_desk_can_not_fill_says_why(listed, capsys, odd, words):
    sync(listed, row("odd", "Order {{1}} left us.", **odd), capsys=capsys)
    assert words in Template.objects.get().why_unusable()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("Order {{2}} left us.", "from 1 on"),
        ("Order {{order}} left us.", "without a number"),
        ("Order {{1}} left {{1}}.", ""),
        ("Your order left us.", ""),
    ],
)
def test_variables_are_numbered_from_one(listed, capsys, body, words):
    sync(listed, row("odd", body), capsys=capsys)
    why = Template.objects.get().why_unusable()
    assert words in why
    assert bool(words) == bool(why)


def test_without_its_parts_the_buttons_are_cut_off_the_words(listed, capsys):
    bare = row("yes_no", "x") | {
        "containerMeta": "{broken",
        "data": "Is {{1}} right? | [Yes] | [No]",
    }
    sync(listed, bare, capsys=capsys)
    assert Template.objects.get().body == "Is {{1}} right?"


def test_rows_that_can_not_be_meant_are_passed_over(listed, capsys):
    odd = [None, "template", {}, {"id": 7}, row("x", "y", id=None), row("n" * 181, "y"), [SHIPPED]]
    assert sync(listed, *odd, SHIPPED, capsys=capsys)["new"] == 1
    nul = row("nul", "Order\x00 {{1}}")
    sync(listed, nul, capsys=capsys)
    assert Template.objects.get(name="nul").body == "Order {{1}}"


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_changes_nothing_and_is_said(listed, capsys, fault):
    sync(listed, SHIPPED, capsys=capsys)
    listed.fault = fault
    with pytest.raises(CommandError) as refused:
        call_command("sync_templates")
    assert str(refused.value).startswith("Gupshup")
    assert kept() == [("order_shipped-en", "approved", "")]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("GUPSHUP_API_KEY", "wrong", "HTTP 401: Authentication Failed"),
        ("GUPSHUP_APP_ID", "another", "HTTP 404: Not Found"),
        ("GUPSHUP_APP_ID", "", "Set GUPSHUP_APP_ID first"),
        ("GUPSHUP_BASE_URL", "http://127.0.0.1:9", "can't be reached"),
    ],
)
def test_wrong_settings_are_named(listed, settings, name, value, words):
    setattr(settings, name, value)
    with pytest.raises(CommandError) as refused:
        call_command("sync_templates")
    assert words in str(refused.value)


# Events -------------------------------------------------------------------------------------


def tell(client, payload: dict, *, at=None) -> str:
    """Gupshup tells of a template; how the event ended."""
    stamp = int((at or timezone.now()).timestamp() * 1000)
    post(
        client,
        {"app": "KesarApp", "timestamp": stamp, "type": "template-event", "payload": payload},
    )
    run_jobs()
    return InboundEvent.objects.latest("pk").status


def changed(template: Template, **more) -> dict:
    return {"id": template.gupshup_id, "elementName": template.name, "languageCode": "en"} | more


def test_an_event_pauses_a_template_at_once(client):
    first_notices()
    template = approved("confirmed")
    event = changed(template, type="status-update", status="paused", description="low quality")
    assert tell(client, event) == "processed"
    assert kept() == [(template.gupshup_id, "paused", "low quality")]


def test_an_event_of_old_without_a_type_counts_too(client):
    first_notices()
    template = approved("confirmed", state="pending")
    assert tell(client, changed(template, status="approved")) == "processed"
    assert kept() == [(template.gupshup_id, "approved", "")]


def test_a_category_changes_when_it_is_done_not_when_it_is_threatened(client):
    first_notices()
    template = approved("confirmed")
    warning = {"current": "UTILITY", "correct": "MARKETING"}
    assert tell(client, changed(template, type="category-update", category=warning)) == "kept"
    done = {"old": "UTILITY", "new": "MARKETING"}
    assert tell(client, changed(template, type="category-update", category=done)) == "processed"
    template.refresh_from_db()
    assert (template.category, template.state) == ("marketing", "approved")


def test_what_gupshup_said_later_counts_whatever_comes_first(client):
    first_notices()
    template = approved("confirmed", state="pending")
    now = timezone.now()
    tell(client, changed(template, status="approved"), at=now - timedelta(minutes=1))
    late = changed(template, status="rejected", rejectedReason="wrong words")
    assert tell(client, late, at=now - timedelta(minutes=2)) == "kept"
    assert kept() == [(template.gupshup_id, "approved", "")]


@pytest.mark.parametrize("payload", [{}, {"id": "unknown", "status": "approved"}, {"id": []}, []])
def test_an_event_about_no_template_of_ours_is_kept(client, payload):
    assert tell(client, payload) == "kept"
