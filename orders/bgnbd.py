"""The BG/NBD model: how likely a customer still buys, and how often.

Fader, Hardie & Lee, "Counting Your Customers the Easy Way", Marketing Science 24 (2005):
while alive a customer buys at a rate of their own, and after every purchase leaves for good
with a chance of their own; rates are spread as a gamma(r, alpha), chances as a beta(a, b).
The equation numbers below are that paper's. lifetimes and btyd are no longer maintained and
pymc-marketing brings a sampler with it, so the formulas stand here, over SciPy's functions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.special import betaln, gammaln, hyp2f1

Floats = NDArray[np.float64]

# Far from both ends of what floats hold; a shop where nobody ever leaves drives b to the bound.
_BOUND = 9.0
# e to this is still a float.
_MOST = 700.0
_START = (0.0, 0.0, 0.0, 0.7)


class NoFit(ValueError):
    """The history is too small or too odd for the four parameters to be found."""


@dataclass(frozen=True)
class BgNbd:
    """The four parameters; ``alpha`` is in the unit of the times that it was fitted to."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float

    def p_alive(self, x: ArrayLike, t_x: ArrayLike, t: ArrayLike) -> Floats:
        """The chance (0-1) that a customer still buys (brucehardie.com/notes/021).

        ``x`` purchases after the first, the last of them ``t_x`` after it, seen for ``t``.
        One who bought once has had no occasion to leave in this model: 1.
        """
        x, t_x, t = _floats(x, t_x, t)
        return 1 / (1 + self._odds_gone(x, t_x, t))

    def expected(self, x: ArrayLike, t_x: ArrayLike, t: ArrayLike, ahead: float) -> Floats:
        """How many purchases are expected in the time ``ahead`` (equation 10).

        The hypergeometric function is asked after Euler's transformation, which keeps its
        first argument small: as printed, it overflows for a customer of hundreds of orders.
        """
        x, t_x, t = _floats(x, t_x, t)
        a = self.a if abs(self.a - 1) > 1e-6 else 1 + 1e-6
        z = ahead / (self.alpha + t + ahead)
        series = hyp2f1(a + self.b - 1 - self.r, a - 1, a + self.b + x - 1, z)
        alive_all_along = (a + self.b + x - 1) / (a - 1) * (1 - (1 - z) ** (a - 1) * series)
        return alive_all_along / (1 + self._odds_gone(x, t_x, t))

    def _odds_gone(self, x: Floats, t_x: Floats, t: Floats) -> Floats:
        again = np.maximum(x, 1)
        ratio = np.minimum((self.r + x) * np.log((self.alpha + t) / (self.alpha + t_x)), _MOST)
        odds = self.a / (self.b + again - 1) * np.exp(ratio)
        return np.where(x > 0, odds, 0.0)


def fit(x: ArrayLike, t_x: ArrayLike, t: ArrayLike) -> BgNbd:
    """The parameters of greatest likelihood for these customers, one number each.

    Raises NoFit where there is no customer who came again, or no greatest likelihood.
    """
    histories, counts = np.unique(np.stack(_floats(x, t_x, t)), axis=1, return_counts=True)
    if not histories.size or not (histories[0] > 0).any():
        raise NoFit("Nobody has come again yet.")
    unit = max(float(histories[2].max()) / 10, 1e-9)
    scaled = histories * np.array([[1.0], [1 / unit], [1 / unit]])
    found: Any = minimize(
        lambda logs: -np.dot(counts, _log_likelihoods(np.exp(logs), *scaled)) / counts.sum(),
        _START,
        method="L-BFGS-B",
        bounds=[(-_BOUND, _BOUND)] * 4,
        options={"ftol": 1e-13, "gtol": 1e-8},
    )
    if not found.success or not np.isfinite(found.fun):
        raise NoFit(str(found.message))
    r, alpha, a, b = np.exp(found.x)
    alpha *= unit
    total = float(np.dot(counts, _log_likelihoods((r, alpha, a, b), *histories)))
    return BgNbd(float(r), float(alpha), float(a), float(b), total)


def _log_likelihoods(parameters: Any, x: Floats, t_x: Floats, t: Floats) -> Floats:
    """Each customer's own (equation 6)."""
    r, alpha, a, b = parameters
    rate = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    alive = betaln(a, b + x) - betaln(a, b) - (r + x) * np.log(alpha + t)
    gone = betaln(a + 1, b + np.maximum(x, 1) - 1) - betaln(a, b) - (r + x) * np.log(alpha + t_x)
    return rate + np.where(x > 0, np.logaddexp(alive, gone), alive)


def _floats(*columns: ArrayLike) -> tuple[Floats, ...]:
    return tuple(np.asarray(column, dtype=np.float64) for column in columns)
