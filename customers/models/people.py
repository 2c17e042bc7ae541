"""Accounts, customers, and the WhatsApp identities that point to them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Expression, Q, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from customers.fields import NameSoundField
from customers.roles import STAFF_ROLES, Role
from customers.words import row_words


class AccountManager(BaseUserManager["User"]):
    def by_login(self, login: str) -> User | None:
        """The account with this username, else with this e-mail in any letter case."""
        matches = self.filter(Q(username=login) | Q(email__iexact=login, email__gt=""))
        return min(matches, key=lambda user: user.username != login, default=None)

    def create_user(
        self, username: str, email: str | None = None, password: str | None = None, **fields: Any
    ) -> User:
        """An account with a usable password, or none where ``password`` is None."""
        user = self.model(username=username, email=self.normalize_email(email or ""), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(
        self, username: str, email: str | None = None, password: str | None = None, **fields: Any
    ) -> User:
        """What ``manage.py createsuperuser`` calls: an account with the role admin."""
        return self.create_user(username, email, password, **{**fields, "role": Role.ADMIN})


class User(AbstractUser):
    """An account; its role alone says what it may do."""

    role = models.CharField(max_length=10, choices=Role, default=Role.BUYER)
    phone = models.CharField(max_length=16, null=True, blank=True, help_text="E.164")
    language = models.CharField(
        max_length=5, blank=True, help_text=_("Of the desk's pages; empty: the shop's")
    )
    email_verified_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text=_("When its owner showed to read it")
    )
    phone_verified_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text=_("When its owner showed to have it")
    )
    groups = None  # type: ignore[assignment]
    user_permissions = None  # type: ignore[assignment]
    history = HistoricalRecords(excluded_fields=["password", "last_login"])

    objects: ClassVar[AccountManager] = AccountManager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"), condition=~Q(email=""), name="user_email_unique_any_case"
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="user_role_known"),
        ]

    @property
    def is_staff(self) -> bool:  # type: ignore[override]
        return self.role in STAFF_ROLES

    @property
    def is_superuser(self) -> bool:  # type: ignore[override]
        return self.role == Role.ADMIN


class PaymentTerms(models.TextChoices):
    CASH = "cash", _("Cash")
    CREDIT = "credit", pgettext_lazy("payment terms", "Credit")


def customer_words() -> Expression:
    """The words a customer is found by."""
    return row_words("name", "company", "email", phone="phone")


class CustomerQuerySet(models.QuerySet["Customer"]):
    def known(self) -> CustomerQuerySet:
        """All but those of whom only a nameless row is left (customers/erasing.py)."""
        return self.filter(erased_at__isnull=True)


class Customer(models.Model):
    """A person or firm the shop sells to; a phone number is only one of its marks."""

    name = models.CharField(max_length=120)
    company = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=16, null=True, blank=True, help_text="E.164")
    phone2 = models.CharField(
        _("second phone"), max_length=16, blank=True, help_text=_("E.164; proves nothing.")
    )
    email = models.EmailField(blank=True)
    name_sound = NameSoundField()
    # Stored, and not only in the index: where a word is too common for the index, PostgreSQL
    # walks the list's order and asks each row, which must not work its words out every time.
    words = models.GeneratedField(
        expression=customer_words(), output_field=SearchVectorField(), db_persist=True
    )
    language = models.CharField(max_length=5, blank=True, help_text="Empty: not known")
    payment_terms = models.CharField(max_length=6, choices=PaymentTerms, default=PaymentTerms.CASH)
    credit_limit = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True, help_text=_("Rupees; empty: none")
    )
    user = models.OneToOneField(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="customer",
        help_text=_("The account that is proven to be this customer."),
    )
    do_not_call = models.BooleanField(
        _("do not call"),
        default=False,
        help_text=_("Never phoned to sell, whatever the list says."),
    )
    notes = models.TextField(blank=True)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    history = HistoricalRecords(excluded_fields=["name_sound", "words"])
    _history_user: User | None  # set by the rule that saves; simple-history reads it

    objects = CustomerQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        indexes = [
            models.Index(fields=["name", "id"], name="customer_by_name"),
            models.Index(fields=["company", "id"], name="customer_by_company"),
            models.Index(fields=["email", "id"], name="customer_by_email"),
            models.Index(fields=["created_at", "id"], name="customer_by_age"),
            models.Index(fields=["name_sound"], name="customer_by_sound"),
            models.Index(
                fields=["phone2"], condition=~Q(phone2=""), name="customer_by_second_phone"
            ),
            models.Index(Lower("email"), condition=~Q(email=""), name="customer_by_any_email"),
            models.Index(
                Lower("name"),
                condition=Q(phone__isnull=True, email=""),
                name="customer_by_name_alone",
            ),
            GinIndex(fields=["words"], name="customer_by_words"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["phone"], condition=Q(phone__isnull=False), name="customer_phone_unique"
            ),
            models.CheckConstraint(
                condition=Q(phone__isnull=True) | Q(phone__regex=r"^\+[0-9]{8,15}$"),
                name="customer_phone_e164",
            ),
            models.CheckConstraint(
                condition=Q(credit_limit__isnull=True) | Q(credit_limit__gte=0),
                name="customer_credit_limit_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(phone2="") | Q(phone2__regex=r"^\+[0-9]{8,15}$"),
                name="customer_second_phone_e164",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the sound of the name with the name."""
        names = kwargs.get("update_fields")
        if names is not None and "name" in names:
            kwargs["update_fields"] = {*names, "name_sound"}
        super().save(*args, **kwargs)


def alias_words() -> Expression:
    """The words of another name, as its index holds them."""
    return row_words("name", phone=Value(""))


class CustomerAlias(models.Model):
    """Another name by which messages call a customer; several may share one."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=120)
    history = HistoricalRecords()
    _history_user: User | None  # set by the rule that saves; simple-history reads it

    class Meta:
        verbose_name_plural = _("customer aliases")
        indexes = [GinIndex(alias_words(), name="customer_alias_by_words")]
        constraints = [
            models.UniqueConstraint("customer", Lower("name"), name="customer_alias_once"),
        ]

    def __str__(self) -> str:
        return self.name


class AddressKind(models.TextChoices):
    SHIPPING = "shipping", _("Goods")
    BILLING = "billing", _("Bills")


class Address(models.Model):
    """Where a customer wants goods brought, or bills sent."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="addresses")
    kind = models.CharField(max_length=8, choices=AddressKind, default=AddressKind.SHIPPING)
    line1 = models.CharField(max_length=200)
    line2 = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=80, blank=True)
    pincode = models.CharField(max_length=12, blank=True)
    history = HistoricalRecords()
    _history_user: User | None  # set by the rule that saves; simple-history reads it

    class Meta:
        verbose_name_plural = _("addresses")

    def __str__(self) -> str:
        parts = (self.line1, self.line2, self.city, self.state, self.pincode)
        return ", ".join(part for part in parts if part)


class WhatsAppIdentity(models.Model):
    """A sender on WhatsApp: a phone number, a business-scoped user id (BSUID), or both."""

    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="whatsapp_identities"
    )
    phone = models.CharField(max_length=16, null=True, blank=True, help_text="E.164")
    bsuid = models.CharField(max_length=200, null=True, blank=True)
    profile_name = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("WhatsApp identity")
        verbose_name_plural = _("WhatsApp identities")
        constraints = [
            models.UniqueConstraint(
                fields=["phone"], condition=Q(phone__isnull=False), name="identity_phone_unique"
            ),
            models.UniqueConstraint(
                fields=["bsuid"], condition=Q(bsuid__isnull=False), name="identity_bsuid_unique"
            ),
            models.CheckConstraint(
                condition=Q(phone__isnull=False) | Q(bsuid__isnull=False),
                name="identity_has_phone_or_bsuid",
            ),
        ]

    def __str__(self) -> str:
        return self.phone or self.bsuid or ""


class ConsentState(models.TextChoices):
    OPTED_IN = "opted_in", _("Opted in")
    OPTED_OUT = "opted_out", _("Opted out")


class ConsentSource(models.TextChoices):
    """How the person's word came to us."""

    CHECKBOX = "checkbox", _("Checkbox on the shop's page")
    KEYWORD = "keyword", _("Word sent on WhatsApp")
    GUPSHUP = "gupshup", _("Gupshup's event")
    STAFF = "staff", _("Told to staff")
    NEW_NUMBER = "new_number", _("Same person, new number")
    JOINED = "joined", _("Same person, two rows joined")


class ConsentEvent(models.Model):
    """One word of a customer about notices on WhatsApp; the latest of them is what counts.

    Append-only by a trigger: only the customer may change (a merge), and phone and note
    be emptied (an erasure).
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="consent_events")
    state = models.CharField(max_length=9, choices=ConsentState)
    how = models.CharField(max_length=10, choices=ConsentSource)
    phone = models.CharField(
        max_length=16, blank=True, help_text=_("E.164, the number it is about; empty: a hidden one")
    )
    by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Staff"),
    )
    note = models.CharField(max_length=300, blank=True)
    happened_at = models.DateTimeField(help_text=_("When the person said so"))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-happened_at", "-pk"]
        indexes = [
            models.Index(fields=["customer", "-happened_at", "-id"], name="consent_latest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ConsentState.values), name="consent_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(how=ConsentSource.STAFF) | Q(by__isnull=False),
                name="consent_of_staff_names_who",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.get_how_display()}"
