"""Spark and Java as they are found on this machine.

In: the settings of `[spark]`. Out: the Python of an environment that has Spark, and the folder of Java. What is not
there is said before anything begins, with what to do.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from ingest.home import InstallationError
from ingest.settings.spark import SparkSettings
from warehouse.storage.builds.engines.dbt_process import PROJECT

OWN_ENVIRONMENT = PROJECT / ".venv-spark" / "bin" / "python"
"""What `make spark` makes."""
LEAST_JAVA = 17
_VERSION = re.compile(r'version "(?:1\.)?(\d+)')
_PATTERN = re.compile(r"[][{}*?,\\]")
"""Spark looks for the tables it made as for names that fit a pattern, and takes a comma for the next folder."""


def require_spark(settings: SparkSettings, builds: Path) -> None:
    """Raises InstallationError where a build on Spark could not begin here, in that folder."""
    python_of(settings)
    if settings.storage is None and (signs := _PATTERN.findall(str(builds))):
        found = InstallationError(f"{builds} is a pattern for Spark")
        raise found.of("spark_home_is_pattern", folder=builds, signs=" ".join(dict.fromkeys(signs)))
    java = java_of(settings)
    program = str(java / "bin" / "java") if java else shutil.which("java")
    version = _java_version(program) if program else None
    if version is None:
        raise InstallationError("no Java").of("spark_no_java", least=LEAST_JAVA, java=java or "PATH")
    if version < LEAST_JAVA:
        raise InstallationError(f"Java {version}").of("spark_old_java", least=LEAST_JAVA, found=version)


def python_of(settings: SparkSettings) -> Path:
    """The interpreter that has Spark: the one that is set, this one, or that of the environment beside the project.
    Raises InstallationError where none of them has it."""
    if settings.python is not None:
        named = Path(settings.python)
        if not os.access(named, os.X_OK) or named.is_dir():
            raise InstallationError(f"{named} is no Python").of("spark_no_python", python=named)
        return named
    if (
        find_spec("pyspark") is not None and find_spec("sqlparams") is not None
    ):  # what dbt-spark brings besides
        return Path(sys.executable)
    if OWN_ENVIRONMENT.exists():
        return OWN_ENVIRONMENT
    raise InstallationError("Spark is not installed").of("spark_not_installed")


def java_of(settings: SparkSettings) -> Path | None:
    """The folder of Java that is set or that the environment names; None where it is found by the PATH."""
    named = settings.java or os.environ.get("JAVA_HOME")
    return Path(named) if named else None


def _java_version(program: str) -> int | None:
    try:
        said = subprocess.run([program, "-version"], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = _VERSION.search(said.stderr + said.stdout)
    return int(found[1]) if found else None
