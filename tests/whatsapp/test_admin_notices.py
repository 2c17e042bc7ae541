"""Notices, their words and templates in the admin; and why a message can't be sent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.models import Shop
from orders.models import OrderStatus
from tests.desk import said, text_of
from tests.factories import ProductFactory
from tests.fakes.gupshup_templates import API_KEY, APP_ID, row, running_templates
from tests.jobs import run_jobs
from tests.orders.desk import brought_to
from tests.whatsapp.noticing import agreed, approved, chat_of, first_notices, order_of
from whatsapp.models import Message, Notice, NoticeWording, OrderNotice, Template

pytestmark = pytest.mark.django_db

NOTICES = reverse("admin:whatsapp_notice_changelist")
TEMPLATES = reverse("admin:whatsapp_template_changelist")
UNSENT = reverse("admin:whatsapp_ordernotice_changelist")


@pytest.fixture(autouse=True)
def _shop():
    first_notices()
    Shop.objects.update_or_create(pk=1, defaults={"name": "Kesar Jewels"})


@pytest.fixture
def ring(units):
    return ProductFactory(name="Plain gold ring", unit_price="29430", stock=20)


def page_of(event: str) -> str:
    return reverse("admin:whatsapp_notice_change", args=[Notice.objects.get(event=event).pk])


def form_of(event: str, language: str = "en", **changed) -> dict:
    """The page's form as the browser would send it, one wording changed."""
    wordings = list(NoticeWording.objects.filter(notice__event=event).order_by("language"))
    form = {"is_on": "on", "wordings-TOTAL_FORMS": len(wordings), "wordings-INITIAL_FORMS": 3}
    for place, wording in enumerate(wordings):
        fields = {
            "id": wording.pk,
            "notice": wording.notice_id,
            "language": wording.language,
            "text": wording.text,
            "template": wording.template_id or "",
            "variables": ",".join(wording.variables),
        }
        fields |= changed if wording.language == language else {}
        form |= {f"wordings-{place}-{name}": value for name, value in fields.items()}
    return form


def test_the_page_shows_each_wording_as_the_newest_order_reads_in_it(seller_desk, ring):
    order = order_of(agreed(name="Anita Desai"), (ring, 2))
    approved("confirmed", "customer_name", "total", body="Dear {{1}}, {{2}} in all.")
    page = text_of(seller_desk.get(page_of("confirmed")))
    assert f"Your order {order} is confirmed: 2 × Plain gold ring. Total ₹58,860." in page
    assert "Dear Anita Desai, ₹58,860 in all." in page
    assert "Nothing is sent. No template is chosen for हिन्दी." in page


def test_without_an_order_one_is_made_up(seller_desk):
    page = text_of(seller_desk.get(page_of("shipped")))
    assert "Your order LEG-7Q2M-4XKD is on its way. Tracking: Delhivery 7781204416" in page
    reminder = text_of(seller_desk.get(page_of("payment_reminder")))
    assert "Hello Anita Desai, a kind reminder from Kesar Jewels: ₹2,450 is still open." in reminder


def test_staff_switch_an_event_off_and_the_history_says_who(seller_desk, seller_user):
    page = text_of(seller_desk.get(NOTICES))
    assert page.count("⚠ none chosen") == 8
    rows = list(Notice.objects.all())
    form = {"form-TOTAL_FORMS": 7, "form-INITIAL_FORMS": 7, "_save": "Save"}
    for place, notice in enumerate(rows):
        form[f"form-{place}-id"] = notice.pk
        if notice.event != "processing":
            form[f"form-{place}-is_on"] = "on"
    seller_desk.post(NOTICES, form)
    assert list(Notice.objects.filter(is_on=False).values_list("event", flat=True)) == [
        "processing"
    ]
    assert Notice.objects.get(event="processing").history.first().history_user == seller_user


def test_staff_write_words_and_choose_a_template(seller_desk):
    template = approved("shipped", "order_reference", "tracking_number")
    NoticeWording.objects.update(template=None, variables=[])
    seller_desk.post(
        page_of("shipped"),
        form_of(
            "shipped",
            text="{order_reference} left us.",
            template=template.pk,
            variables="order_reference, tracking_number",
        ),
    )
    wording = NoticeWording.objects.get(notice__event="shipped", language="en")
    assert (wording.text, wording.template, wording.variables) == (
        "{order_reference} left us.",
        template,
        ["order_reference", "tracking_number"],
    )


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"text": "Pay {amount_dues} please"}, "Not known here: amount_dues. Known: customer_name"),
        ({"text": "  "}, "Write a text, or choose a template."),
        ({"template": "hi", "variables": ""}, "is in another language"),
        ({"template": "en", "variables": "total"}, "takes 2 variables, not 1"),
        ({"template": "en", "variables": "total,cost_price"}, "Not known here: cost_price"),
    ],
)
def test_words_that_could_never_be_sent_are_refused_beside_their_field(seller_desk, changed, words):
    made = {
        language: approved("shipped", "total", "items", language=language)
        for language in ("en", "hi")
    }
    NoticeWording.objects.update(template=None, variables=[])
    if "template" in changed:
        changed = changed | {"template": made[changed["template"]].pk}
    answer = seller_desk.post(page_of("shipped"), form_of("shipped", **changed))
    assert answer.status_code == 200
    assert words in text_of(answer).replace("&#x27;", "'")
    assert not NoticeWording.objects.filter(template__isnull=False).exists()


def test_no_event_is_added_or_deleted(admin_desk):
    assert admin_desk.get(reverse("admin:whatsapp_notice_add")).status_code == 403
    pk = Notice.objects.first().pk
    url = reverse("admin:whatsapp_notice_delete", args=[pk])
    assert admin_desk.post(url, {"post": "yes"}).status_code == 403


# Templates ------------------------------------------------------------------------------------


@pytest.fixture
def listed(settings):
    with running_templates() as fake:
        settings.GUPSHUP_BASE_URL = fake.url
        settings.GUPSHUP_API_KEY, settings.GUPSHUP_APP_ID = API_KEY, APP_ID
        yield fake


def test_a_click_fetches_the_templates(seller_desk, seller_user, listed):
    listed.rows = [row("order_shipped", "Order {{1}} left us.")]
    assert "Fetch from Gupshup" in text_of(seller_desk.get(TEMPLATES))
    answer = seller_desk.post(TEMPLATES, {"sync": "1"})
    assert said(answer) == ["Fetched from Gupshup: 1 new, 0 changed, 0 unchanged, 0 deleted."]
    assert Template.objects.get().history.get().history_user == seller_user
    assert "Order {{1}} left us." in text_of(seller_desk.get(TEMPLATES))


def test_a_refusal_of_gupshups_is_shown(seller_desk, listed):
    listed.fault = "throttled"
    answer = seller_desk.post(TEMPLATES, {"sync": "1"})
    assert said(answer) == ["Gupshup answered HTTP 429: Too Many Requests."]


def test_without_the_apps_id_the_missing_setting_is_named(seller_desk, settings):
    settings.GUPSHUP_API_KEY = settings.GUPSHUP_APP_ID = ""
    (words,) = said(seller_desk.post(TEMPLATES, {"sync": "1"}))
    assert words.startswith("Set GUPSHUP_API_KEY and GUPSHUP_APP_ID first")


def test_a_seller_sees_a_template_and_the_owner_writes_one(seller_desk, admin_desk):
    template = approved("confirmed")
    page = reverse("admin:whatsapp_template_change", args=[template.pk])
    assert "Order confirmed" in text_of(seller_desk.get(page))
    assert seller_desk.post(page, {"name": "mine"}).status_code == 403
    form = {"name": "order_packed", "language": "gu", "category": "utility", "state": "approved"}
    form |= {"gupshup_id": "by-hand", "kind": "TEXT", "body": "Order {{1}} is packed."}
    admin_desk.post(reverse("admin:whatsapp_template_add"), form)
    assert Template.objects.get(gupshup_id="by-hand").variable_count == 1


# What did not leave ------------------------------------------------------------------------------


def test_what_was_not_sent_stands_there_with_its_reason_and_is_tried_again(
    seller_desk, gupshup, ring
):
    customer = agreed(name="Anita Desai")
    chat_of(customer, last_inbound_at=timezone.now() - timedelta(hours=25))
    order = brought_to(order_of(customer, (ring, 1)), OrderStatus.CONFIRMED)
    run_jobs()
    page = text_of(seller_desk.get(UNSENT))
    assert page.count("No template is chosen for English.") == 2
    assert "Anita Desai" in page
    approved("confirmed")
    chosen = list(OrderNotice.objects.values_list("pk", flat=True))
    answer = seller_desk.post(UNSENT, {"action": "try_again", "_selected_action": chosen})
    assert said(answer) == ["Tried again: 2."]
    run_jobs()
    assert "Order confirmed" not in text_of(seller_desk.get(UNSENT)).split("result_list")[1]
    of_order = text_of(seller_desk.get(reverse("admin:orders_order_change", args=[order.pk])))
    assert "Told on WhatsApp: Order confirmed" in of_order


def test_an_orders_page_says_that_its_customer_hears_nothing(seller_desk, ring):
    order = order_of(None, (ring, 1))
    page = text_of(seller_desk.get(reverse("admin:orders_order_change", args=[order.pk])))
    assert "has not agreed to notices" in page


def test_the_outbox_says_why_this_very_message_may_not_go(seller_desk, gupshup, ring):
    customer = agreed()
    chat_of(customer)
    order_of(customer, (ring, 1))
    run_jobs()
    message = Message.objects.get()
    Message.objects.update(status="failed", last_error="HTTP 400: Invalid Destination")
    url = reverse("admin:whatsapp_outboxmessage_change", args=[message.pk])
    assert "has not agreed" not in text_of(seller_desk.get(url))
    from customers.consent import record_opt_out

    record_opt_out(customer, how="keyword")
    assert "has not agreed to notices on WhatsApp, or said STOP" in text_of(seller_desk.get(url))
    outbox = reverse("admin:whatsapp_outboxmessage_changelist")
    answer = seller_desk.post(outbox, {"action": "send_again", "_selected_action": message.pk})
    assert "said STOP" in said(answer)[0]


@pytest.mark.parametrize(("url", "queries"), [(NOTICES, 8), (TEMPLATES, 9), (UNSENT, 6)])
def test_the_lists_take_as_many_queries_for_three_as_for_one(
    seller_desk, ring, url, queries, django_assert_num_queries
):
    def one_more(language):
        approved("confirmed", language=language)
        order_of(agreed(), (ring, 1))
        OrderNotice.objects.update(status="not_sent", last_error="No template is chosen.")

    one_more("en")
    for language in ("hi", "gu"):
        with django_assert_num_queries(queries):
            seller_desk.get(url)
        one_more(language)


def test_strangers_and_buyers_see_none_of_it(client, buyer_desk):
    for desk in (client, buyer_desk):
        for url in (NOTICES, TEMPLATES, UNSENT, page_of("shipped")):
            assert desk.get(url).url.startswith(reverse("admin:login"))
