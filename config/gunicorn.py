"""How gunicorn serves the desk (gunicorn -c config/gunicorn.py config.wsgi); PORT as everywhere."""

import os
from typing import Any

from gunicorn.glogging import Logger

from config.logs import MaskingFormatter, mask


class SafeLogger(Logger):
    """gunicorn's logger; its access line knows neither query, referer nor secret."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(MaskingFormatter(self.error_fmt, self.datefmt))

    def atoms(self, resp: Any, req: Any, environ: Any, request_time: Any) -> dict[str, Any]:
        atoms: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        path = mask(str(atoms["U"])).encode("unicode_escape").decode("ascii")
        atoms.update({"U": path, "q": "", "f": "-", "r": f"{atoms['m']} {path} {atoms['H']}"})
        return atoms


bind = f"{os.environ.get('HOST', '0.0.0.0')}:{os.environ.get('PORT', '8000')}"  # noqa: S104
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
worker_class = "gthread"
timeout = 60
graceful_timeout = 20
accesslog = "-"
access_log_format = '%(h)s "%(m)s %(U)s" %(s)s %(b)s %(M)sms'
control_socket_disable = True
logger_class = "config.gunicorn.SafeLogger"
# A worker's memory never grows for ever; the jitter keeps them from restarting together.
max_requests = 20_000
max_requests_jitter = 2_000
