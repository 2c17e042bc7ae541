"""What a customer's message holds, by its type: words, media, a place, people, a cart, a tap.

Sources: docs.gupshup.io/docs/types-of-payload and /docs/interactive; a cart is Meta's own
"order" message, which only format v3 documents. The shapes of ``details`` by kind:
location {latitude, longitude, name, address}; contact {contacts: [{name, phones[]}]};
order {catalog_id, lines: [{sku, quantity, price, currency}]}; unsupported {type}, as
WhatsApp names it; all else is empty.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from whatsapp.consent_words import CONSENT, find_word
from whatsapp.taps import parse_postback
from whatsapp.values import TEXT_LIMIT, Json, clean, moment, number, obj, objects

# Taps on buttons and list rows say what their label says.
TEXT_TYPES = frozenset({"text", "quick_reply", "button_reply", "list_reply"})
# Gupshup's word for the kind (v2's "file" and v3's "document" are one) and ours.
MEDIA_TYPES = {
    "image": "image",
    "audio": "audio",
    "voice": "audio",
    "video": "video",
    "file": "document",
    "document": "document",
    "sticker": "sticker",
}
# Told as a message, but nobody wrote: a chat was opened, a number changed.
NO_MESSAGE = frozenset({"request_welcome", "system"})
UNSUPPORTED = "unsupported"
URL_LIMIT = 4_000
POSTBACK_LIMIT = 300
MAX_LINES = 200
MAX_CONTACTS = 20
MAX_PHONES = 5
MAX_NUMBER = 10**9


@dataclass(frozen=True)
class MediaLink:
    """Where the file of a message lies, until when (None: not said), what the sender calls it."""

    url: str
    expires_at: datetime | None
    file_name: str


@dataclass(frozen=True)
class Content:
    """One message's content; ``text`` says in words whatever it is, where words can."""

    kind: str
    text: str = ""
    media: MediaLink | None = None
    postback: str = ""
    details: Json = field(default_factory=dict)


def read_content(payload: Json) -> Content | None:
    """The content of a v2 message payload; None where nobody wrote anything."""
    given, inner = clean(payload.get("type"), 40), obj(payload.get("payload"))
    if given in MEDIA_TYPES:
        text = clean(inner.get("caption"), TEXT_LIMIT)
        return Content(MEDIA_TYPES[given], text, media=_media_link(inner))
    if given in TEXT_TYPES:
        return _words(inner)
    readers = {
        "location": _location,
        "contact": _contacts,
        "contacts": _contacts,
        "reaction": _reaction,
        "order": _cart,
    }
    if given in NO_MESSAGE:
        return None
    return (readers[given](inner) if given in readers else None) or _unshown(given)


def _unshown(given: str) -> Content | None:
    """What WhatsApp doesn't pass on, or we can't read: staff see that there was something."""
    return Content(UNSUPPORTED, details={"type": given}) if given else None


def _words(inner: Json) -> Content | None:
    """A text, a STOP or START, or a tap; one whose postback we don't know counts as its words."""
    text = clean(inner.get("text"), TEXT_LIMIT) or clean(inner.get("title"), TEXT_LIMIT)
    postback = clean(inner.get("postbackText"), POSTBACK_LIMIT)
    if not text:
        return None
    kind = "button" if parse_postback(postback) else CONSENT if find_word(text) else "text"
    return Content(kind, text, postback=postback)


def _media_link(inner: Json) -> MediaLink:
    """A link that is missing or absurdly long is empty: the message still counts."""
    url = clean(inner.get("url"), URL_LIMIT + 1)
    return MediaLink(
        url=url if len(url) <= URL_LIMIT else "",
        expires_at=moment(inner.get("urlExpiry")),
        file_name=clean(inner.get("name") or inner.get("filename"), 200),
    )


def _location(inner: Json) -> Content | None:
    latitude, longitude = (
        number(inner.get("latitude"), limit=90),
        number(inner.get("longitude"), limit=180),
    )
    if latitude is None or longitude is None:
        return None
    name, address = clean(inner.get("name"), 200), clean(inner.get("address"), 500)
    words = ", ".join(filter(None, (name, address))) or f"{latitude}, {longitude}"
    details = {"latitude": latitude, "longitude": longitude, "name": name, "address": address}
    return Content("location", words, details=details)


def _contacts(inner: Json) -> Content | None:
    people = [_person(one) for one in objects(inner.get("contacts"), limit=MAX_CONTACTS)]
    people = [person for person in people if person["name"] or person["phones"]]
    if not people:
        return None
    words = "\n".join(" ".join([person["name"], *person["phones"]]).strip() for person in people)
    return Content("contact", words, details={"contacts": people})


def _person(contact: Json) -> Json:
    name = obj(contact.get("name"))
    phones = [
        clean(one.get("phone"), 40) for one in objects(contact.get("phones"), limit=MAX_PHONES)
    ]
    return {
        "name": clean(name.get("formatted_name") or name.get("first_name"), 120),
        "phones": [phone for phone in phones if phone],
    }


def _reaction(inner: Json) -> Content:
    """An empty emoji takes the reaction back."""
    return Content("reaction", clean(inner.get("emoji"), 20))


def _cart(inner: Json) -> Content | None:
    items = objects(inner.get("product_items"), limit=MAX_LINES)
    lines = [line for item in items if (line := _cart_line(item))["sku"]]
    if not lines:
        return None
    said = [f"{line['quantity'] or '?'} × {line['sku']}" for line in lines]
    note = clean(inner.get("text"), TEXT_LIMIT // 4)
    details = {"catalog_id": clean(inner.get("catalog_id"), 100), "lines": lines}
    return Content("order", "\n".join(filter(None, [*said, note])), details=details)


def _cart_line(item: Json) -> Json:
    quantity = number(item.get("quantity"), limit=MAX_NUMBER)
    return {
        "sku": clean(item.get("product_retailer_id"), 60),
        "quantity": f"{quantity:g}" if quantity is not None and quantity > 0 else "",
        "price": clean(item.get("item_price"), 20),
        "currency": clean(item.get("currency"), 3),
    }
