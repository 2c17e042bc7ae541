"""The HTTP paths of this app."""

from django.urls import path

from customers.api import views

urlpatterns = [
    path("api/auth/token", views.TokenView.as_view(), name="token"),
    path("api/auth/token/refresh", views.RefreshView.as_view(), name="token-refresh"),
    path("api/auth/token/blacklist", views.BlacklistView.as_view(), name="token-blacklist"),
    path("api/auth/register", views.RegisterView.as_view(), name="register"),
    path("api/auth/me", views.MeView.as_view(), name="me"),
    path("api/auth/password", views.PasswordView.as_view(), name="password"),
]
