"""The HTTP paths of this app."""

from django.urls import path

from customers.api import (
    imports,
    merges,
    people,
    recovery,
    score_views,
    staff,
    tables,
    views,
)
from customers.api.logo import LogoView

urlpatterns = [
    path("shop/logo", LogoView.as_view(), name="shop-logo"),
    path("api/auth/token", views.TokenView.as_view(), name="token"),
    path("api/auth/token/refresh", views.RefreshView.as_view(), name="token-refresh"),
    path("api/auth/token/blacklist", views.BlacklistView.as_view(), name="token-blacklist"),
    path("api/auth/register", views.RegisterView.as_view(), name="register"),
    path("api/auth/me", views.MeView.as_view(), name="me"),
    path("api/auth/password", views.PasswordView.as_view(), name="password"),
    path("api/auth/email/verify", recovery.VerifyEmailView.as_view(), name="email-verify"),
    path("api/auth/email/resend", recovery.ResendVerificationView.as_view(), name="email-resend"),
    path("api/auth/password/forgot", recovery.ForgotPasswordView.as_view(), name="forgot"),
    path("api/auth/password/reset", recovery.ResetPasswordView.as_view(), name="reset"),
    path("api/auth/password/reset-by-phone", recovery.ResetByPhoneView.as_view()),
    path("api/auth/username/forgot", recovery.ForgotUsernameView.as_view()),
    path("api/auth/username/by-phone", recovery.UsernameByPhoneView.as_view()),
    path("api/auth/phone/code", recovery.PhoneCodeView.as_view(), name="phone-code"),
    path("api/auth/phone/verify", recovery.PhoneVerifyView.as_view(), name="phone-verify"),
    path("api/auth/phone/confirm", recovery.ConfirmPhoneView.as_view(), name="phone-confirm"),
    path("api/staff/customers", people.CustomerListView.as_view(), name="staff-customers"),
    path(
        "api/staff/customers/search",
        people.CustomerSearchView.as_view(),
        name="staff-customer-search",
    ),
    path(
        "api/staff/customers/duplicates",
        people.DuplicatesView.as_view(),
        name="staff-customer-duplicates",
    ),
    path("api/staff/customers/merge", merges.MergeView.as_view(), name="staff-customer-merge"),
    path(
        "api/staff/customers/merges/<int:pk>/undo",
        merges.UndoMergeView.as_view(),
        name="staff-customer-merge-undo",
    ),
    path(
        "api/staff/customers/bulk-delete",
        people.BulkDeleteView.as_view(),
        name="staff-customers-bulk-delete",
    ),
    path("api/staff/customers/export", tables.ExportView.as_view(), name="staff-customers-export"),
    path("api/staff/customers/<int:pk>", people.CustomerView.as_view(), name="staff-customer"),
    path(
        "api/staff/customers/<int:pk>/orders",
        people.CustomerOrdersView.as_view(),
        name="staff-customer-orders",
    ),
    path("api/staff/customers/import", imports.ImportCustomersView.as_view(), name="import"),
    path("api/staff/products/import", imports.ImportProductsView.as_view()),
    path("api/staff/orders/import", imports.ImportOrdersView.as_view()),
    path("api/staff/customers/import/template", imports.CustomersTemplateView.as_view()),
    path("api/staff/products/import/template", imports.ProductsTemplateView.as_view()),
    path("api/staff/orders/import/template", imports.OrdersTemplateView.as_view()),
    path("api/staff/imports/<int:pk>", imports.ImportJobView.as_view(), name="import-job"),
    path(
        "api/staff/imports/<int:pk>/errors",
        imports.ImportErrorsView.as_view(),
        name="import-errors",
    ),
    path("api/customers/scores", score_views.ScoreListView.as_view(), name="customer-scores"),
    path(
        "api/customers/<int:pk>/score",
        score_views.CustomerScoreView.as_view(),
        name="customer-score",
    ),
    path("api/staff/call-list", score_views.CallListView.as_view(), name="call-list"),
    path(
        "api/staff/call-list/<int:pk>/outcome",
        score_views.CallOutcomeView.as_view(),
        name="call-outcome",
    ),
    path("api/staff/users", staff.StaffUserListView.as_view(), name="staff-users"),
    path("api/staff/users/<int:pk>", staff.StaffUserView.as_view(), name="staff-user"),
    path("api/staff/me", staff.StaffMeView.as_view(), name="staff-me"),
    path("api/staff/me/password", staff.StaffPasswordView.as_view(), name="staff-password"),
]
