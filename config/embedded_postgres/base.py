"""Django's PostgreSQL backend, pointed at the embedded server when it first connects."""

from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base

from config.embedded_postgres.server import connection_host


class DatabaseWrapper(base.DatabaseWrapper):
    """Starts or joins the embedded server at the first connection, never at import."""

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        params["host"], params["port"] = connection_host(settings.PARCHI_DATA)
        return params
