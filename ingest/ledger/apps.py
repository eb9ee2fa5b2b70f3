"""The ledger as a Django app."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Label `ledger`: table names and migrations depend on it."""

    name = "ingest.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"
