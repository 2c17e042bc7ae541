"""Orders in the admin: the list with its bulk actions, and the page of one."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from config.templatetags.desk_list import CELLS, KEY
from orders.events import newest_event
from orders.models import Order, OrderStatus
from tests.desk import said, text_of
from tests.factories import ChatFactory, CustomerFactory, IdentityFactory, ProductFactory
from tests.orders.desk import brought_to, confirmed, placed, stock_of

LIST = reverse("admin:orders_order_changelist")


def page_of(order: Order) -> str:
    return reverse("admin:orders_order_change", args=[order.pk])


@pytest.fixture
def saree(units):
    return ProductFactory(name="Chanderi saree", unit_price="4250.50", stock=5)


@pytest.fixture
def order(saree):
    return placed((saree, 2), customer=CustomerFactory(name="Nasreen Boutique"))


def press(desk, order, **sent):
    return desk.post(page_of(order), {"seen": newest_event(order), **sent})


# One order -------------------------------------------------------------------------


def test_the_page_shows_stock_left_and_after_while_pending(seller_desk, order):
    page = text_of(seller_desk.get(page_of(order)))
    assert '<td class="n" data-label="Left now">5</td>' in page
    assert '<td class="n" data-label="After">3</td>' in page
    assert "₹8,501.00" in page
    assert 'aria-current="step">Pending<' in page


def test_what_is_short_says_by_how_much(seller_desk, saree):
    order = placed((saree, 4), (saree, 3))
    page = text_of(seller_desk.get(page_of(order)))
    assert page.count("short by 2") == 1
    assert "needs 3, 1 left — sell 1 now and back-order 2" in page


def test_confirming_takes_the_stock_and_says_so(seller_desk, order, saree):
    answer = press(seller_desk, order, do="move", status="confirmed")
    assert answer.url == page_of(order)
    assert stock_of(saree) == 3
    assert said(answer) == [f"{order.order_reference} confirmed. Stock: Chanderi saree 5 → 3"]
    assert "Left now" not in text_of(seller_desk.get(page_of(order)))


def test_confirming_what_is_short_is_refused(seller_desk, saree):
    order = placed((saree, 6))
    answer = press(seller_desk, order, do="move", status="confirmed")
    order.refresh_from_db()
    assert (order.status, stock_of(saree)) == ("pending", 5)
    assert "Chanderi saree" in said(answer)[0]


@pytest.mark.parametrize(
    ("status", "buttons"),
    [
        (None, {"Confirm", "Cancel order"}),
        (OrderStatus.CONFIRMED, {"Start packing", "Shipped", "Cancel order"}),
        (OrderStatus.SHIPPED, {"Delivered"}),
        (OrderStatus.DELIVERED, {"Goods came back"}),
    ],
)
def test_buttons_are_the_moves_that_are_allowed(seller_desk, order, status, buttons):
    if status:
        brought_to(order, status)
    page = text_of(seller_desk.get(page_of(order)))
    known = {
        "Confirm": ">Confirm <",
        "Start packing": ">Start packing",
        "Shipped": 'name="status" value="shipped"',
        "Delivered": 'name="status" value="delivered"',
        "Cancel order": "Cancel order",
        "Goods came back": "Goods came back",
    }
    assert {words for words, mark in known.items() if mark in page} == buttons


def test_a_move_that_is_not_allowed_is_refused(seller_desk, order):
    answer = press(seller_desk, order, do="move", status="delivered")
    order.refresh_from_db()
    assert order.status == "pending"
    assert "can become" in said(answer)[0]


@pytest.mark.parametrize("sent", [{}, {"do": "move"}, {"do": "move", "status": "eaten"}])
def test_a_made_up_button_changes_nothing(seller_desk, order, sent):
    answer = press(seller_desk, order, **sent)
    order.refresh_from_db()
    assert (answer.status_code, order.status, len(said(answer))) == (302, "pending", 1)


def test_cancelling_gives_the_stock_back_and_keeps_the_reason(seller_desk, saree):
    order = confirmed((saree, 2))
    press(seller_desk, order, do="move", status="cancelled", reason="too late")
    assert stock_of(saree) == 5
    page = text_of(seller_desk.get(page_of(order)))
    assert "Cancelled</strong> too late" in page


def test_payments_are_recorded_and_reversed(seller_desk, order):
    press(seller_desk, order, do="pay", amount="5000", method="upi", note="token")
    payment = order.payments.get()
    assert (payment.amount, payment.method, payment.note) == (Decimal(5000), "upi", "token")
    assert "₹3,501.00" in text_of(seller_desk.get(page_of(order)))
    press(seller_desk, order, do="reverse", payment=payment.pk, reason="bounced")
    assert [row.amount for row in order.payments.all()] == [Decimal(5000), Decimal(-5000)]


@pytest.mark.parametrize("amount", ["", "much", "-5", "0", "NaN"])
def test_an_amount_that_cannot_be_is_refused(seller_desk, order, amount):
    answer = press(seller_desk, order, do="pay", amount=amount, method="cash")
    assert not order.payments.exists()
    assert len(said(answer)) == 1


def test_another_orders_payment_is_not_reversed_here(seller_desk, order, saree):
    other = placed((saree, 1))
    press(seller_desk, other, do="pay", amount="10", method="cash")
    answer = press(seller_desk, order, do="reverse", payment=other.payments.get().pk)
    assert (answer.status_code, other.payments.count()) == (404, 1)


def test_goods_that_came_back_return_to_the_shelf(seller_desk, order, saree):
    brought_to(order, OrderStatus.DELIVERED)
    item = order.items.get()
    sent = {f"return-{item.pk}": "1", "do": "return", "reason": "torn"}
    press(seller_desk, order, **sent)
    assert stock_of(saree) == 4
    press(seller_desk, order, **sent)
    order.refresh_from_db()
    assert (stock_of(saree), order.status) == (5, "returned")


def test_how_many_came_back_must_be_a_number(seller_desk, order, saree):
    brought_to(order, OrderStatus.DELIVERED)
    answer = press(seller_desk, order, do="return", **{f"return-{order.items.get().pk}": "x"})
    assert stock_of(saree) == 3
    assert said(answer) == ["How many came back? Enter a number."]


def test_the_page_leads_to_the_customers_chat(seller_desk, order):
    chat = ChatFactory(identity=IdentityFactory(customer=order.customer))
    assert reverse("admin:whatsapp_chat_change", args=[chat.pk]) in text_of(
        seller_desk.get(page_of(order))
    )


def test_who_never_wrote_is_written_to_with_whatsapp_itself(seller_desk, saree):
    lata = CustomerFactory(name="Lata Pawar", phone="+919822001144")
    order = placed((saree, 1), customer=lata)
    assert 'href="https://wa.me/919822001144"' in text_of(seller_desk.get(page_of(order)))
    order.customer_phone = "ask his brother"
    order.save()
    assert "wa.me" not in text_of(seller_desk.get(page_of(order)))


def test_a_typed_phone_is_marked_as_not_verified(seller_desk, saree):
    assert "not verified" in text_of(seller_desk.get(page_of(placed((saree, 1)))))


def test_nothing_happens_on_get(seller_desk, order):
    seller_desk.get(page_of(order), {"do": "move", "status": "confirmed"})
    order.refresh_from_db()
    assert order.status == "pending"


@pytest.mark.parametrize("url", ["4711", "5f1c0a9e-4a52-4d0c-9a50-0d7c5e0f2b11"])
def test_an_unknown_order_leads_home_with_a_word(seller_desk, url):
    answer = seller_desk.get(f"/admin/orders/order/{url}/change/")
    assert answer.status_code == 302
    assert "doesn’t exist" in said(answer)[0]


def test_only_staff_see_orders(client, buyer_desk, order):
    for desk in (client, buyer_desk):
        for url in (LIST, page_of(order)):
            assert desk.get(url).url.startswith(reverse("admin:login"))
        press(desk, order, do="move", status="confirmed")
    order.refresh_from_db()
    assert order.status == "pending"


# The list --------------------------------------------------------------------------


def bulk(desk, action, *orders):
    return desk.post(LIST, {"action": action, "_selected_action": [order.pk for order in orders]})


def test_a_list_draws_names_that_look_like_its_own_marks(seller_desk, saree):
    odd = placed((saree, 1), customer=CustomerFactory(name=f"Lata {KEY} {CELLS}"))
    page = text_of(seller_desk.get(LIST, {"q": f"{KEY} {CELLS}"}))
    assert f'href="{page_of(odd)}?' in page
    assert f"Lata {KEY} {CELLS}" in page
    assert f'hx-get="{LIST}{odd.pk}/lines/"' in page


def test_several_are_confirmed_each_by_itself(seller_desk, saree):
    fits, short = placed((saree, 3)), placed((saree, 4))
    answer = bulk(seller_desk, "confirm_chosen", fits, short)
    assert [Order.objects.get(pk=o.pk).status for o in (fits, short)] == ["confirmed", "pending"]
    assert stock_of(saree) == 2
    refused, went = said(answer)
    assert f">{short.order_reference}</a>" in refused
    assert "Chanderi saree (4 wanted, 2 available)" in refused
    assert went.startswith("<strong>Confirmed: 1</strong>")
    assert (fits.order_reference in went, short.order_reference in went) == (True, False)


def test_several_are_cancelled(seller_desk, saree):
    orders = [confirmed((saree, 1)), placed((saree, 1))]
    bulk(seller_desk, "cancel_chosen", *orders)
    assert set(Order.objects.values_list("status", flat=True)) == {"cancelled"}
    assert stock_of(saree) == 5


@pytest.mark.parametrize("words", ["nasreen", "98700", "reference"])
def test_orders_are_found_by_reference_phone_and_name(seller_desk, order, saree, words):
    order.customer_phone = "+919870011223"
    order.save()
    placed((saree, 1))
    query = order.order_reference if words == "reference" else words
    page = text_of(seller_desk.get(LIST, {"q": query}))
    assert "1 order · <strong>₹8,501.00</strong>" in page


def test_what_is_still_to_be_paid_is_one_click_away(seller_desk, order, saree):
    paid, cancelled = placed((saree, 1)), placed((saree, 1))
    press(seller_desk, paid, do="pay", amount="4250.50", method="cash")
    press(seller_desk, cancelled, do="move", status="cancelled", reason="Ordered twice")
    page = text_of(seller_desk.get(LIST, {"payment": "due"}))
    assert [page_of(shown) in page for shown in (order, paid, cancelled)] == [True, False, False]


def test_days_are_the_shops_and_both_ends_count(seller_desk, saree):
    late, early = placed((saree, 1)), placed((saree, 1))
    # 20 November, 23:30 and 00:30 in the shop.
    for order, moment in ((late, "2026-11-20T18:00Z"), (early, "2026-11-19T19:00Z")):
        Order.objects.filter(pk=order.pk).update(created_at=moment)

    def counted(first: str, last: str) -> int:
        page = text_of(seller_desk.get(LIST, {"created_at_from": first, "created_at_to": last}))
        return sum(page_of(order) in page for order in (late, early))

    assert counted("2026-11-20", "2026-11-20") == 2
    assert counted("2026-11-21", "") == counted("", "2026-11-19") == 0
    assert counted("yesterday", "2026-13-45") == 0


def test_an_empty_list_says_what_will_appear(seller_desk):
    assert "Orders come from converted drafts" in text_of(seller_desk.get(LIST))


def test_orders_are_neither_added_nor_deleted_here(admin_desk, order):
    assert admin_desk.get(reverse("admin:orders_order_add")).status_code == 403
    url = reverse("admin:orders_order_delete", args=[order.pk])
    assert admin_desk.post(url, {"post": "yes"}).status_code == 403


def test_the_list_takes_as_many_queries_for_three_as_for_one(
    seller_desk, order, saree, django_assert_num_queries
):
    # Session, user, the sidebar's two counts, staff, the list's count, rows and sum.
    for _ in range(2):
        with django_assert_num_queries(9):
            seller_desk.get(LIST)
        placed((saree, 1))
        placed((saree, 1))


def test_the_page_takes_as_many_queries_for_three_lines_as_for_one(
    seller_desk, saree, django_assert_num_queries
):
    others = [ProductFactory(stock=3), ProductFactory(stock=3)]
    for lines in ([(saree, 1)], [(saree, 1), (others[0], 1), (others[1], 1)]):
        order = placed(*lines)
        with django_assert_num_queries(15):
            seller_desk.get(page_of(order))
