"""The HTTP paths of this app."""

from django.urls import path

from whatsapp.api.webhook import gupshup_webhook

urlpatterns = [
    path("gupshup_incoming_webhook", gupshup_webhook, name="gupshup-webhook"),
    path("gupshup_incoming_webhook/<str:secret>", gupshup_webhook),
]
