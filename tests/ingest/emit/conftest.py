"""A form with a column of every type, format and privacy, for the golden file of every emitter."""

import shutil
from pathlib import Path

import pytest

from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import CONTRACTS, contracts

TOY = Path(__file__).parents[2] / "conformance" / "school_meals" / "school_meals.yml"


@pytest.fixture(scope="session")
def golden() -> Path:
    return Path(__file__).parent / "golden"


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of a project whose only form is the toy."""
    root = tmp_path_factory.mktemp("project")
    folder = root / "ingest" / "contracts"
    (folder / "shared").mkdir(parents=True)
    shutil.copy(CONTRACTS / "shared" / "columns.yml", folder / "shared")
    shutil.copy(TOY, folder)
    return root


@pytest.fixture(scope="session")
def school_meals(project: Path) -> Contract:
    return contracts(project / "ingest" / "contracts")["school_meals"]
