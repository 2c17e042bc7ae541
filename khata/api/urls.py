"""The HTTP paths of this app."""

from django.urls import path

from khata.api import pages

urlpatterns = [
    path("khata-upload/<int:pk>", pages.UploadDetailView.as_view(), name="khata-upload-detail"),
    path(
        "khata-upload/<int:pk>/pages/<int:number>/image",
        pages.PageImageView.as_view(),
        name="khata-page-image",
    ),
    path("khata-submit", pages.SubmitWholeView.as_view(), name="khata-submit-whole"),
    path("khata/submit", pages.SubmitView.as_view(), name="khata-submit"),
]
