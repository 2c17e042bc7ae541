"""Finding the product or the customer that somebody's words mean."""

from .clients import KnownClients
from .products import ProductIndex

__all__ = ["KnownClients", "ProductIndex"]
