"""What Great Expectations imports and nobody uses is not loaded; whoever uses it finds it whole."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from expectations.gx.postponed import postpone

_LOADED = """
import json, sys
import expectations.gx.validation
heavy = [name for name in ("scipy.stats._stats_py", "altair.vegalite") if name in sys.modules]
from scipy import stats
import altair
from altair import Chart
print(json.dumps([heavy, stats.norm.cdf(0.0), sys.modules["altair"].Chart is Chart is altair.Chart, altair.__name__]))
"""


def test_libraries_of_no_rule_are_loaded_when_they_are_used() -> None:
    done = subprocess.run([sys.executable, "-c", _LOADED], check=True, capture_output=True, text=True)
    assert json.loads(done.stdout.splitlines()[-1]) == [[], 0.5, True, "altair"]


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A package `shelf` with a module `book`, each of which says in `shelf_said` that it was loaded."""
    (tmp_path / "shelf").mkdir()
    (tmp_path / "shelf_said.py").write_text("said = []\n")
    (tmp_path / "shelf/__init__.py").write_text(
        "import shelf_said\nshelf_said.said.append('shelf')\nheight = 2\n"
    )
    (tmp_path / "shelf/book.py").write_text(
        "import shelf_said\nfrom shelf import height\nshelf_said.said.append('book')\npages = 10 * height\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    import shelf_said  # type: ignore[import-not-found]

    yield shelf_said.said
    for name in ("shelf", "shelf.book", "shelf_said"):
        sys.modules.pop(name, None)


def test_a_package_is_loaded_at_the_first_look_into_it(library: list[str]) -> None:
    postpone("shelf")
    import shelf  # type: ignore[import-not-found]

    assert library == []
    assert shelf.__file__.endswith("__init__.py")
    assert library == []
    assert (shelf.height, shelf.height, library) == (2, 2, ["shelf"])
    assert sys.modules["shelf"].height == 2


def test_so_is_a_module_of_a_package(library: list[str]) -> None:
    postpone("shelf.book")
    from shelf import book

    assert library == ["shelf"]
    assert (book.pages, library) == (20, ["shelf", "book"])


def test_a_module_of_a_postponed_package_is_loaded_with_it(library: list[str]) -> None:
    postpone("shelf")
    from shelf.book import pages  # type: ignore[import-not-found]

    assert (pages, sorted(library)) == (20, ["book", "shelf"])


def test_what_is_not_there_or_there_already_is_left(library: list[str]) -> None:
    import shelf

    postpone("shelf", "shelf_that_is_not_there", "json")
    assert sys.modules["shelf"] is shelf and "shelf_that_is_not_there" not in sys.modules


def test_what_it_lacks_it_lacks(library: list[str]) -> None:
    postpone("shelf")
    import shelf

    with pytest.raises(AttributeError, match="depth"):
        _ = shelf.depth
