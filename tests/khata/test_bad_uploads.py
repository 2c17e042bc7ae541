"""Files that a shop's phone or an attacker sends, read by the real reader: kept, and said why."""

from __future__ import annotations

import zlib
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from khata.models import KhataUpload
from tests.jobs import run_jobs
from tests.khata.pages import as_file, drawn_page, problems, upload
from tests.khata.test_bad_pages import LOCKED

pytestmark = pytest.mark.django_db

PATHS = ("/khata-upload", "/khata-upload-v2")


def read(api, answer) -> dict:
    """What the desk says once the worker has been there."""
    assert answer.status_code == 202, answer.content
    run_jobs()
    return api.get(f"/khata-upload/{answer.json()['upload_id']}").json()


def bomb() -> bytes:
    """A PDF of 3 kB whose one picture is 1.2 GB once its two filters are undone."""
    side = 20_000
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(3 * side * 100)) for _ in range(side // 100))
    stream = zlib.compress(packed + packer.flush(), 9)
    parts = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 500 500]/Contents 4 0 R"
        b"/Resources<</XObject<</P 5 0 R>>>>>>",
        b"<</Length 29>>stream\nq 500 0 0 500 0 0 cm /P Do Q \nendstream",
        b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB"
        b"/BitsPerComponent 8/Filter[/FlateDecode/FlateDecode]/Length %d>>stream\n"
        % (side, side, len(stream))
        + stream
        + b"\nendstream",
    )
    body = b"".join(b"%d 0 obj%bendobj\n" % (at, part) for at, part in enumerate(parts, 1))
    return b"%PDF-1.7\n" + body + b"trailer<</Size 6/Root 1 0 R>>\n%%EOF"


@pytest.mark.parametrize("path", PATHS)
def test_a_picture_cut_off_on_its_way_fails_with_its_reason_and_is_kept(seller_api, path):
    content = as_file(drawn_page())[:9_000]
    shown = read(seller_api, upload(seller_api, content, path=path))
    assert (shown["status"], shown["pages"]) == ("failed", [])
    assert shown["error"] == "The picture is damaged or cut off."
    assert KhataUpload.objects.get().file.read() == content


def test_a_pdf_that_swells_to_gigabytes_neither_fells_the_worker_nor_gives_rows(seller_api):
    content = bomb()
    shown = read(seller_api, upload(seller_api, content))
    assert [page["entries"] for page in shown["pages"]] in ([], [[]])
    assert shown["status"] in ("read", "failed")
    assert KhataUpload.objects.get().file.read() == content


@pytest.mark.parametrize("path", PATHS)
def test_a_locked_pdf_is_refused_in_words_that_say_what_to_do(seller_api, path):
    answer = upload(seller_api, LOCKED, path=path)
    assert (answer.status_code, problems(answer)) == (400, [("unreadable_file", "file")])
    assert "Save it without one" in answer.json()["errors"][0]["detail"]


def test_a_page_held_sideways_says_so_in_its_exif_and_is_shown_upright(seller_api):
    lying = drawn_page().rotate(90, expand=True)
    exif = Image.Exif()
    exif[0x0112] = 6  # Orientation: turn by 90 degrees clockwise to show (EXIF 2.3, 4.6.4)
    file = Image.new("RGB", lying.size)
    file.paste(lying)
    file.save(stream := BytesIO(), "JPEG", exif=exif)
    shown = read(seller_api, upload(seller_api, stream.getvalue()))
    amounts = [entry["debit"] or entry["credit"] for entry in shown["pages"][0]["entries"]]
    assert amounts == [450, 1200, 650]


@pytest.mark.parametrize("path", PATHS)
def test_a_photograph_of_a_cat_is_read_and_gives_no_rows(seller_api, path):
    fur = np.random.default_rng(8).integers(60, 200, (40, 60, 3), np.uint8)
    cat = Image.fromarray(fur).resize((900, 600), Image.Resampling.BICUBIC)
    shown = read(seller_api, upload(seller_api, as_file(cat), path=path))
    assert shown["status"] == "read"
    assert [page["entries"] for page in shown["pages"]] == [[]]
