"""Runs by itself: counts or draws the pages of one PDF, within limits. See pdf.py.

pdf_child.py FILE count | draw PAGE SIDE. Exit 0, 3 where a password is needed, else failed.
"""

from __future__ import annotations

import resource
import sys

MEMORY = 900 * 1024 * 1024
SECONDS = 25
NEEDS_PASSWORD = 3


def main(path: str, what: str, *numbers: str) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        return NEEDS_PASSWORD if "password" in str(error).lower() else 1
    if what == "count":
        sys.stdout.write(str(len(document)))
    else:
        page, side = map(int, numbers)
        _draw(document[page], side)
    return 0


def _draw(page, side: int) -> None:  # type: ignore[no-untyped-def]
    scale = side / max(page.get_size())
    picture = page.render(scale=scale).to_pil()
    picture.convert("RGB").save(sys.stdout.buffer, "JPEG", quality=95)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
