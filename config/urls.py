"""Every path of the desk; each app brings its own. None ends in a slash (config/api/case.py)."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from config.finding_page import find_page
from config.languages import set_language
from config.login import login
from config.saved_views_page import saved_views
from whatsapp.admin.simulator import simulator

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("admin", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/login/", login),
    path("admin/find/", admin.site.admin_view(find_page), name="find"),
    path("admin/language", admin.site.admin_view(set_language), name="set_language"),
    path(
        "admin/saved-views/<str:listing>",
        admin.site.admin_view(saved_views),
        name="saved_views",
    ),
    path("admin/", admin.site.urls),
    path("simulator", admin.site.admin_view(simulator), name="simulator"),
    path("", include("customers.api.urls")),
    path("", include("orders.api.urls")),
    path("", include("whatsapp.api.urls")),
    path("", include("khata.api.urls")),
    path("", include("drafts.api.urls")),
    path("api/schema", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
]

handler404 = "config.api.errors.not_found"
