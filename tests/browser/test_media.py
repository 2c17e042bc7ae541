"""A customer's picture and voice note, as the clerk finds them beside the draft."""

from __future__ import annotations

import math
import struct
import wave
from io import BytesIO

import pytest
from django.urls import reverse
from PIL import Image, ImageDraw, ImageFont

from tests.browser.test_main_job import open_draft
from tests.factories import CustomerFactory, ProductFactory
from whatsapp.models import Chat
from whatsapp.simulator import post_media

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("races"),
]
PHONE = "+919870011224"


@pytest.fixture
def nasreen(units):
    ProductFactory(name="Bandhani dupatta", unit_price="350.00", stock=10)
    return CustomerFactory(name="Nasreen Boutique", phone=PHONE)


@pytest.fixture
def note(tmp_path):
    """A slip with two lines of print."""
    image = Image.new("RGB", (1000, 700), "#fdfaf2")
    words = "2 bandhani dupatta\n1 bandhani dupatta red"
    ImageDraw.Draw(image).text((60, 80), words, "#203060", ImageFont.load_default(64), spacing=40)
    path = tmp_path / "slip.jpg"
    image.save(path)
    return path


@pytest.fixture
def voice(tmp_path):
    """Two seconds of a tone, which Chromium plays."""
    stream = BytesIO()
    with wave.open(stream, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        waves = (int(9000 * math.sin(n / 4)) for n in range(16000))
        sound.writeframes(b"".join(struct.pack("<h", w) for w in waves))
    path = tmp_path / "voice.wav"
    path.write_bytes(stream.getvalue())
    return path


def is_loaded(page, picture) -> bool:
    return (
        page.wait_for_function(
            "picture => picture.complete && picture.naturalWidth", arg=picture.element_handle()
        ).json_value()
        > 0
    )


@pytest.mark.parametrize("width", [1280, 390])
def test_the_picture_stands_beside_what_was_read_of_it(signed_in, desk, nasreen, note, width):
    assert post_media(note, kind="image", phone=PHONE, url=desk, caption="for Friday")["fetched"]
    page = signed_in(width)
    open_draft(page, "for Friday")
    assert is_loaded(page, page.get_by_role("img", name="Picture from the customer"))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto(reverse("admin:whatsapp_chat_change", args=[Chat.objects.get().pk]))
    assert is_loaded(page, page.get_by_role("img", name="Picture from the customer"))
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_picture_is_enlarged_by_keys_and_wheel(signed_in, desk, nasreen, note):
    from playwright.sync_api import expect

    assert post_media(note, kind="image", phone=PHONE, url=desk, caption="for Friday")["fetched"]
    page = signed_in()
    open_draft(page, "for Friday")
    if page.evaluate("document.activeElement.matches('input')"):
        page.keyboard.press("Escape")
    page.keyboard.press("z")
    enlarged = page.get_by_role("img", name="The photo, enlarged")
    expect(enlarged).to_be_visible()
    assert is_loaded(page, enlarged)
    widths = [enlarged.bounding_box()["width"]]
    for act in (
        lambda: page.keyboard.press("+"),
        lambda: page.mouse.wheel(0, -400),
        lambda: page.keyboard.press("-"),
    ):
        page.mouse.move(640, 400)
        act()
        page.wait_for_function(
            "([image, before]) => image.getBoundingClientRect().width !== before",
            arg=[enlarged.element_handle(), widths[-1]],
        )
        widths.append(enlarged.bounding_box()["width"])
    assert widths[0] < widths[1] < widths[2] > widths[3]
    page.keyboard.press("z")
    expect(enlarged).to_be_hidden()


@pytest.mark.parametrize("width", [1280, 390])
def test_a_voice_note_is_played_and_typed(signed_in, desk, nasreen, voice, width):
    assert post_media(voice, kind="audio", phone=PHONE, url=desk)["fetched"]
    page = signed_in(width)
    open_draft(page, "Nasreen Boutique")
    player = page.get_by_label("Voice note").element_handle()
    page.wait_for_function("player => player.readyState > 0", arg=player)
    assert page.evaluate("player => player.duration", player) == pytest.approx(2)
    page.evaluate("player => { player.currentTime = 1.5 }", player)
    page.wait_for_function("player => !player.seeking && player.currentTime >= 1.4", arg=player)
    assert page.get_by_text("listen to it and type what it says").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
