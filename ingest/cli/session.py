"""The installation a command works on: its home opened, its ledger ready, what a person named found in it.

In: BBAJ_HOME and words of a person. Out: a `Home`, nodes, scopes; a refusal with the nearest name where there is none.
"""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from ingest.cli.frame.language import language
from ingest.cli.frame.speech import RefusedError, phrase, refuse, word
from ingest.cli.frame.usage import nearest
from ingest.home import Home
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contracts
from ingest.schema.texts.language import LANGUAGES
from ingest.schema.values.period import EXAMPLES, PERIOD_KINDS, Period, PeriodError

if TYPE_CHECKING:
    from ingest.ledger.models import Node, Scope, User

Given = ParamSpec("Given")
Found = TypeVar("Found")


def open_ledger() -> Home:
    """The home BBAJ_HOME names, made at its first use, bound to this process."""
    from warehouse.services.upkeep.installation import initialise

    home = Home.from_environment()
    initialise(home)
    return home


def existing_home() -> Home:
    """The home BBAJ_HOME names. Raises RefusedError saying how to make it, where nobody has."""
    from ingest.ledger.store.reading import exists

    home = Home.from_environment()
    if not exists(home):
        raise refuse("no_home", home=home.root)
    return home


def open_existing() -> Home:
    """The home BBAJ_HOME names, bound to this process, for acts on what is there already. Raises RefusedError."""
    existing_home()
    return open_ledger()


def reads_ledger(work: Callable[Given, Found]) -> Callable[Given, Found]:
    """Makes of a function one that runs on a ledger opened for reading alone: no reading command ever creates,
    migrates or writes. It may be called a second time, where somebody writes meanwhile."""

    @wraps(work)
    def reading(*args: Given.args, **more: Given.kwargs) -> Found:
        from ingest.ledger.store.reading import read_steadily

        return read_steadily(existing_home(), lambda: work(*args, **more))

    reading.reads_ledger = True  # type: ignore[attr-defined]
    return reading


def operator() -> User:
    """The account of whoever sits at the terminal: events say which person of the machine acted."""
    from ingest.ledger.accounts import account

    return account(operator_name())


OF_TERMINAL = "cli:"
"""What accounts of people at the terminal begin with."""


def operator_name() -> str:
    """What that account is called: whoever became the service user by sudo acts under the own name."""
    return f"{OF_TERMINAL}{os.environ.get('SUDO_USER') or getpass.getuser()}"


def known_form(form: str) -> Contract:
    """The contract of a form a person named. Raises RefusedError, with the form that was probably meant."""
    known = contracts()
    if form in known:
        return known[form]
    near = _called(form) or nearest(form, list(known))
    perhaps = " " + phrase("usage_perhaps", names=", ".join(near)) if near else ""
    listed = "".join(f"\n  {name} — {form_label(name)}" for name in known)
    raise refuse("no_form", form=form, known=listed, perhaps=perhaps)


_TELLING = 4
"""Letters from which on a part of a name tells it."""


def _called(name: str) -> list[str]:
    """Forms that are called so in some language: people know a report by its name, not by its code."""
    wanted = " ".join(name.casefold().split())
    named = {
        form: [contract.labels.in_language(each).casefold() for each in LANGUAGES]
        for form, contract in contracts().items()
    }
    same = [form for form, names in named.items() if wanted in names]
    within = [form for form, names in named.items() if any(wanted in each for each in names)]
    return same or (within[:3] if len(wanted) >= _TELLING else [])


def known_period(period: str | None, form: str | None) -> str | None:
    """A period as it is written everywhere, of whatever form where none is named. Raises RefusedError."""
    if period is None:
        return None
    kinds = (contracts()[form].period,) if form else PERIOD_KINDS
    for kind in kinds:
        try:
            return Period.parse(kind, period).text
        except PeriodError:
            continue
    raise refuse("bad_period", period=period, example=", ".join(EXAMPLES[kind] for kind in kinds))


def form_label(form: str) -> str:
    """What a form is called in the language asked; its name where it has lost its contract."""
    known = contracts().get(form)
    return known.labels.in_language(language()) if known else form


def form_and_code(form: str) -> str:
    """The same with the code behind it, as a table says it: the next command asks for the code."""
    label = form_label(form)
    return label if label == form else f"{label} ({form})"


def name_of(node: Any) -> str:
    """What a node is called; English texts name it in Kazakh."""
    return str(node.name_ru if language() == "ru" else node.name_kk)


def name_of_facts(told: Mapping[str, Any]) -> str:
    """The same of a node that is told of in a document."""
    return str(told["name_ru" if language() == "ru" else "name_kk"])


def node_named(code: str) -> Node:
    """The reporting node of that code. Raises RefusedError, with those that were probably meant."""
    from django.core.exceptions import ObjectDoesNotExist

    from ingest.ledger.nodes import nearest_nodes, node

    try:
        return node(code)
    except ObjectDoesNotExist:
        near = [f"{each.code} — {name_of(each)}" for each in nearest_nodes(code)]
        perhaps = " " + phrase("usage_perhaps", names="; ".join(near)) if near else ""
        raise refuse("no_node", node=code, perhaps=perhaps) from None


def require_node(code: str) -> None:
    """That the installation, where there is one, knows such a node. Raises RefusedError."""
    from ingest.ledger.store.reading import exists, read_steadily

    home = Home.from_environment()
    if exists(home):
        read_steadily(home, lambda: node_named(code))


def scope_named(home: Home, form: str, node: str, period: str, part: str) -> Scope:
    """The scope these words name. Raises RefusedError saying why there is none."""
    from ingest.receive.address import resolve

    known_form(form)
    with addresses_in_words():
        return resolve(form, node, period, part, home.now().date())


@contextmanager
def addresses_in_words() -> Iterator[None]:
    """Turns what is wrong with the address of a report into a RefusedError."""
    from ingest.receive.address import CannotIdentifyError

    try:
        yield
    except CannotIdentifyError as error:
        said = error.said.in_language(language())
        raise RefusedError(error.reason, said[0].upper() + said[1:]) from None


@contextmanager
def refusals_in_words(submission: int) -> Iterator[None]:
    """Turns what the ledger refuses about a submission into a RefusedError."""
    from django.core.exceptions import ObjectDoesNotExist

    from ingest.ledger.refusals import RefusalError

    try:
        yield
    except ObjectDoesNotExist:
        raise refuse("no_submission", submission=submission) from None
    except RefusalError as refusal:
        raise refuse(f"refused_{refusal.code}", **_in_words(refusal.facts)) from None


def _in_words(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a refusal with codes replaced by the words of their dictionaries."""
    words = dict(facts)
    if "state" in words:
        words["state"] = word("submission_state", words["state"])
    if "kinds" in words:
        words["kinds"] = ", ".join(word("node_kind", kind) for kind in words["kinds"])
    if "form" in words:
        words["form"] = form_label(words["form"])
    return words
