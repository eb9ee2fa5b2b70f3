"""How Airflow opens its own metadata: named by `[database] sql_alchemy_connect_args`, which takes a path to import."""

WAIT_SECONDS = 60
"""SQLite lets one write at a time. Giving up after its usual five seconds ends the scheduler of a busy machine."""

SQLITE = {"timeout": WAIT_SECONDS}
