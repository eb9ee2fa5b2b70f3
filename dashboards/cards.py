"""From an organisation in a table to its card: the address that a click on its name opens.

In: the district and the name that stand in the row, the dashboard they stand on and what its filters hold. Out: the
card of that organisation, in the same language, on the same basis and structure. A row of the past may name it as it
was called then, or where it stood: the card is that of today's name, with the past under it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import Flask, abort, redirect, request

from dashboards.definition import Definition, load
from dashboards.first_choices import held
from dashboards.rendering.layout import PHONE, default_of
from dashboards.words.crossing import KEY, quoted
from dashboards.words.speech import DASHBOARD_LANGUAGES

CARD = "organisation"
"""The dashboard that tells of one organisation."""
PAGE = "/bbaj/organisation"
TAKEN_ALONG = ("basis", "structure")
"""The filters that hold on the card what they held before."""
State = dict[str, Any]


def lead_to_cards(app: Flask, on_phone: Callable[[], bool]) -> None:
    """From here on."""
    definition = load()

    def card(language: str) -> Any:
        if language not in DASHBOARD_LANGUAGES:
            abort(404)
        phone = PHONE if on_phone() else ""
        chosen = {each: request.args.get(each, "") for each in ("district", "organisation")}
        if not all(chosen.values()):
            abort(404)
        before = _state_of(request.args.get("from", ""), request.args.get("key", ""))
        if today := _today(definition, language, chosen):
            chosen, before = today, {**before, **as_it_is(definition, language)}
        key = _kept(f"{CARD}-{language}{phone}", card_state(definition, language, chosen, before))
        address = f"/superset/dashboard/{CARD}-{language}{phone}/"
        return redirect(f"{address}?{urlencode({KEY: key})}" if key else address)

    app.add_url_rule(f"{PAGE}/<language>", "bbaj_card", card)


def card_state(
    definition: Definition, language: str, chosen: Mapping[str, str], before: Mapping[str, Any]
) -> State:
    """What the filters of the card hold. `chosen`: filter → its value; `before`: what those of the page held."""
    filters = definition.dashboards[CARD].filters
    state: State = {}
    for name in TAKEN_ALONG:
        if mask := before.get(f"NATIVE_FILTER-{name}"):
            state[f"NATIVE_FILTER-{name}"] = dict(mask)
    for name, value in chosen.items():
        filter_ = filters[name]
        column = definition.datasets[filter_.dataset].columns[filter_.column].physical(language)
        state[f"NATIVE_FILTER-{name}"] = {
            "id": f"NATIVE_FILTER-{name}", "ownState": {}, **held(column, value),
        }  # fmt: skip
    return state


def as_it_is(definition: Definition, language: str) -> State:
    """What the switch of structures holds where everything stands under today's names."""
    structure = definition.structure
    now = replace(structure, default="as_is")
    mask = default_of(now, f"{structure.column}_{language}", language)
    name = f"NATIVE_FILTER-{structure.column}"
    return {name: {"id": name, "ownState": {}, **mask}}


def question_of_today(definition: Definition, language: str, chosen: Mapping[str, str]) -> str:
    """SQL that finds today's district and name of the organisation that was called so in that district at any time."""
    filters = definition.dashboards[CARD].filters
    dataset = definition.datasets[filters["organisation"].dataset]
    columns = {name: dataset.columns[filters[name].column].physical(language) for name in chosen}
    called = " and ".join(f"{columns[name]} = {quoted(value)}" for name, value in chosen.items())
    where = f"from {dataset.model} where level = 'organisation'"
    return (
        f"select distinct {', '.join(f'{column} as {name}' for name, column in columns.items())} {where} "
        f"and structure <> 'as_was' and organisation_code in (select organisation_code {where} and {called})"
    )


def _today(definition: Definition, language: str, chosen: Mapping[str, str]) -> dict[str, str] | None:
    """Today's district and name of an organisation that a row names otherwise; None where they are the same, where
    there is no such organisation any more, or several."""
    from superset import db
    from superset.models.core import Database

    from dashboards.rendering.render import DATABASE

    warehouse = db.session.query(Database).filter_by(uuid=DATABASE).one()
    found = warehouse.get_df(question_of_today(definition, language, chosen)).to_dict(orient="records")
    names = [{name: str(row[name]) for name in chosen} for row in found]
    return names[0] if len(names) == 1 and names[0] != chosen else None


def _state_of(slug: str, key: str) -> Mapping[str, Any]:
    """What the filters of a dashboard hold under a key; nothing where it is not known, or not the reader's to see."""
    from superset.commands.dashboard.filter_state.get import GetFilterStateCommand
    from superset.commands.temporary_cache.parameters import CommandParameters
    from superset.exceptions import SupersetException

    number = _number_of(slug)
    if number is None or not key:
        return {}
    try:
        told = json.loads(GetFilterStateCommand(CommandParameters(number, key=key)).run() or "{}")
    except (SupersetException, ValueError, TypeError):
        return {}
    return told if isinstance(told, dict) else {}


def _kept(slug: str, state: State) -> str | None:
    """The key under which Superset keeps what the filters of a dashboard hold; none where it may not."""
    from superset.commands.dashboard.filter_state.create import CreateFilterStateCommand
    from superset.commands.temporary_cache.parameters import CommandParameters
    from superset.exceptions import SupersetException

    number = _number_of(slug)
    if number is None:
        return None
    told = json.dumps(state, ensure_ascii=False)
    try:
        return str(CreateFilterStateCommand(CommandParameters(number, value=told)).run())
    except SupersetException:
        return None


def _number_of(slug: str) -> int | None:
    from superset import db
    from superset.models.dashboard import Dashboard

    found = db.session.query(Dashboard.id).filter_by(slug=slug).one_or_none()
    return int(found[0]) if found else None
