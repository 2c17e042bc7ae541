"""What PARCHI_ENV=production refuses to start with."""

from collections.abc import Sequence

from django.core.exceptions import ImproperlyConfigured


def refuse_unsafe_production(
    *,
    secret_key: str,
    demo_secret_key: str,
    debug: bool,
    allowed_hosts: Sequence[str],
    database_engine: str,
) -> None:
    """Raise ImproperlyConfigured naming every demo default that is still in force."""
    faults = []
    if secret_key == demo_secret_key or len(secret_key) < 50 or len(set(secret_key)) < 5:
        faults.append("SECRET_KEY must be your own random text of at least 50 characters")
    if debug:
        faults.append("DEBUG must be off")
    if not allowed_hosts or "*" in allowed_hosts:
        faults.append("ALLOWED_HOSTS must name your hosts")
    if database_engine == "config.embedded_postgres":
        faults.append("DATABASE_URL must name your PostgreSQL")
    if faults:
        raise ImproperlyConfigured(f"PARCHI_ENV=production: {'; '.join(faults)}.")
