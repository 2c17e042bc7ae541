from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class DeskConfig(AppConfig):
    """What spans all apps: settings, urls, dashboard, seed, sweep, reconcile. No tables."""

    name = "config"
    verbose_name = "Parchi"
    default = True

    def ready(self) -> None:
        from config import checks  # noqa: F401
        from config.languages import translate_names

        translate_names()


class DeskAdminConfig(admin_apps.AdminConfig):
    """Django's admin with the desk's site."""

    default = False
    default_site = "config.site.DeskSite"
