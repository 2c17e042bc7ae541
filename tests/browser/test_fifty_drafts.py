"""Fifty drafts cleared by keyboard alone; every key that goes down is counted."""

from __future__ import annotations

import re
import statistics
from collections import defaultdict
from typing import Any

import pytest
from django.urls import reverse

from orders.models import Order
from tests.browser.fifty import Told, read_right, write_all
from tests.server import WEB, running_desk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("races"),
]

QUEUE = reverse("admin:drafts_orderdraft_changelist")
# A key of each that goes down, the modifiers too: Ctrl+Enter is two.
MOST_WHERE_READ_RIGHT = 4
# What the page asks of the clerk: where it has put the cursor. Null where nothing is asked.
ASKED = """() => {
  const at = document.activeElement;
  const line = at.closest(".desk-line");
  if (!line || !line.querySelector(".bad")) return null;
  const { into, id } = at.dataset;
  const asked = "newClient" in at.dataset ? "client_id" : into ?? id ?? at.name;
  return {
    line: [...document.querySelectorAll(".desk-lines > .desk-line")].indexOf(line),
    field: asked.replace(/.*-/, "").replace("_id", ""),
    chips: [...line.querySelectorAll("[data-facts] [data-pick]")].map((chip) => chip.dataset.label),
  };
}"""
# The customers that an unknown name may mean come a moment after the page.
OFFERED = """() => !document.querySelector(".f-client.bad")
  || document.activeElement.matches("[data-pick], [data-new-client]")"""


@pytest.fixture
def desk(transactional_db, units, tmp_path):
    """A desk without a worker: the messages are read before."""
    with running_desk(WEB, log=tmp_path / "desk.log") as address:
        yield address


class Clerk:
    """Hands on a keyboard; no mouse."""

    def __init__(self, page) -> None:
        self.page, self.keys = page, 0

    def press(self, chord: str) -> None:
        self.keys += len(chord.split("+"))
        self.page.keyboard.press(chord)

    def type(self, text: str) -> None:
        self.keys += len(text)
        self.page.keyboard.type(text)

    def clear(self, told: Told) -> None:
        """The whole draft, from its page being there to the next one's."""
        here = self.page.url
        if told.wanted:
            self._put_right(told)
            self.press("Control+Enter")
        else:
            if self.page.evaluate("document.activeElement.matches('input')"):
                self.press("Escape")  # a field is asked for: what is typed would go into it
            self.press("n")
            self.press("Enter")
        self.page.wait_for_url(lambda url: url != here)
        self.page.wait_for_load_state("load")

    def _put_right(self, told: Told) -> None:
        """What the page asks for, then what it took for granted."""
        for _ in range(6):
            self.page.wait_for_function(OFFERED)
            if (asked := self.page.evaluate(ASKED)) is None:
                break
            self._answer(asked, told)
        first = self.page.get_by_role("group", name="Line 1")
        quantity = first.get_by_label("Quantity").input_value()
        if quantity != str(told.wanted[0][1]):
            self.press("q")
            self.type(str(told.wanted[0][1]))

    def _answer(self, asked: dict[str, Any], told: Told) -> None:
        product, quantity = told.wanted[asked["line"]]
        if asked["field"] == "quantity":
            self.type(str(quantity))
            return
        name = told.client if asked["field"] == "client" else product
        fitting = [n for n, chip in enumerate(asked["chips"], 1) if name.endswith(chip)]
        if fitting:
            self.press(str(fitting[0]))
        elif asked["field"] == "client":
            with self.page.expect_navigation():
                self.press("c")
        else:
            self.type(name[:4].lower())
            self.page.wait_for_selector("[role=option]")
            self.press("Enter")


def test_fifty_drafts_are_cleared_by_keyboard_alone(signed_in, capsys):
    told = write_all()
    right = read_right(told)
    page = signed_in()
    page.goto(QUEUE)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/review/$"))
    counted: dict[int, int] = {}
    while "/review/" in page.url:
        draft = int(page.url.rstrip("/").split("/")[-2])
        clerk = Clerk(page)
        clerk.clear(told[draft])
        counted[draft] = clerk.keys
    with capsys.disabled():
        print(table(told, counted, right))  # noqa: T201
    assert len(told) == 50
    assert counted.keys() == told.keys()
    assert made_of(told) == {pk: wanted_of(message) for pk, message in told.items()}
    assert statistics.median(counted[pk] for pk in right) <= MOST_WHERE_READ_RIGHT


def made_of(drafts) -> dict[int, list[tuple[str, str, int]]]:
    """Customer, goods and quantity of the items that each draft became."""
    made: dict[int, list[tuple[str, str, int]]] = {pk: [] for pk in drafts}
    for order in Order.objects.prefetch_related("items", "draft_order__draft__customer"):
        draft = order.draft_order.draft
        client = "" if order.customer_id == draft.customer_id else order.customer.name
        made[draft.pk] += [(client, i.product_name, int(i.quantity)) for i in order.items.all()]
    return made


def wanted_of(told: Told) -> list[tuple[str, str, int]]:
    return [(told.client, name, quantity) for name, quantity in told.wanted]


def table(told: dict[int, Told], counted: dict[int, int], right: set[int]) -> str:
    """Drafts by how they were read: how many, keys at the median, at most, together."""
    groups: dict[str, list[int]] = defaultdict(list)
    for pk, keys in counted.items():
        kind = "read right" if pk in right else "corrected"
        groups[kind if told[pk].wanted else "no order"].append(keys)
    rows = [f"{'':12}{'drafts':>8}{'median':>8}{'most':>6}{'keys':>6}"]
    for kind, keys in [*groups.items(), ("together", list(counted.values()))]:
        middle = statistics.median(keys)
        rows.append(f"{kind:12}{len(keys):>8}{middle:>8g}{max(keys):>6}{sum(keys):>6}")
    return "\n" + "\n".join(rows)
