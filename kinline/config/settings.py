"""Settings: the environment only, and a refusal to start on a value that makes no sense."""

import json
import os
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from kinline.config import paths, proxies, turn

PACKAGE = Path(__file__).resolve().parents[1]
DATA = paths.data_dir()
KEYS = paths.keys_dir()


def flag(name: str, default: bool = False) -> bool:
    """A switch from the environment; anything but 1 or 0 is refused."""
    word = os.environ.get(name, "1" if default else "0")
    if word not in {"0", "1"}:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {word!r}")
    return word == "1"


def origins(engines: list[dict[str, str]]) -> list[str]:
    """Where pages may open sockets: without a path, which would allow nothing that is below it."""
    return sorted({urljoin(engine["url"], "/") for engine in engines})


DEBUG = flag("KINLINE_DEBUG")
DEMO = flag("KINLINE_DEMO")  # a demo says on every page that its people and limits are invented
DEMO_SIGN_INS = "kinline.config.demo.sign_ins"  # who can sign in, for the public page of a demo
SECRET_KEY = paths.key("secret", KEYS)


def KEYRING(name: str) -> str:
    """How the rooms reach a key file: they may not know where files lie."""
    return paths.key(name, KEYS)


WEB_URL = os.environ.get("KINLINE_WEB_URL", "http://127.0.0.1:8700")
# Web as our own processes reach it, without the proxy that browsers come through.
WEB_INSIDE_URL = os.environ.get("KINLINE_WEB_INSIDE_URL", WEB_URL)
# Each engine as pages see it: {"id": "e1", "url": "ws://127.0.0.1:8701"}
ENGINES: list[dict[str, str]] = json.loads(
    os.environ.get("KINLINE_ENGINES", '[{"id": "e1", "url": "ws://127.0.0.1:8701"}]')
)
try:
    TURN_SERVERS = turn.servers(os.environ)
    # How private visits pass: through those servers ("relay"), "direct", or not at all ("off").
    PRIVATE_VISITS = turn.way(os.environ, TURN_SERVERS, demo=DEMO)
    # Whose word on who asks is believed.
    PROXIES = proxies.proxies(os.environ)
except ValueError as wrong:
    raise ImproperlyConfigured(str(wrong)) from None
HTTPS = urlsplit(WEB_URL).scheme == "https"
ALLOWED_HOSTS = [urlsplit(WEB_URL).hostname or "127.0.0.1", "127.0.0.1", "localhost"]
CSRF_TRUSTED_ORIGINS = [WEB_URL]

INSTALLED_APPS = [
    "kinline.doors",
    "kinline.doors.portal",
    "kinline.doors.tablet",
    "kinline.doors.console",
    "kinline.doors.public",
    "kinline.apps.reports",
    "kinline.apps.calls",
    "kinline.apps.messaging",
    "kinline.apps.visits",
    "kinline.apps.shop",
    "kinline.apps.review",
    "kinline.apps.recordings",
    "kinline.apps.ledger",
    "kinline.apps.charging",
    "kinline.apps.people",
    "kinline.apps.facilities",
    "kinline.apps.notices",
    "kinline.apps.audit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "anymail",
    "axes",
    "csp",
    "django_htmx",
]
MIDDLEWARE = [
    "kinline.doors.control.straight.Straight",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "csp.middleware.CSPMiddleware",
    "kinline.doors.guards.NotThere",
    "kinline.doors.idle.StaffIdle",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "kinline.config.urls"
WSGI_APPLICATION = "kinline.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kinline.doors.context.house",
            ]
        },
    }
]

DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("KINLINE_DATABASE_URL", f"sqlite:///{DATA / 'kinline.sqlite3'}")
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        # IMMEDIATE: a writer waits for its turn instead of failing in the middle.
        "transaction_mode": "IMMEDIATE",
        "timeout": 10,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        ),
    }
    DATABASES["default"]["CONN_MAX_AGE"] = None
else:
    DATABASES["default"]["OPTIONS"] = {"pool": {"min_size": 1, "max_size": 16}}
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# People outside sign up by e-mail or by telephone, and prove it with a code; staff are made by
# staff. One of the two is enough: each sign-up form drops the other field.
ACCOUNT_LOGIN_METHODS = {"email", "phone"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "phone", "password1*"]
ACCOUNT_FORMS = {"reset_password": "kinline.doors.public.forms.Forgot"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_CHANGE_EMAIL = True  # one address: a new one, once proven, takes the place of the old
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_PREVENT_ENUMERATION = True  # a known and an unknown address get the same answer
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 8, "dashed": False}
ACCOUNT_ADAPTER = "kinline.doors.public.adapters.SignIn"
ACCOUNT_SESSION_REMEMBER = False  # a session ends with the browser, at the latest
ACCOUNT_RATE_LIMITS = {
    "login_failed": "30/m/ip,5/5m/key",  # "key": codes only, see adapters
    "signup": "10/m/ip",
    "reset_password": "10/m/ip,3/m/key",
    "verify_phone": "1/30s/key,5/m/ip",  # each one costs somebody a text message
}
MFA_ADAPTER = "kinline.doors.public.adapters.SecondFactor"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # on one's own machine, for trying
MFA_TOTP_ISSUER = "Kinline"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # staff accounts are made by staff, not by signing up
MFA_KEY = paths.key("mfa", KEYS)  # seals the second factors' secrets in the database
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/after-sign-in/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
# By account and address together: a hostile neighbour cannot lock a person out.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "kinline.doors.public.lockout.tried_email"
AXES_LOCKOUT_CALLABLE = "kinline.doors.public.lockout.locked"
AXES_CLIENT_STR_CALLABLE = "kinline.doors.public.lockout.nobody"  # logs never hold people
AXES_VERBOSE = False

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [folder for folder in [PACKAGE / "static_build"] if folder.exists()]
STATIC_ROOT = PACKAGE / "static_root"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = DATA / "files"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF, "blob:"],
        "connect-src": [SELF, *origins(ENGINES)],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# A mail server for notices; without one, notes on people's pages are all there is.
EMAIL_HOST = os.environ.get("KINLINE_SMTP_HOST", "")
EMAIL_PORT = int(os.environ.get("KINLINE_SMTP_PORT", "25"))
EMAIL_USE_TLS = flag("KINLINE_SMTP_TLS")
EMAIL_HOST_USER = os.environ.get("KINLINE_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("KINLINE_SMTP_PASSWORD", "")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("KINLINE_MAIL_FROM", "kinline@localhost")
# What else carries mail: "file" (a demo's: <data>/mail), "console", or a provider of anymail's.
MAIL_BY = os.environ.get("KINLINE_MAIL", "file" if DEMO and not EMAIL_HOST else "")
EMAIL_FILE_PATH = DATA / "mail"
# Keys of that provider, as anymail names them: {"MAILGUN_API_KEY": "..."}
ANYMAIL: dict[str, object] = json.loads(os.environ.get("KINLINE_MAIL_KEYS", "{}"))
EMAIL_BACKEND = {
    "": "django.core.mail.backends.smtp.EmailBackend",
    "file": "django.core.mail.backends.filebased.EmailBackend",
    "console": "django.core.mail.backends.console.EmailBackend",
}.get(MAIL_BY, f"anymail.backends.{MAIL_BY}.EmailBackend")
# SMS by Telnyx, or by what stands in for it. The first number is notices', the others carry texts.
SMS_API = os.environ.get("KINLINE_SMS_API", "https://api.telnyx.com")
SMS_KEY = os.environ.get("KINLINE_SMS_KEY", "")
SMS_PUBLIC_KEY = os.environ.get("KINLINE_SMS_PUBLIC_KEY", "")
SMS_NUMBERS = [one.strip() for one in os.environ.get("KINLINE_SMS_NUMBERS", "").split(",") if one]
SMS_PER_SECOND = int(os.environ.get("KINLINE_SMS_PER_SECOND", "10"))  # from each number
# Push services of the browsers there are. Nothing is sent to any other address.
PUSH_SERVICES = [
    "https://fcm.googleapis.com",
    "https://*.push.services.mozilla.com",
    "https://*.notify.windows.com",
    "https://*.push.apple.com",
]
# Whom a push service writes to when we do it harm (RFC 8292).
PUSH_CONTACT = os.environ.get("KINLINE_PUSH_CONTACT", f"mailto:{DEFAULT_FROM_EMAIL}")
# Stripe itself; elsewhere only what stands in for it in a demo and in tests.
STRIPE_API = os.environ.get("KINLINE_STRIPE_API", "")
# How card data is taken: "test" (a demo's, with cards that do not exist), or a module's path.
CARD_ENTRY = os.environ.get("KINLINE_CARD_ENTRY", "test" if DEMO else "")
RECORDINGS = DATA / "recordings"
NAMES = DATA / "names"
SHOP = DATA / "shop"  # files of the shop, by their content
STORED = DATA / "stored"  # files of messages, sealed
UPLOADS = DATA / "uploads"  # on their way in, sealed piece by piece
# Where strangers' files lie clear while they are opened: best a memory file system (tmpfs).
WORK = Path(os.environ.get("KINLINE_WORK") or STORED / "work")
# A virus scanner for what is attached: "host:port" or the path of a socket; empty is off.
CLAMD = os.environ.get("KINLINE_CLAMD", "")
STAFF_IDLE_SECONDS = 15 * 60
TABLET_IDLE_SECONDS = 5 * 60
SILENCED_SYSTEM_CHECKS: list[str] = []
