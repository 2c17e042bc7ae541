"""The HTTP paths of this app."""

from django.urls import path

from whatsapp.api.media import MediaView
from whatsapp.api.webhook import gupshup_webhook

urlpatterns = [
    path("wa/media/<int:pk>", MediaView.as_view(), name="wa-media"),
    path("gupshup_incoming_webhook", gupshup_webhook, name="gupshup-webhook"),
    path("gupshup_incoming_webhook/<str:secret>", gupshup_webhook),
]
