"""The HTTP paths of this app."""

from django.urls import path

from whatsapp.api import chats
from whatsapp.api.media import MediaView
from whatsapp.api.webhook import gupshup_webhook

MESSAGES = "wa/chats/<int:pk>/messages"
ACTIONS = f"{MESSAGES}/<int:message_id>/ai-actions"

urlpatterns = [
    path("wa/chats", chats.ChatListView.as_view(), name="wa-chats"),
    path(MESSAGES, chats.MessageListView.as_view(), name="wa-messages"),
    path(f"{ACTIONS}/analyze", chats.AnalyzeView.as_view(), name="wa-analyze"),
    path(f"{ACTIONS}/create-order", chats.CreateOrderView.as_view(), name="wa-create-order"),
    path("wa/media/<int:pk>", MediaView.as_view(), name="wa-media"),
    path("gupshup_incoming_webhook", gupshup_webhook, name="gupshup-webhook"),
    path("gupshup_incoming_webhook/<str:secret>", gupshup_webhook),
]
