from django.apps import AppConfig


class KhataConfig(AppConfig):
    name = "khata"
    verbose_name = "Khata"
