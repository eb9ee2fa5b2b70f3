"""The command that says how an installation stands technically.

In: nothing, or the wish to see the limits. Out: what each gauge measured and what to do; exit code 0 where all is
well, 1 where somebody must look at something, 2 where something is broken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ingest.cli.frame.answer import Answer, Line, Part, Sheet
from ingest.cli.frame.language import language
from ingest.cli.frame.speech import moment
from ingest.cli.session import existing_home
from ingest.home import NOTE, Home

if TYPE_CHECKING:
    from warehouse.services.health.wording import Row

_CODES = {"well": 0, "attention": 1, "broken": 2}
_STYLES = {"well": "green", "attention": "yellow", "broken": "bold red"}


def health(limits: Annotated[bool, typer.Option("--limits")] = False) -> Answer:
    """How the installation stands: queues, tasks, services, disk, copies, versions, certificate."""
    from warehouse.services.health.look import look_at
    from warehouse.services.health.wording import WORDS, document_of, rows_of

    home = _home()
    if limits:
        return _limits(home)
    found = look_at(home)
    rows = rows_of(found, language())
    parts: list[Part] = [
        Sheet(
            "gauge",
            ("gauge_head", "state", "measured_head"),
            [(each.name, each.state_word, each.said) for each in rows],
        ),
        Line(),
        *_remedies(rows),
        Line(WORDS.say(f"all_{found.state}", language()), _STYLES[found.state], name="state"),
        Line(WORDS.say("measured_at", language(), at=moment(found.at)), name="at"),
    ]
    return Answer(document_of(found), parts, _CODES[found.state])


def _remedies(rows: list[Row]) -> list[Part]:
    told = dict.fromkeys((each.name, each.remedy) for each in rows if each.remedy)
    return [Line(f"· {name}: {remedy}", name="remedy") for name, remedy in told]


def _limits(home: Home) -> Answer:
    from warehouse.services.health.gauges import default_limits
    from warehouse.services.health.sight import Sight
    from warehouse.services.health.wording import limits_of

    sight = Sight(home, default_limits())
    rows = limits_of(sight.settings.watching.limits, language())
    facts = {name: value for _, name, value, _ in rows}
    cells = [(gauge, name, f"{value:g}", meaning) for gauge, name, value, meaning in rows]
    headings = ("gauge_head", "limit_head", "value", "meaning_head")
    return Answer({"limits": facts}, [Sheet("limit", headings, cells, whole=("limit_head",))])


def _home() -> Home:
    """One whose ledger is gone is there still: this command is for finding out."""
    home = Home.from_environment()
    return home if (home.root / NOTE).exists() else existing_home()
