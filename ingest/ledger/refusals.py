"""Acts the ledger refuses: each says who may do what instead."""

from __future__ import annotations


class RefusalError(Exception):
    """An act that the rules of the ledger do not allow.

    Carries `code` and `facts`, for the words shown to a person.
    """

    def __init__(self, code: str, problem: str, **facts: object) -> None:
        super().__init__(problem)
        self.code, self.facts = code, facts


class NotAllowedError(RefusalError):
    """This node may not do that."""


class WrongStateError(RefusalError):
    """The submission is not in a state in which that can be done."""


class AlreadyJudgedError(RefusalError):
    """A different verdict on the same submission is recorded already."""
