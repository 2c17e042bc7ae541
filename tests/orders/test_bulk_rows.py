"""Rows of a bulk change that are no products at all."""

import pytest


@pytest.mark.parametrize("row", [[None, None], "x", 7, None, [], {"id": 1, "sku": {}}, {}])
def test_a_row_that_is_no_product_is_an_error_of_its_own(admin_api, row):
    answer = admin_api.post("/api/products/bulk", {"products": [row]})
    assert answer.status_code == 200
    (error,) = answer.json()["errors"]
    assert error["errors"]
    assert error["id"] in (1, None)
    assert error["sku"] is None
