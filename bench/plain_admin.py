"""Django's own admin over the desk's tables, as a project has it that only registers its models.

The settings and the addresses of the process that bench/admin_lists.py measures beside the desk's.
"""

from __future__ import annotations

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS as _APPS
from config.settings import MIDDLEWARE as _MIDDLEWARE

ROOT_URLCONF = "bench.plain_urls"
INSTALLED_APPS = [
    # Without the search for admin.py: those are the desk's own.
    "django.contrib.admin.apps.SimpleAdminConfig",
    *(app for app in _APPS if not app.startswith(("unfold", "config.apps."))),
]
MIDDLEWARE = [name for name in _MIDDLEWARE if name.startswith("django.")]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
