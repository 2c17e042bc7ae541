"""Realistic invented rows; each makes no more than what its row can't be without."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from customers.models import Customer, User, WhatsAppIdentity
from khata.models import KhataPage, KhataRow, KhataUpload
from orders.models import Category, Product, Unit
from whatsapp.models import Chat, Message

PASSWORD = "neem-tamarind-42"


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"clerk{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.in")
    role = "seller"

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        password = kwargs.pop("password", PASSWORD)
        return model_class.objects.create_user(*args, password=password, **kwargs)


class CustomerFactory(DjangoModelFactory):
    class Meta:
        model = Customer

    name = factory.Sequence(lambda n: f"Farhan Textiles {n}")
    phone = factory.Sequence(lambda n: f"+9198{70000000 + n}")


# As the first migration has them.
UNIT_NAMES = {"pc": "piece", "g": "gram", "kg": "kilogram", "m": "metre"}


class UnitFactory(DjangoModelFactory):
    class Meta:
        model = Unit
        django_get_or_create = ("code",)

    code = "pc"
    name = factory.LazyAttribute(lambda unit: UNIT_NAMES.get(unit.code, unit.code))
    divisible = factory.LazyAttribute(lambda unit: unit.code in ("kg", "g", "l", "m"))


class CategoryFactory(DjangoModelFactory):
    class Meta:
        model = Category
        django_get_or_create = ("slug",)

    name = "Kurtas"
    slug = "kurtas"


class ProductFactory(DjangoModelFactory):
    """A single product; ``stock=`` opens its stock through the rule."""

    class Meta:
        model = Product
        skip_postgeneration_save = True

    sku = factory.Sequence(lambda n: f"KUR-{n:04}")
    name = factory.Sequence(lambda n: f"Cotton kurta {n}")
    unit = factory.SubFactory(UnitFactory)
    unit_price = Decimal("450.00")

    @factory.post_generation
    def stock(product, create, extracted, **kwargs):
        if extracted is not None:
            from orders.stock import open_stock

            open_stock(product, quantity=Decimal(extracted), by=None)
            product.refresh_from_db()


class IdentityFactory(DjangoModelFactory):
    class Meta:
        model = WhatsAppIdentity

    customer = factory.SubFactory(CustomerFactory)
    phone = factory.SelfAttribute("customer.phone")


class ChatFactory(DjangoModelFactory):
    class Meta:
        model = Chat

    identity = factory.SubFactory(IdentityFactory)
    last_inbound_at = factory.LazyFunction(timezone.now)


class InboundMessageFactory(DjangoModelFactory):
    class Meta:
        model = Message

    chat = factory.SubFactory(ChatFactory)
    direction = "in"
    status = "received"
    text = "2 gold rings"
    provider_id = factory.Sequence(lambda n: f"wamid.{n:08}")
    happened_at = factory.LazyFunction(timezone.now)


class KhataUploadFactory(DjangoModelFactory):
    """One that is read; its rows are made by KhataRowFactory."""

    class Meta:
        model = KhataUpload

    pipeline = "v2"
    file = factory.Sequence(lambda n: f"khata/page-{n}.jpg")
    file_name = "page.jpg"
    content_type = "image/jpeg"
    byte_count = 1_000
    sha256 = factory.Sequence(lambda n: f"{n:064}")
    status = "read"
    page_count = 1
    pages_done = 1
    read_at = factory.LazyFunction(timezone.now)


class KhataPageFactory(DjangoModelFactory):
    class Meta:
        model = KhataPage

    upload = factory.SubFactory(KhataUploadFactory)
    number = 1
    image = factory.Sequence(lambda n: f"khata/upright-{n}.jpg")
    width = 1_000
    height = 1_400


class KhataRowFactory(DjangoModelFactory):
    """A line that may be posted as it stands."""

    class Meta:
        model = KhataRow

    page = factory.SubFactory(KhataPageFactory)
    position = factory.Sequence(lambda n: n % 100 + 1)
    date = date(2026, 3, 14)
    customer = factory.SubFactory(CustomerFactory)
    customer_sure = True
    name = factory.SelfAttribute("customer.name")
    particulars = "Chana dal"
    debit = Decimal("450.00")
    confidence = 0.97
    proven = True
    box = [80, 200, 900, 240]
