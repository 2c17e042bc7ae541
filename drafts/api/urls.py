"""The HTTP paths of this app."""

from django.urls import path

from drafts.api import views

ENTRY = "order-drafts/<int:pk>/entries/<int:entry_id>"
CHANGE = "order-drafts/<int:pk>/changes/<int:change_id>"

urlpatterns = [
    path("order-drafts", views.DraftListView.as_view(), name="draft-list"),
    path("order-drafts/<int:pk>", views.DraftDetailView.as_view(), name="draft"),
    path("order-drafts/<int:pk>/entries", views.EntryListView.as_view(), name="draft-entries"),
    path(ENTRY, views.EntryView.as_view(), name="draft-entry"),
    path(f"{ENTRY}/client", views.EntryClientView.as_view(), name="draft-entry-client"),
    path(f"{CHANGE}/accept", views.AcceptChangeView.as_view(), name="draft-change-accept"),
    path(f"{CHANGE}/decline", views.DeclineChangeView.as_view(), name="draft-change-decline"),
    path(
        "order-drafts/<int:pk>/recalculate_slip_numbers",
        views.RecalculateView.as_view(),
        name="draft-recalculate",
    ),
    path("order-drafts/<int:pk>/reread", views.RereadView.as_view(), name="draft-reread"),
    path("order-drafts/<int:pk>/convert", views.ConvertView.as_view(), name="draft-convert"),
]
