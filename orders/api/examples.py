"""What the API's documentation shows as examples."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample

CHECKOUT = [
    OpenApiExample(
        "A guest's order",
        value={
            "orderReference": "LEG-7K3M-Q0XW",
            "customerName": "Farida Shaikh",
            "customerPhone": "98220 01144",
            "customerAddress": "12 Gandhi Road, Surat 395003",
            "items": [
                {"productId": 12, "quantity": 2, "selectedSize": "M", "unitPrice": 450},
                {"productId": 31, "quantity": 1},
            ],
            "total": 1399,
            "notes": "Please call before you come.",
        },
        request_only=True,
    ),
    OpenApiExample(
        "An address in its parts",
        value={
            "customerName": "Omkar Jadhav",
            "customerPhone": "+919822001155",
            "customerEmail": "omkar@example.in",
            "customerAddress": {
                "line1": "Flat 4, Shanti Niwas",
                "city": "Pune",
                "state": "Maharashtra",
                "pincode": "411004",
            },
            "items": [{"productId": 12, "quantity": "2"}],
        },
        request_only=True,
    ),
]
