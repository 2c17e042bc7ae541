"""Finding the product that somebody's words mean."""

from .products import ProductIndex

__all__ = ["ProductIndex"]
