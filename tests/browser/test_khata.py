"""A page of the paper ledger, from the photograph to what a customer owes, as a clerk does it."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from config.demo.khata import photograph_page
from khata.models import KhataRow, KhataUpload, LedgerTransaction
from tests.factories import CustomerFactory, UserFactory
from tests.khata.books import owes
from tests.khata.pages import as_file, drawn_page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("races"),
]

LIST = reverse("admin:khata_khataupload_changelist")
ADD = reverse("admin:khata_khataupload_add")
# All whose names stand on the demo's page, but Vanita Gokhale.
NAMES = (
    "Kothari Saree Centre",
    "Meenal",
    "Qureshi Bangles",
    "Ranka seth",
    "Phadke kaku",
    "Harpreet",
)


@pytest.fixture(autouse=True)
def _media(monkeypatch, settings, tmp_path):
    """One folder for the test and for the desk it starts."""
    monkeypatch.setenv("MEDIA_ROOT", str(tmp_path / "media"))
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture
def people(units):
    known = {name: CustomerFactory(name=name) for name in NAMES}
    known["Kothari Saree Centre"].aliases.create(name="Kothari ji")
    return known


@pytest.fixture
def review(people) -> str:
    """The address of the demo's page: row 4 is doubtful, 5 struck out, 7 nobody's."""
    photograph_page(by=UserFactory(username="meera", role="admin"))
    return reverse("admin:khata_khataupload_review", args=[KhataUpload.objects.get().pk])


@pytest.fixture
def opened(signed_in, desk, review):
    """A function that opens the review in a window of a width, and what the page complained of."""
    complaints: list[str] = []

    def open_review(width: int, height: int = 800):
        page = signed_in(width, height)
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else 0)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(review, wait_until="networkidle")
        return page

    yield open_review
    assert complaints == []


def row(page, number: int):
    return page.locator(".khata-row").nth(number - 1)


def box(page, number: int):
    return page.locator("rect.khata-box").nth(number - 1)


LIT = re.compile(r"\blit\b")


def test_rows_and_their_boxes_light_each_other(opened):
    from playwright.sync_api import expect

    page = opened(1280)
    row(page, 2).hover()
    expect(box(page, 2)).to_have_class(LIT)
    expect(box(page, 6)).not_to_have_class(LIT)
    box(page, 6).hover()
    expect(row(page, 6)).to_have_class(LIT)
    expect(row(page, 2)).not_to_have_class(LIT)
    box(page, 8).click()
    expect(page.get_by_label("Credit of row 8")).to_be_focused()


def test_the_picture_is_zoomed_and_moved(opened):
    from playwright.sync_api import expect

    page = opened(1280)
    picture, sheet = page.locator(".khata-picture"), page.locator(".khata-sheet")
    before = sheet.bounding_box()["width"]
    picture.hover()
    page.mouse.wheel(0, -400)
    expect(picture).to_have_attribute("data-zoomed", "yes")
    assert sheet.bounding_box()["width"] > before * 2
    left = sheet.bounding_box()["x"]
    page.mouse.down()
    page.mouse.move(*(edge - 60 for edge in middle(picture)))
    page.mouse.up()
    assert sheet.bounding_box()["x"] < left
    page.get_by_role("button", name="fit").click()
    expect(picture).to_have_attribute("data-zoomed", "no")
    assert sheet.bounding_box()["width"] == pytest.approx(before)


def middle(picture) -> tuple[float, float]:
    place = picture.bounding_box()
    return place["x"] + place["width"] / 2, place["y"] + place["height"] / 2


def test_doubts_are_walked_through_with_the_keyboard_and_the_page_is_posted(opened, people):
    from playwright.sync_api import expect

    page = opened(1280)
    doubtful = page.get_by_label("Debit of row 4")
    expect(doubtful).to_be_focused()
    expect(page.locator(".khata-crop")).to_be_visible()
    expect(page.get_by_text("₹60.00 too little")).to_be_visible()

    doubtful.fill("7560")
    expect(page.locator("[data-sum=debit] [data-verdict]")).to_have_text("✓ agrees")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Customer of row 7")).to_be_focused()
    expect(page.locator("[data-left]")).to_have_text("⚠ 1 to check")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Debit of row 7")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="+ new customer “Vanita Gokhale”").click()

    expect(page.get_by_text("A new customer stands on 1 row now.")).to_be_visible()
    expect(page.locator("[data-left]")).to_have_text("nothing left to check")
    expect(page.get_by_role("button", name=re.compile("^Post"))).to_have_text(
        re.compile("Post 7 rows")
    )
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(f"{LIST}$"))
    expect(page.get_by_text(re.compile("7 rows posted"))).to_be_visible()
    assert LedgerTransaction.objects.count() == 7
    assert owes(people["Ranka seth"]) == 7560
    assert owes(people["Kothari Saree Centre"]) == 4200 - 3500
    assert not KhataRow.objects.filter(struck_out=True, state="posted").exists()


def test_on_a_phone_by_taps_alone(opened, people):
    from playwright.sync_api import expect

    page = opened(390, 844)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="2 to check").click()
    expect(row(page, 4)).to_have_class(LIT)
    expect(page.locator(".khata-crop")).to_be_visible()
    row(page, 4).get_by_role("button", name=re.compile("makes the sums agree")).click()
    expect(page.get_by_label("Debit of row 4")).to_have_value("7560")
    page.get_by_label("Customer of row 7").press_sequentially("harp")
    page.get_by_role("option", name="Harpreet").click()
    row(page, 7).get_by_role("button", name="it is right").click()
    expect(page.locator("[data-left]")).to_have_text("nothing left to check")

    page.get_by_role("button", name="Split row 1").click()
    split = row(page, 2)
    expect(split.locator(".desk-find")).to_have_value("Kothari Saree Centre")
    split.locator(".k-debit input").fill("1200")
    page.get_by_label("Debit of row 1").fill("3000")
    expect(page.locator("[data-sum=debit] [data-verdict]")).to_have_text("✓ agrees")
    page.get_by_label("Put row 2 aside").check(force=True)
    expect(page.locator("[data-post]")).to_have_text(
        "Post 7 rows"
    )  # 8, one struck out, one more, one aside
    page.get_by_role("button", name=re.compile("^Post")).click()

    page.wait_for_url(re.compile(f"{LIST}$"))
    assert owes(people["Kothari Saree Centre"]) == 3000 + 1200 - 3500
    assert owes(people["Harpreet"]) == 3300 + 2000
    assert not LedgerTransaction.objects.filter(memo="Payal 1 jodi").exists()
    for address in (LIST, ADD):
        page.goto(address, wait_until="networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_whoever_is_chosen_for_a_name_stands_on_all_its_rows(opened, people):
    from playwright.sync_api import expect

    KhataRow.objects.filter(position__in=(3, 7)).update(customer=None, name="Qureshi")
    page = opened(1280)
    asked = page.locator("[data-about=customer]")
    expect(asked.nth(1)).to_have_attribute("data-same", "as in row 3")
    page.get_by_label("Customer of row 3").press_sequentially("meenal")
    page.get_by_role("option", name="Meenal").click()
    expect(page.get_by_label("Customer of row 7")).to_have_value("Meenal")
    expect(page.get_by_label("Customer of row 6")).to_have_value("Harpreet")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    assert KhataRow.objects.filter(customer=people["Meenal"]).count() == 3


def test_a_photograph_is_uploaded_read_reviewed_and_posted(signed_in, desk, units, tmp_path):
    """With the real reader, in the real worker."""
    from playwright.sync_api import expect

    farhan = CustomerFactory(name="Farhan Textiles")
    file = tmp_path / "page.png"
    file.write_bytes(as_file(drawn_page(), "PNG"))
    page = signed_in()
    page.goto(ADD)
    page.set_input_files("[name=file]", file)
    page.get_by_role("button", name="Read it").click()
    page.wait_for_selector(".khata-row", timeout=120_000)
    amounts = [page.get_by_label(f"Debit of row {number}") for number in (1, 2)]
    expect(amounts[0]).to_have_value("450")
    expect(amounts[1]).to_have_value("1,200")
    expect(page.get_by_label("Credit of row 3")).to_have_value("650")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(f"{LIST}$"))
    assert owes(farhan) == Decimal(1000)
