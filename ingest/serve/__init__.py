"""What runs for long, Airflow and Superset over one home; `python -m ingest.serve airflow` stays in front."""

from ingest.ports import AIRFLOW_PORT, SUPERSET_PORT
from ingest.serve.accounts import synchronise_readers, tell_purposes
from ingest.serve.airflow import Airflow
from ingest.serve.passwords import renew_password
from ingest.serve.service import NotReadyError, Service, free_port
from ingest.serve.superset import Superset

__all__ = [
    "AIRFLOW_PORT",
    "SUPERSET_PORT",
    "Airflow",
    "NotReadyError",
    "Service",
    "Superset",
    "free_port",
    "renew_password",
    "synchronise_readers",
    "tell_purposes",
]
