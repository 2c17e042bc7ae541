"""The HTTP paths of this app."""

from django.urls import path

from khata.api import credit, ledger, pages, uploads

urlpatterns = [
    path("khata-upload", uploads.UploadView.as_view(), name="khata-upload"),
    path("khata-upload-v2", uploads.UploadV2View.as_view(), name="khata-upload-v2"),
    path("khata-upload/<int:pk>", pages.UploadDetailView.as_view(), name="khata-upload-detail"),
    path(
        "khata-upload/<int:pk>/pages/<int:number>/image",
        pages.PageImageView.as_view(),
        name="khata-page-image",
    ),
    path("khata-submit", pages.SubmitWholeView.as_view(), name="khata-submit-whole"),
    path("khata/submit", pages.SubmitView.as_view(), name="khata-submit"),
    path("khata/accounts", ledger.AccountListView.as_view(), name="khata-accounts"),
    path(
        "khata/accounts/<int:customer_id>/statement",
        ledger.StatementView.as_view(),
        name="khata-statement",
    ),
    path("khata/entries", ledger.EntryView.as_view(), name="khata-entries"),
    path(
        "khata/entries/<int:pk>/reverse",
        ledger.ReverseEntryView.as_view(),
        name="khata-entries-reverse",
    ),
    path("api/staff/credit/<int:customer_id>", credit.CreditView.as_view(), name="staff-credit"),
]
