"""python -m config.embedded_postgres stop: ends the embedded server (make stop)."""

import os
import sys

from config.embedded_postgres.server import stop

if __name__ == "__main__":
    if sys.argv[1:] != ["stop"]:
        sys.exit("usage: python -m config.embedded_postgres stop")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.conf import settings

    print("stopped" if stop(settings.PARCHI_DATA) else "it was not running")
