"""Every path of the storefront with bodies, ids, tokens and statuses that make no sense."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

import pytest
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import AccessToken

from orders.models import Order, Product
from tests.conftest import client_of
from tests.factories import CustomerFactory, ProductFactory, UserFactory
from tests.orders.desk import placed, stock_of

pytestmark = pytest.mark.django_db

# (method, path, whether the path takes a JSON body)
DOORS = [
    ("get", "/api/products", False),
    ("get", "/api/products/{product}", False),
    ("get", "/api/products/featured", False),
    ("get", "/api/products/sku/KURTA", False),
    ("get", "/api/categories", False),
    ("post", "/api/products", True),
    ("patch", "/api/products/{product}", True),
    ("delete", "/api/products/{product}", False),
    ("post", "/api/products/bulk", True),
    ("patch", "/api/products/{product}/stock", True),
    ("get", "/api/orders", False),
    ("post", "/api/orders", True),
    ("get", "/api/orders/my-orders", False),
    ("get", "/api/orders/track?reference=x&phone=1", False),
    ("get", "/api/orders/{order}", False),
    ("patch", "/api/orders/{order}", True),
    ("post", "/api/orders/{order}/confirm", False),
    ("post", "/api/orders/{order}/cancel", True),
    ("post", "/api/orders/{order}/return", True),
    ("post", "/api/orders/{order}/reorder", False),
    ("get", "/api/orders/{order}/timeline", False),
]
WITH_BODY = [(method, path) for method, path, body in DOORS if body]
OPTIONAL_BODY = "/api/orders/{order}/cancel"


@pytest.fixture
def kurta(units):
    return ProductFactory(sku="KURTA", stock=10)


@pytest.fixture
def order(kurta, buyer_user):
    return placed((kurta, 2), customer=CustomerFactory(user=buyer_user))


@pytest.fixture
def url(kurta, order):
    return lambda path: path.format(product=kurta.pk, order=order.pk)


@pytest.fixture
def unchanged(kurta, order):
    """Checks at the end that nothing was stored."""
    yield
    assert (Order.objects.count(), Product.objects.count(), stock_of(kurta)) == (1, 1, 10)
    assert Order.objects.get().status == "pending"


def errors_of(response) -> list[dict]:
    body = response.json()
    assert set(body) >= {"type", "errors"}
    assert all({"code", "detail", "attr"} == set(error) for error in body["errors"])
    return body["errors"]


@pytest.mark.parametrize(("method", "path", "_"), DOORS)
def test_an_expired_token_is_a_401_everywhere(url, buyer_user, unchanged, method, path, _):
    token = AccessToken.for_user(buyer_user)
    token.set_exp(lifetime=-timedelta(seconds=1))
    api = APIClient()
    response = getattr(api, method)(url(path), headers={"Authorization": f"Bearer {token}"})
    assert response.status_code == 401
    assert errors_of(response)[0]["code"] == "token_not_valid"


@pytest.mark.parametrize(("method", "path"), WITH_BODY)
@pytest.mark.parametrize(
    "body", ["{", '{"a": 1, "a": 2}', '{"unitPrice": 1, "unit_price": 2}', "[]", '"x"', "5", "NaN"]
)
def test_a_body_that_is_none_is_a_400(admin_api, url, unchanged, method, path, body):
    response = getattr(admin_api, method)(url(path), body, content_type="application/json")
    assert response.status_code == 400
    assert errors_of(response)


@pytest.mark.parametrize(("method", "path"), WITH_BODY)
def test_a_body_of_5_mb_is_a_413(admin_api, url, unchanged, method, path):
    body = json.dumps({"reason": "x" * 5_000_000})
    response = getattr(admin_api, method)(url(path), body, content_type="application/json")
    assert (response.status_code, errors_of(response)[0]["code"]) == (413, "too_large")


@pytest.mark.parametrize(("method", "path"), WITH_BODY)
def test_a_body_that_is_no_json_is_a_415(admin_api, url, unchanged, method, path):
    response = getattr(admin_api, method)(url(path), "a=1", content_type="text/plain")
    assert response.status_code == 415


ORDER_DOORS = [(method, path) for method, path, _ in DOORS if "{order}" in path]


@pytest.mark.parametrize(("method", "path"), ORDER_DOORS)
def test_another_buyers_order_answers_as_if_there_were_none(url, unchanged, method, path):
    api = client_of(UserFactory(role="buyer"))
    theirs = getattr(api, method)(url(path))
    nobodys = getattr(api, method)(path.format(order=uuid.uuid4()))
    assert theirs.status_code in (403, 404)
    assert (theirs.status_code, theirs.json()) == (nobodys.status_code, nobodys.json())


@pytest.mark.parametrize("bad", ["0", "x", "-1", "1.5", "null", "%00", "9" * 40, "..%2f"])
@pytest.mark.parametrize(
    ("method", "path"), [(method, path) for method, path, _ in DOORS if "{" in path]
)
def test_an_id_of_the_wrong_kind_is_a_404(admin_api, unchanged, method, path, bad):
    response = getattr(admin_api, method)(path.format(product=bad, order=bad))
    assert response.status_code == (400 if bad == "%00" else 404)


@pytest.mark.parametrize(
    "status", ["shiped", "", " ", None, ["confirmed"], {"a": 1}, 5, True, 1.5, "x" * 5000]
)
def test_a_status_that_is_none_lists_those_there_are(seller_api, order, unchanged, status):
    response = seller_api.patch(f"/api/orders/{order.pk}", {"status": status})
    assert response.status_code == 400
    assert errors_of(response)[0]["attr"] == "status"
    assert set(response.json()["allowed"]) == {
        *("pending", "confirmed", "processing", "shipped", "delivered", "cancelled", "returned")
    }
