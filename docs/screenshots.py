"""Takes the pictures in docs/images of a running desk with demo data (make run, make screenshots).

    python docs/screenshots.py [--url http://127.0.0.1:8000] [--user seller] [--password P]

The password may stand in PARCHI_PASSWORD instead (seed_demo --password sets it).
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).resolve().parent / "images"
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
# Picture: the list to open, and whether to follow its first row.
PAGES = {
    "home": ("/admin/", False),
    "drafts": ("/admin/drafts/orderdraft/", False),
    "review": ("/admin/drafts/orderdraft/", True),
    "order": ("/admin/orders/order/?status__exact=pending", True),
    "product": ("/admin/orders/product/?stock=low", True),
    "chat": ("/admin/whatsapp/chat/", True),
}


def main() -> None:
    """Sign in once a window size, visit each page, write its picture."""
    options = _options()
    browser_path = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser_path is None:
        sys.exit("Chromium is missing: apt-get install chromium")
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=list(FLAGS))
        page = _signed_in(browser, options, DESK)
        for name in PAGES:
            _take(page, name, name)
        _take(_signed_in(browser, options, PHONE), "review", "review-390")
        browser.close()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    port = os.environ.get("PORT", "8000")
    parser.add_argument("--url", default=os.environ.get("PARCHI_URL", f"http://127.0.0.1:{port}"))
    parser.add_argument("--user", default=os.environ.get("PARCHI_USER", "seller"))
    parser.add_argument("--password", default=os.environ.get("PARCHI_PASSWORD"))
    options = parser.parse_args()
    if not options.password:
        parser.error("say --password, or set PARCHI_PASSWORD (seed_demo --password sets it)")
    return options


def _signed_in(browser: Browser, options: argparse.Namespace, size: tuple[int, int]) -> Page:
    width, height = size
    context = browser.new_context(
        base_url=options.url, viewport={"width": width, "height": height}, locale="en-IN"
    )
    page = context.new_page()
    page.goto("/admin/login/?next=/admin/")
    page.fill("[name=username]", options.user)
    page.fill("[name=password]", options.password)
    page.press("[name=password]", "Enter")
    page.wait_for_selector("#nav-sidebar-apps", state="attached")
    return page


def _take(page: Page, name: str, picture: str) -> None:
    path, follow = PAGES[name]
    page.goto(path, wait_until="networkidle")
    if follow:
        doubtful = page.locator("#result_list tbody:has(.desk-mark-warn) th a")
        row = (doubtful if doubtful.count() else page.locator("#result_list tbody th a")).first
        if not row.count():
            sys.exit(f"{path} lists nothing: run manage.py seed_demo first")
        page.goto(str(row.get_attribute("href")), wait_until="networkidle")
    target = IMAGES / f"{picture}.png"
    page.screenshot(path=target)
    sys.stdout.write(f"{target} {target.stat().st_size // 1024} kB\n")


if __name__ == "__main__":
    main()
