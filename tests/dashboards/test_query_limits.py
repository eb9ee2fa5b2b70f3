"""Which connections a limit stops: those to the warehouse, and no other, however long they are held."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.dashboards.conftest import PYTHON, REPOSITORY

# Runs in the environment of the dashboards; both questions take longer than the limit.
_TRIAL = """
import json
from sqlalchemy import create_engine, text
from dashboards.answering.query_limits import limit_queries
limit_queries(0.1)
LONG = {
    "sqlite://": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000000)"
    " SELECT count(*) FROM n",
    "duckdb:///:memory:": "SELECT count(*) FROM range(100000000) a, range(1000) b"
    " WHERE a.range % 7 = b.range % 5",
}
ended = {}
for address, question in LONG.items():
    with create_engine(address).connect() as con:
        try:
            con.execute(text(question)).fetchall()
            ended[address] = "answered"
        except Exception:
            ended[address] = "stopped"
print(json.dumps(ended))
"""


def test_the_warehouse_is_stopped_and_supersets_own_database_is_not() -> None:
    if not PYTHON.is_file():
        pytest.skip("Superset's environment is not installed")
    said = subprocess.run(
        [str(PYTHON), "-c", _TRIAL], cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout
    assert json.loads(said) == {"sqlite://": "answered", "duckdb:///:memory:": "stopped"}
