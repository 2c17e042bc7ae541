"""What corrections teach: the customers' own words, until staff take them back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from customers.models import Customer
from drafts.editing import add_entry, update_entry
from drafts.models import DraftEntry, LearnedName, OrderDraft
from drafts.replying import reply_text
from tests.drafts.desk import kurta_with_children, receive_and_read
from tests.factories import ChatFactory, CustomerFactory, ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _offline(settings):
    settings.DRAFT_READER = "offline"
    settings.DRAFT_QUIET_SECONDS = 0


@pytest.fixture
def payal(db):
    return ProductFactory(sku="PAY-1", name="Ghungroo silver payal")


@pytest.fixture
def jhumka(db):
    return ProductFactory(sku="JHU-1", name="Temple jhumka")


def read(text: str) -> DraftEntry:
    """The one line read of a new chat's message."""
    message = receive_and_read(ChatFactory(), text)
    return OrderDraft.objects.get(draft_messages__message=message).entries.get()


def correct(text: str, by, **changes) -> DraftEntry:
    return update_entry(read(text), changes, by=by)


def test_words_that_staff_correct_are_understood_the_next_time(payal, seller_user):
    assert read("4 chhamchham").product is None
    correct("4 chhamchham", seller_user, product_id=payal.pk)
    again = read("6 cham-cham chahiye")
    assert (again.product, again.quantity) == (None, 6)  # other words
    again = read("6 chhamchham bhej do")
    assert (again.product, again.quantity) == (payal, 6)
    learned = LearnedName.objects.get()
    assert (learned.words, learned.product, learned.taught, learned.used) == (
        "chhamchham",
        payal,
        1,
        1,
    )
    assert learned.history.first().history_user == seller_user


def test_the_words_lead_to_the_parent_and_so_to_every_size(seller_user):
    parent = kurta_with_children(sizes=("M", "L"))
    correct("2 phulkari M", seller_user, product_id=parent.variants.get(size="M").pk)
    assert read("3 phulkari L").product == parent.variants.get(size="L")


def test_one_correction_never_overrides_an_exact_name(payal, jhumka, seller_user):
    correct("2 temple jhumka", seller_user, product_id=payal.pk)
    assert not LearnedName.objects.exists()
    assert read("2 temple jhumka").product == jhumka


def test_a_product_named_so_later_wins_over_what_was_learned(payal, seller_user):
    correct("4 chhamchham", seller_user, product_id=payal.pk)
    newer = ProductFactory(sku="CHM-1", name="Chhamchham")
    assert read("4 chhamchham").product == newer


def test_words_that_fit_several_products_need_three_corrections(seller_user):
    gold = ProductFactory(sku="R-1", name="Gold ring")
    ProductFactory(sku="R-2", name="Diamond ring")
    for _ in range(2):
        correct("2 ring", seller_user, product_id=gold.pk)
        assert read("2 ring").product is None
    correct("2 ring", seller_user, product_id=gold.pk)
    assert read("2 ring").product == gold


def test_a_wrong_word_is_unlearned_by_correcting_what_it_led_to(payal, jhumka, seller_user):
    correct("4 chhamchham", seller_user, product_id=jhumka.pk)
    correct("4 chhamchham", seller_user, product_id=payal.pk)
    wrong = LearnedName.objects.get(product=jhumka)
    assert (wrong.taught, wrong.refused, wrong.in_force) == (1, 1, False)
    assert read("4 chhamchham").product == payal


def test_words_corrected_back_and_forth_are_nobody_s_until_one_is_two_ahead(
    payal, jhumka, seller_user
):
    for product in (payal, jhumka, payal):
        correct("4 chhamchham", seller_user, product_id=product.pk)
    assert read("4 chhamchham").product is None
    correct("4 chhamchham", seller_user, product_id=payal.pk)
    assert read("4 chhamchham").product == payal


@pytest.mark.parametrize("text", ["4 wala", "4 pcs"])
def test_words_that_name_nothing_are_not_learned(text, payal, seller_user):
    draft = OrderDraft.objects.filter(pk=read("4 chhamchham").draft_id).get()
    entry = draft.entries.get()
    DraftEntry.objects.filter(pk=entry.pk).update(said=text.removeprefix("4 "))
    update_entry(entry, {"product_id": payal.pk}, by=seller_user)
    assert not LearnedName.objects.exists()


def test_a_line_that_staff_added_and_a_changed_quantity_teach_nothing(payal, seller_user):
    entry = read("4 chhamchham")
    add_entry(entry.draft, {"product_id": payal.pk, "quantity": Decimal(1)}, by=seller_user)
    update_entry(entry, {"quantity": Decimal(9)}, by=seller_user)
    assert not LearnedName.objects.exists()


def test_the_reply_calls_an_unknown_thing_by_the_sender_s_word_for_it(payal):
    draft = read("4 chhamchham").draft
    assert reply_text(draft).splitlines()[1] == "• 4 × chhamchham"


class TestClients:
    def test_a_client_s_short_name_is_known_after_one_correction(self, payal, seller_user):
        priya = CustomerFactory(name="Priyanka Deshpande")
        entry = correct("Guddi ke liye 2 ghungroo payal", seller_user, client_id=priya.pk)
        assert entry.said_client == "Guddi"
        assert read("Guddi ke liye 5 ghungroo payal").client == priya
        assert LearnedName.objects.get().used == 1

    def test_another_customer_s_own_name_is_never_taken(self, payal, seller_user):
        guddi = CustomerFactory(name="Guddi")
        other = CustomerFactory(name="Priyanka Deshpande")
        correct("Guddi ke liye 2 ghungroo payal", seller_user, client_id=other.pk)
        assert read("Guddi ke liye 5 ghungroo payal").client == guddi

    def test_forgetting_the_customer_forgets_the_name(self, payal, seller_user):
        priya = CustomerFactory(name="Priyanka Deshpande")
        LearnedName.objects.create(words="Guddi", key="guddi", customer=priya, in_force=True)
        Customer.objects.filter(pk=priya.pk).delete()
        assert not LearnedName.objects.exists()


class TestThePage:
    url = "admin:drafts_learnedname_{}"

    def learned(self, payal) -> LearnedName:
        return LearnedName.objects.create(
            words="chhamchham", key="chhamchham", product=payal, taught=1, refused=1
        )

    def test_it_lists_what_was_learned_and_whether_it_counts(self, client, payal, seller_user):
        self.learned(payal)
        client.force_login(seller_user)
        page = client.get(reverse(self.url.format("changelist"))).content.decode()
        assert "chhamchham" in page
        assert "corrected both ways" in page

    def test_edited_words_are_in_force_at_once(self, client, payal, seller_user):
        name = self.learned(payal)
        client.force_login(seller_user)
        url = reverse(self.url.format("change"), args=[name.pk])
        answer = client.post(url, {"words": "Jhanjhar", "product": payal.pk, "customer": ""})
        assert answer.status_code == 302
        name.refresh_from_db()
        assert (name.words, name.in_force, name.history.first().history_user) == (
            "Jhanjhar",
            True,
            seller_user,
        )
        assert read("3 jhanjhar").product == payal

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"words": "5"}, "These words name nothing."),
            ({"product": ""}, "Choose a product or a customer"),
            ({"words": "cham cham"}, "These words are known already."),
        ],
    )
    def test_what_can_t_be_is_refused_beside_its_field(
        self, changes, sentence, client, payal, seller_user
    ):
        name = self.learned(payal)
        LearnedName.objects.create(words="cham", key="cham", product=payal, taught=1)
        client.force_login(seller_user)
        url = reverse(self.url.format("change"), args=[name.pk])
        body = {"words": "chhamchham", "product": payal.pk, "customer": "", **changes}
        answer = client.post(url, body)
        assert (answer.status_code, sentence in answer.content.decode()) == (200, True)

    def test_removing_it_forgets_the_words(self, client, payal, seller_user):
        name = self.learned(payal)
        client.force_login(seller_user)
        client.post(reverse(self.url.format("delete"), args=[name.pk]), {"post": "yes"})
        assert not LearnedName.objects.exists()
        assert read("4 chhamchham").product is None

    def test_a_buyer_is_refused(self, client, payal, buyer_user):
        name = self.learned(payal)
        client.force_login(buyer_user)
        url = reverse(self.url.format("change"), args=[name.pk])
        assert client.get(url).status_code in (302, 403)
