"""Superset's settings. Superset reads this file through SUPERSET_CONFIG_PATH.

In: BBAJ_HOME (default var/), BBAJ_SUPERSET_PORT. Out: the module-level names Superset looks for.
Nothing here, and nothing a page loads, may name another host: the system works on a closed network.
"""

import gc
import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # Superset loads this file by path

from dashboards.access.hooks import no_roles, only_oneself, open_own_file, rows_of_reader
from dashboards.answering.compressed import Compressed, name_of
from dashboards.answering.journal import Journal
from dashboards.answering.kept_open import KeptOpen, keep_open
from dashboards.answering.query_limits import limit_queries
from dashboards.doors import SecurityManager
from dashboards.look import CATEGORICAL_SCHEME, SEQUENTIAL_SCHEME, THEME
from dashboards.places import Places, keep_private, secret
from dashboards.web import prepare
from dashboards.words.speech import LANGUAGES as OUR_LANGUAGES
from dashboards.words.speech import NUMBER_FORMAT, time_format
from signin.manager import refuse_weak
from signin.record import Record

keep_private()
# Superset loads thousands of modules from here on, and to look for garbage meanwhile takes a fifth of that time.
gc.set_threshold(200_000, 20, 50)
_places = Places.from_environment()
_places.superset.mkdir(parents=True, exist_ok=True)

APP_NAME = "ББАЖ"
SECRET_KEY = secret(_places.secret_key, length=48)
SQLALCHEMY_DATABASE_URI = _places.metadata_address
DATA_DIR = str(_places.superset)
UPLOAD_FOLDER = str(_places.superset / "uploads") + "/"

# Languages -----------------------------------------------------------------------------------------------
BABEL_DEFAULT_LOCALE = "kk"
LANGUAGES = OUR_LANGUAGES
# Flask-Babel merges the directories in this order, a later one wins: Superset's own, then ours.
BABEL_TRANSLATION_DIRECTORIES = f"translations;{_places.translations}"
D3_FORMAT = NUMBER_FORMAT
D3_TIME_FORMAT = time_format("kk")
CURRENCIES = ["KZT"]


def COMMON_BOOTSTRAP_OVERRIDES_FUNC(data: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 (Superset's name)
    """Names of months and days follow the language of the page."""
    return {"d3_time_format": time_format(data["locale"])}


FLASK_APP_MUTATOR = prepare

# Look ----------------------------------------------------------------------------------------------------
THEME_DEFAULT = THEME
THEME_DARK = None
ENABLE_UI_THEME_ADMINISTRATION = False
EXTRA_CATEGORICAL_COLOR_SCHEMES = [CATEGORICAL_SCHEME]
EXTRA_SEQUENTIAL_COLOR_SCHEMES = [SEQUENTIAL_SCHEME]
THEME_FONT_URL_ALLOWED_DOMAINS: list[str] = []

# Nothing leaves the host -----------------------------------------------------------------------------------
TALISMAN_ENABLED = True
TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        "style-src": ["'self'", "'unsafe-inline'"],
        "font-src": ["'self'", "data:"],
        "script-src": ["'self'", "'strict-dynamic'"],
        "frame-ancestors": ["'self'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,
    "session_cookie_secure": False,
}
DECKGL_BASE_MAP = [["", "—"]]  # no map tiles: they would come from other hosts; the pages expect one entry
SLACK_ENABLE_AVATARS = False
ENABLE_JAVASCRIPT_CONTROLS = False

# Access --------------------------------------------------------------------------------------------------
# The address people use, where a proxy with TLS stands before this server (docs/guides/administrator).
_address = os.environ.get("BBAJ_SUPERSET_URL", "")
ENABLE_PROXY_FIX = bool(_address)
SESSION_COOKIE_SECURE = _address.startswith("https:")
TALISMAN_CONFIG["session_cookie_secure"] = SESSION_COOKIE_SECURE
WTF_CSRF_ENABLED = True
FAB_PASSWORD_COMPLEXITY_ENABLED = True
FAB_PASSWORD_COMPLEXITY_VALIDATOR = refuse_weak
BBAJ_SIGNIN_RECORD = Record(_places.superset / "signin.sqlite3")

CUSTOM_SECURITY_MANAGER = SecurityManager
AUTH_ROLE_PUBLIC = "Public"
AUTH_USER_REGISTRATION = False
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
PERMANENT_SESSION_LIFETIME = timedelta(hours=12)
# The warehouse is a file of this host; Superset refuses such addresses unless told that they are meant.
PREVENT_UNSAFE_DB_CONNECTIONS = False
FAB_API_SWAGGER_UI = False  # its page loads scripts from another host
FEATURE_FLAGS = {
    "DRILL_BY": True,
    "DRILL_TO_DETAIL": True,
    "ENABLE_TEMPLATE_PROCESSING": True,  # the rules on rows of territories are made of it
    "ALLOW_ADHOC_SUBQUERY": False,
    "ESCAPE_MARKDOWN_HTML": True,
    "EMBEDDABLE_CHARTS": False,
    "CSS_TEMPLATES": False,
    "DASHBOARD_VIRTUALIZATION_DEFER_DATA": True,  # what lies below the screen is asked for when somebody scrolls to it
}

# What a reader may not see is not in the file that is opened (docs/adr); rules on rows come on top of that.
DB_CONNECTION_MUTATOR = open_own_file
JINJA_CONTEXT_ADDONS = {"rows_of_reader": rows_of_reader}
EXTRA_RELATED_QUERY_FILTERS = {"user": only_oneself, "role": no_roles}

# Limits --------------------------------------------------------------------------------------------------
# A question that takes longer is stopped in DuckDB; pages wait a little longer for its message.
QUERY_SECONDS = float(os.environ.get("BBAJ_QUERY_SECONDS") or 30)
limit_queries(QUERY_SECONDS)
keep_open(KeptOpen())
SUPERSET_WEBSERVER_TIMEOUT = int(QUERY_SECONDS) + 15
SQLLAB_TIMEOUT = int(QUERY_SECONDS) + 15
ROW_LIMIT = 10_000
SQL_MAX_ROW = 50_000
CSV_STREAMING_ROW_THRESHOLD = SQL_MAX_ROW + 1  # more than any answer has: nothing is streamed (exports/hooks)

# Freshness -------------------------------------------------------------------------------------------------
# The key of Superset's data cache does not know the publication: one page could mix two of them.
CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}
DATA_CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}
_FILES = str(_places.superset / "cache")
FILTER_STATE_CACHE_CONFIG = {
    "CACHE_TYPE": "FileSystemCache",
    "CACHE_DIR": _FILES,
    "CACHE_DEFAULT_TIMEOUT": int(timedelta(days=90).total_seconds()),
    "CACHE_THRESHOLD": 10_000,
    "CACHE_KEY_PREFIX": "filter_state_",
    "REFRESH_TIMEOUT_ON_RETRIEVAL": True,
}
EXPLORE_FORM_DATA_CACHE_CONFIG = {**FILTER_STATE_CACHE_CONFIG, "CACHE_KEY_PREFIX": "explore_form_data_"}
RATELIMIT_STORAGE_URI = "memory://"
TALISMAN_DEV_CONFIG = TALISMAN_CONFIG
LOG_LEVEL = "WARNING"
EVENT_LOGGER = Journal()
COMPRESS_CACHE_BACKEND, COMPRESS_CACHE_KEY = Compressed, name_of
