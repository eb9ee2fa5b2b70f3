"""One question asked of each of many: one test, for pytest takes longer to arrange one than the question takes.

In: the names of parameters and their values, as `pytest.mark.parametrize` is given them. Out: a test that asks of all
of them, whatever came of those before, and names those it fails for.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

_TOLD = 20


def each(names: str, values: Iterable[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """For questions that need no fixture of their own for each value: what they are given besides is shared."""
    asked = [name.strip() for name in names.split(",")]
    given = [tuple(value) if len(asked) > 1 else (value,) for value in values]
    assert given, "nothing is asked of nobody"

    def of_all(test: Callable[..., None]) -> Callable[..., None]:
        signature = inspect.signature(test)
        assert signature.parameters.keys() >= set(asked), "asked for by the test"

        @wraps(test)
        def ask(*besides: Any, **shared: Any) -> None:
            failed = []
            for value in given:
                try:
                    test(*besides, **shared, **dict(zip(asked, value, strict=True)))
                except Exception as error:
                    error.add_note(f"of {value!r}")
                    failed.append(error)
            if failed:
                raise ExceptionGroup(f"{len(failed)} of {len(given)}", failed[:_TOLD])

        left = [each for name, each in signature.parameters.items() if name not in asked]
        ask.__signature__ = signature.replace(parameters=left)  # type: ignore[attr-defined]
        return ask

    return of_all
