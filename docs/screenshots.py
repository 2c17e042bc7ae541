"""make screenshots: the pictures in docs/images, of a demo desk that is made for it.

The desk has a data folder of its own, so that the pictures show the demo's shop and
nothing of whoever takes them.
"""

from __future__ import annotations

import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
MANAGE = (sys.executable, "manage.py")
PASSWORD = "pictures-only"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESK = (1280, 800)
PHONE = (390, 844)
# Picture: the list to open, and the words of the row to follow (empty: its first).
PAGES = {
    "home": ("/admin/", None),
    "drafts": ("/admin/drafts/orderdraft/", None),
    "review": ("/admin/drafts/orderdraft/", "Ranka"),
    "orders": ("/admin/orders/order/", None),
    "order": ("/admin/orders/order/?status__exact=pending", ""),
    "products": ("/admin/orders/product/", None),
    "product": ("/admin/orders/product/?stock=low", ""),
    "count": ("/admin/orders/product/count/", None),
    "chat": ("/admin/whatsapp/chat/", ""),
    "khata": ("/admin/khata/khataupload/", ""),
    "account": ("/admin/khata/account/", ""),
    "reminders": ("/admin/khata/account/reminders/", None),
    "customer": ("/admin/customers/customer/", "Ranka"),
    "settings": ("/admin/customers/shop/", None),
}
ON_A_PHONE = ("home", "review", "order", "khata")
COLOURS = 128


def main() -> None:
    """Make the desk, sign in once a window size, visit each page, write its picture."""
    browser_path = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser_path is None:
        sys.exit("Chromium is missing: apt-get install chromium")
    IMAGES.mkdir(exist_ok=True)
    with _own_data(), _desk() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=list(FLAGS))
        page = _signed_in(browser, address, DESK)
        for name in PAGES:
            _take(page, name, name)
        phone = _signed_in(browser, address, PHONE)
        for name in ON_A_PHONE:
            _take(phone, name, f"{name}-390")
        stranger = browser.new_page(base_url=address, viewport={"width": 1280, "height": 800})
        stranger.goto("/admin/login/", wait_until="networkidle")
        _keep(stranger, "sign-in")
        browser.close()


@contextmanager
def _own_data() -> Iterator[None]:
    """An embedded database that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "parchi"
        os.environ.update(PARCHI_DATA=str(data), PARCHI_ENV="demo", DATABASE_URL="")
        try:
            yield
        finally:
            _run(sys.executable, "-m", "config.embedded_postgres", "stop")
            shutil.rmtree((data / "postgres").resolve(), ignore_errors=True)


@contextmanager
def _desk() -> Iterator[str]:
    """The address of a seeded desk; without a worker, so that the pictures hold still."""
    _run(*MANAGE, "migrate", "--verbosity", "0")
    _run(*MANAGE, "seed_demo", "--password", PASSWORD)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "config.wsgi"],
        cwd=ROOT,
        env={**os.environ, "HOST": "127.0.0.1", "PORT": port, "WEB_CONCURRENCY": "1"},
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/admin/login/")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def _run(*command: str) -> None:
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def _wait_for(url: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(url, timeout=10).close()
        except OSError:
            time.sleep(0.3)
        else:
            return
    raise TimeoutError(url)


def _signed_in(browser: Browser, address: str, size: tuple[int, int]) -> Page:
    width, height = size
    context = browser.new_context(
        base_url=address, viewport={"width": width, "height": height}, locale="en-IN"
    )
    page = context.new_page()
    page.goto("/admin/login/?next=/admin/")
    page.fill("[name=username]", "admin")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_selector("#nav-sidebar-apps", state="attached")
    return page


def _take(page: Page, name: str, picture: str) -> None:
    path, row = PAGES[name]
    page.goto(path, wait_until="networkidle")
    if row is not None:
        link = page.locator("#result_list tbody tr", has_text=row).locator("th a").first
        page.goto(str(link.get_attribute("href")), wait_until="networkidle")
    _keep(page, picture)


def _keep(page: Page, picture: str) -> None:
    """Write what the window shows, in few colours: a fifth of the bytes."""
    target = IMAGES / f"{picture}.png"
    with Image.open(io.BytesIO(page.screenshot())) as shot:
        few = shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        few.save(target, optimize=True)
    sys.stdout.write(f"{target} {target.stat().st_size // 1024} kB\n")


if __name__ == "__main__":
    main()
