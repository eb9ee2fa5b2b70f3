"""Where things lie, and the secrets made at the first start."""

from __future__ import annotations

from pathlib import Path

from dashboards.places import Places, port, secret


def test_a_secret_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "superset" / "secret_key"
    first = secret(path)
    assert len(first) >= 32
    assert secret(path) == first
    assert path.stat().st_mode & 0o777 == 0o600


def test_everything_lies_under_the_home(tmp_path: Path) -> None:
    places = Places.from_environment({"BBAJ_HOME": str(tmp_path)})
    assert places.metadata == tmp_path / "superset" / "superset.sqlite3"
    assert places.warehouse == tmp_path / "published" / "current" / "warehouse.duckdb"


def test_the_home_is_var_by_default() -> None:
    assert Places.from_environment({}).home == Path("var").resolve()


def test_the_port_is_a_setting() -> None:
    assert port({}) == 8088
    assert port({"BBAJ_SUPERSET_PORT": "9000"}) == 9000
