"""Django's settings of the ledger. A site on top of it (the portal) starts from these and adds its own.

In: BBAJ_HOME, BBAJ_LEDGER_URL, and for a site BBAJ_SECRET_KEY. Out: Django settings.
"""

from __future__ import annotations

import os
import secrets

from ingest.home import Home
from ingest.ledger.store.database import database_of

# The ledger itself signs nothing: without a key of the installation every process invents one.
SECRET_KEY = os.environ.get("BBAJ_SECRET_KEY") or secrets.token_urlsafe(50)
DEBUG = False
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "ingest.ledger.apps.LedgerConfig",
]
DATABASES = {"default": database_of(Home.from_environment())}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "ledger.User"
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "kk"
LANGUAGES = [("kk", "Қазақша"), ("ru", "Русский"), ("en", "English")]
