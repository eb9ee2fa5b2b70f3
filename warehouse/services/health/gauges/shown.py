"""The last build and what is shown of all: how old, and whether it went well."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.locks import is_locked
from warehouse.services.health.gauge import Measured, State, gauge, state_of
from warehouse.services.health.sight import Sight

_DAY = 86400.0


@gauge(says="none succeeded running failed interrupted", build_running_hours=6)
def build(sight: Sight) -> Iterator[Measured]:
    """How the last build ended; one that is said to run, and that nobody works at, was interrupted."""
    last = sight.ledger.build
    if last is None:
        yield Measured("well", "none")
        return
    age = sight.age(last.at, of_act=True) or 0
    facts = {"number": last.number, "age_seconds": age}
    if last.state == "running" and not is_locked(sight.home.builds / ".lock"):
        yield Measured("attention", "interrupted", facts)
    elif last.state == "running":
        yield Measured(state_of(age, sight.limit("build_running_hours") * 3600), "running", facts)
    else:
        yield Measured("well" if last.state == "succeeded" else "attention", last.state, facts)


@gauge(says="kept none damaged other_model other_database in_turn")
def kept_draft(sight: Sight) -> Iterator[Measured]:
    """What the next build begins with, how large it is, or why that build will be whole."""
    folder = sight.home.draft
    if not folder.is_dir() or (sight.ledger.build is None and not any(folder.iterdir())):
        yield Measured("well", "none")
        return
    # A look at an installation that has built nothing yet loads no database.
    from warehouse.storage.builds.build import whole_next
    from warehouse.storage.builds.kept_draft import kept_draft as where_kept

    why, file = whole_next(sight.home), where_kept(sight.home)
    facts = {"size_bytes": file.stat().st_size} if file.is_file() else {}
    yield Measured("attention" if why == "damaged" else "well", why or "kept", facts)


@gauge(says="none shown held missing", publication_days=35)
def publication(sight: Sight) -> Iterator[Measured]:
    """What is shown, since when, and whether somebody keeps newer ones from being shown."""
    shown = sight.ledger.shown
    if shown is None:
        yield Measured("well", "none")
        return
    age = sight.age(shown.at, of_act=True) or 0
    facts = {"number": shown.number, "age_seconds": age}
    if not sight.home.warehouse.is_file():
        yield Measured("broken", "missing", facts)
    elif shown.held_since is not None:
        held = sight.age(shown.held_since, of_act=True)
        yield Measured("attention", "held", facts | {"held_seconds": held})
    else:
        yield Measured(state_of(age, sight.limit("publication_days") * _DAY), "shown", facts)


@gauge(says="none in_force without_file left_over")
def purposes(sight: Sight) -> Iterator[Measured]:
    """Each written purpose that gives rows of persons, how long it does so still, and whether what is over is gone."""
    given = {each.number: each for each in sight.ledger.purposes if each.ends_at > sight.now}
    number = sight.ledger.shown.number if sight.ledger.shown else None
    for each in given.values():
        file = sight.home.purposes / str(each.number) / str(number) / sight.home.warehouse.name
        facts = {"number": each.number, "left_seconds": int((each.ends_at - sight.now).total_seconds())}
        is_there = file.is_file()
        state: State = "well" if is_there or number is None else "attention"
        yield Measured(state, "in_force" if is_there else "without_file", facts, subject=str(each.number))
    folders = sight.home.purposes.glob("[0-9]*") if sight.home.purposes.is_dir() else ()
    over = sum(1 for folder in folders if folder.name not in map(str, given))
    if over:
        yield Measured("attention", "left_over", {"count": over})
    elif not given:
        yield Measured("well", "none")
