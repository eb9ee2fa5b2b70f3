"""What `rebuild --as-of` answers: which moment was meant, what was made again, whether it is what was published.

In: a moment or the number of a publication, as a person writes it. Out: one page, one document; refusals.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ingest.cli.frame.answer import Answer, Line, Part
from ingest.cli.frame.speech import moment, phrase, refuse
from ingest.cli.frame.working import working
from ingest.home import Home
from ingest.schema.values.period import LOCAL_TIME

if TYPE_CHECKING:
    from warehouse.services.as_of.rebuilt import AsOf

_FORMS = ("%d.%m.%Y", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S")
_DAY = ("%d.%m.%Y", "%Y-%m-%d")
_FEW_DIGITS = 6
"""Of the number of a publication; a day written without signs has eight."""
_REASONS = {
    "erased": "as_of_reason_erased",
    "model": "as_of_reason_model",
    "keys": "as_of_reason_keys",
    "unknown_model": "as_of_reason_unknown_model",
    "list": "as_of_reason_list",
}


def rebuilt_as_of(home: Home, said: str) -> Answer:
    """Make it again and say how it stands to what was published. Raises RefusedError."""
    from warehouse.services.as_of.rebuilt import moment_of, rebuild_as_of

    number = _publication(said)
    at = _moment(said) if number is None else moment_of(number)
    if at is None:
        raise refuse("publication_not_kept", number=number)
    if at > home.now():
        raise refuse("as_of_to_come", at=moment(at))
    with working("work_rebuilding_as_of"):
        made = rebuild_as_of(home, at, number)
    return Answer(_facts(made), list(_parts(made)), 0)


def _publication(said: str) -> int | None:
    digits = said.strip().removeprefix("№").strip()
    is_number = digits.isascii() and digits.isdecimal() and len(digits) <= _FEW_DIGITS
    return int(digits) if is_number else None


def _moment(said: str) -> datetime:
    """By the country's clocks where nothing else is said; of a day its end. Raises RefusedError."""
    text = " ".join(said.split())
    for form in (*_FORMS, "%Y-%m-%d"):
        try:
            found = datetime.strptime(text, form)
        except ValueError:
            continue
        if form in _DAY:
            found += timedelta(days=1) - timedelta(microseconds=1)
        return found.replace(tzinfo=LOCAL_TIME)
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise refuse("as_of_bad_moment", said=said) from None
    return read if read.tzinfo else read.replace(tzinfo=LOCAL_TIME)


def _facts(made: AsOf) -> dict[str, object]:
    return {
        "made": made.label,
        "at": made.at,
        "submissions": made.submissions,
        "landed_again": made.landed_again,
        "held_back": list(made.held_back),
        "publication": made.publication,
        "same_list": made.same_list,
        "same_content": made.same_content,
        "tables_compared": made.compared,
        "tables_differing": list(made.differing),
        "reasons": list(made.reasons),
        "persons_erased": made.erased,
    }


def _parts(made: AsOf) -> Iterator[Part]:
    yield Line(phrase("as_of_made", at=moment(made.at), label=made.label), "bold")
    yield Line(phrase("as_of_of", submissions=made.submissions, again=made.landed_again))
    if made.publication is None:
        yield Line(phrase("as_of_no_publication"))
    elif made.same_content:
        yield Line(phrase("as_of_same", number=made.publication), "green")
    elif made.compared and not made.differing:
        yield Line(phrase("as_of_same_tables", number=made.publication, tables=made.compared), "green")
    else:
        names = ", ".join(made.differing) or "—"
        yield Line(phrase("as_of_differs", number=made.publication, tables=names), "yellow")
    for reason in made.reasons:
        yield Line(phrase(_REASONS[reason], count=made.erased))
    yield Line(phrase("as_of_not_shown", label=made.label))
