"""What an installation decides about its second engine: the table `[spark]` of `bbaj.toml`.

In: the table as it was read. Out: `SparkSettings`. Without the table Spark, when it is asked for, runs on this
machine by itself; a country whose data outgrow the machine names a cluster, and a place that all of its machines
reach.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

ENGINES = ("duckdb", "spark")
"""What a build may run on; the first where nothing is said."""
_KEYS = ("master", "memory", "storage", "python", "java", "properties")
_MASTER = re.compile(
    r"local(\[(\d+|\*)\])?|yarn|spark://[\w.-]+:\d+(,[\w.-]+:\d+)*|k8s://(https?://)?[\w.-]+(:\d+)?(/\S*)?"
)
_MEMORY = re.compile(r"[1-9]\d{0,5}[mg]")
_STORAGE = re.compile(r"[a-z][a-z0-9+.-]{0,30}:/[^\s\]\[{}*?,\\]+|/[^\]\[{}*?,\\]+")
OURS = (
    "spark.master",
    "spark.app.name",
    "spark.sql.ansi.enabled",
    "spark.sql.catalogImplementation",
    "spark.sql.session.timeZone",
    "spark.sql.sources.default",
    "spark.sql.sources.partitionColumnTypeInference.enabled",
    "spark.sql.timestampType",
    "spark.sql.warehouse.dir",
    "spark.local.dir",
)
"""Properties that decide what a build says, or where it writes: nobody sets them."""


@dataclass(frozen=True)
class SparkSettings:
    """`master`: where Spark runs, by its own way of writing it; `memory`: of each of its processes. `storage`: the
    folder that all machines of a cluster reach, in which a build has its copy of the lake and its tables; None where
    they reach the home. `python`: of the environment that has Spark; `java`: the folder Java is in; None where they
    are found by themselves. `properties`: whatever else Spark is to be told."""

    master: str = "local[2]"
    memory: str = "2g"
    storage: str | None = None
    python: str | None = None
    java: str | None = None
    properties: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_local(self) -> bool:
        """Whether it runs on this machine alone."""
        return self.master.startswith("local")


def engine_of(said: object, wrong: Callable[..., Exception]) -> str:
    """The engine that builds run on where nobody says another. Raises what `wrong` makes of a key, a kind and facts."""
    if said is None:
        return ENGINES[0]
    if said not in ENGINES:
        raise wrong("engine", "wrong_type", expected="engine", value=said)
    return str(said)


def spark_settings_of(said: object, wrong: Callable[..., Exception]) -> SparkSettings:
    """The settings of the table. Raises what `wrong` makes of a key, a kind and facts."""
    if said is None:
        return SparkSettings()
    if not isinstance(said, dict):
        raise wrong("spark", "wrong_type", expected="mapping", value=said)
    for name in said:
        if name not in _KEYS:
            raise wrong(f"spark.{name}", "unknown_key", found=name, known=list(_KEYS))
    texts: dict[str, Any] = {}
    for name, pattern, expected in (
        ("master", _MASTER, "spark_master"),
        ("memory", _MEMORY, "spark_memory"),
        ("storage", _STORAGE, "spark_storage"),
        ("python", None, "text"),
        ("java", None, "text"),
    ):
        value = said.get(name)
        if value is None:
            continue
        if not isinstance(value, str) or not value.strip() or (pattern and not pattern.fullmatch(value)):
            raise wrong(f"spark.{name}", "wrong_type", expected=expected, value=value)
        texts[name] = value.strip()
    if "storage" in texts:
        folder = texts["storage"].rstrip("/")
        texts["storage"] = f"file:{folder}" if folder.startswith("/") else folder
    return SparkSettings(**texts, properties=_properties(said.get("properties", {}), wrong))


def _properties(said: object, wrong: Callable[..., Exception]) -> dict[str, str]:
    if not isinstance(said, dict):
        raise wrong("spark.properties", "wrong_type", expected="mapping", value=said)
    for name, value in said.items():
        key = f"spark.properties.{name}"
        if not isinstance(value, str):
            raise wrong(key, "wrong_type", expected="text", value=value)
        if not name.startswith("spark."):
            raise wrong(key, "no_spark_property", found=name)
        if name in OURS:
            raise wrong(key, "spark_property_is_ours", found=name)
    return dict(said)
