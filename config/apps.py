from django.apps import AppConfig


class DeskConfig(AppConfig):
    """What spans all apps: settings, urls, dashboard, seed, sweep, reconcile. No tables."""

    name = "config"
    verbose_name = "Parchi"

    def ready(self) -> None:
        from django.contrib import admin

        from config import checks  # noqa: F401
        from config.languages import translate_names
        from config.login import ThrottledLoginForm

        translate_names()
        admin.site.login_form = ThrottledLoginForm
