"""The seed that names the forms."""

from pathlib import Path

from ingest.emit.form_seed import FORM_SEED
from ingest.schema.forms.contract import Contract


def test_it_looks_as_agreed(school_meals: Contract, golden: Path) -> None:
    (file,) = FORM_SEED.files({"school_meals": school_meals})

    assert file.content.decode() == (golden / "form.csv").read_text()
