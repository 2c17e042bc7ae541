"""The main pages in Hindi and Gujarati, with the demo shop in them: no English is left over."""

from __future__ import annotations

import pytest
from django.urls import reverse

from config.demo.seeding import seed_demo
from customers.models import Shop, User
from drafts.models import DraftStatus, OrderDraft
from khata.models import Account, KhataRow, KhataUpload
from orders.models import Order, OrderStatus, Product
from tests.config.spoken import english_in, typed_by_people
from tests.conftest import desk_of
from tests.whatsapp.noticing import first_notices
from whatsapp.models import Chat, Notice

pytestmark = pytest.mark.django_db

LISTS = (
    "customers_customer",
    "customers_importjob",
    "customers_user",
    "drafts_learnedname",
    "drafts_orderdraft",
    "khata_account",
    "khata_khatarow",
    "khata_khataupload",
    "khata_ledgertransaction",
    "orders_customerscore",
    "orders_metalrate",
    "orders_order",
    "orders_product",
    "orders_stockmovement",
    "whatsapp_chat",
    "whatsapp_notice",
    "whatsapp_ordernotice",
    "whatsapp_outboxmessage",
    "whatsapp_quickreply",
    "whatsapp_template",
)


@pytest.fixture
def shop(units, settings, tmp_path) -> User:
    """The demo's, and its owner."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    first_notices()
    seed_demo(password="tamarind-77")
    return User.objects.get(username="admin")


def pages() -> list[str]:
    order = Order.objects.filter(status=OrderStatus.PENDING).earliest("created_at")
    things = (
        OrderDraft.objects.filter(status=DraftStatus.OPEN).earliest("pk"),
        order,
        order.customer,
        Product.objects.earliest("pk"),
        Chat.objects.earliest("pk"),
        Account.objects.filter(customer__isnull=False).earliest("pk"),
        KhataUpload.objects.get(),
        Notice.objects.earliest("pk"),
        Shop.current(),
    )
    return [
        reverse("admin:index"),
        reverse("admin:orders_product_count"),
        reverse("admin:orders_product_add"),
        reverse("admin:password_change"),
        reverse("admin:khata_khatarow_history", args=[KhataRow.objects.earliest("pk").pk]),
        *(reverse(f"admin:{name}_changelist") for name in LISTS),
        *(
            reverse(f"admin:{t._meta.label_lower.replace('.', '_')}_change", args=[t.pk])
            for t in things
        ),
    ]


@pytest.mark.parametrize("language", ["hi", "gu"])
def test_no_english_is_left_on_the_main_pages(shop, client, language):
    User.objects.filter(pk=shop.pk).update(language=language)
    Shop.objects.update_or_create(pk=1, defaults={"staff_language": language, "language": language})
    typed, desk = typed_by_people(), desk_of(shop)
    answers = {path: desk.get(path, follow=True) for path in pages()}
    answers |= {path: client.get(path) for path in (reverse("admin:login"), reverse("track"))}
    assert {answer.status_code for answer in answers.values()} == {200}
    left = {
        path: english_in(answer.content.decode(), typed, language=language)
        for path, answer in answers.items()
    }
    assert {path: words for path, words in left.items() if words} == {}
