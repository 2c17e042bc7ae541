"""The refusals of this app's rules."""

from __future__ import annotations

from customers.errors import Conflict, DeskError, InvalidInput


class InvalidLine(InvalidInput):
    """A line of an order can't be meant; ``attr`` is ``items.<index>.<field>``."""

    code = "invalid_line"


class VariantNeeded(InvalidInput):
    """The product comes in sizes or colours and none, or too little, was said."""

    code = "variant_needed"


class NoSuchVariant(InvalidInput):
    """There is no such size or colour; ``options`` lists those there are."""

    code = "no_such_variant"


class UnknownStatus(InvalidInput):
    """Not the name of an order status; ``allowed`` lists the names."""

    code = "unknown_status"


class NoPrice(Conflict):
    """The product has no price today: no metal rate, no weight, or none was set."""

    code = "no_price"


class ShortStock(Conflict):
    """Too little stock; ``lines`` names every line that is short."""

    code = "short_stock"


class StaleCount(Conflict):
    """The stock moved since it was counted; ``stock_quantity`` is the present one."""

    code = "stale_count"


class StalePrices(Conflict):
    """Prices changed since the preview was looked at."""

    code = "stale_prices"


class PricesFarOff(Conflict):
    """Some prices would double or halve, and nobody said that this is meant."""

    code = "prices_far_off"


class NotStocked(Conflict):
    """A parent of size/colour children has no stock of its own."""

    code = "not_stocked"


class AlreadyOpened(Conflict):
    """The product's opening stock is on record; from then on it is counted or adjusted."""

    code = "already_opened"


class SlipTaken(Conflict):
    """The slip number was given before, to a draft or an order."""

    code = "slip_taken"


class ReferenceTaken(Conflict):
    """Another order has this reference."""

    code = "reference_taken"


class StillRunning(Conflict):
    """The same was posted before and is not through yet."""

    code = "still_running"


class OtherData(Conflict):
    """The key or the reference was used before, with other data."""

    code = "key_used_with_other_data"


class MoveNotAllowed(Conflict):
    """The order can't go there from where it is; ``allowed`` lists where it can."""

    code = "move_not_allowed"


class NotPending(Conflict):
    """The order is past the point at which its lines can be changed."""

    code = "not_pending"


class AlreadyReversed(Conflict):
    """The payment was reversed before, or is itself a reversal."""

    code = "already_reversed"


class RefundTooLarge(Conflict):
    """More than was paid for the order; ``paid`` says how much that is."""

    code = "refund_too_large"


class NothingInStock(Conflict):
    """None of the order's lines can be sold now, so there is nothing to split."""

    code = "nothing_in_stock"


class NotEditable(Conflict):
    """The order has gone too far for these details to be changed."""

    code = "not_editable"


class OrderKept(Conflict):
    """The order left traces that stay: it can be cancelled, not deleted."""

    code = "order_kept"


class NotPayable(Conflict):
    """Nothing, or not that much, is to be paid for the order."""

    code = "not_payable"


class NobodyToCredit(Conflict):
    """Whose credit it would be is not known for sure."""

    code = "nobody_to_credit"


class OrderGone(DeskError):
    """The order was deleted meanwhile."""

    code = "not_found"
    status = 404


class ProductGone(DeskError):
    """There is no such product, or it was archived."""

    code = "not_found"
    status = 404


class Taken(InvalidInput):
    """Another product has this SKU, barcode, or size and colour."""

    code = "unique"


class ImageRefused(InvalidInput):
    """What was uploaded is no picture that can be kept."""

    code = "invalid_image"


class ImageGone(DeskError):
    """The product's gallery has no such picture."""

    code = "not_found"
    status = 404


class CategoryGone(DeskError):
    """There is no such category (any more)."""

    code = "not_found"
    status = 404


class CategoryInUse(Conflict):
    """There are products in the category."""

    code = "category_in_use"


class AdminOnly(DeskError):
    """Staff may not do this; an admin may."""

    code = "permission_denied"
    status = 403


class NoSuchCustomer(DeskError):
    """No customer has this order, phone, e-mail and account."""

    code = "not_found"
    status = 404
