"""Directives: what this installation decided for itself, each with its days, its reason, who, and when.

`acts` writes one down, or that one is taken back; nothing is ever changed or removed. `in_force` says which of them
hold for a report. What follows from them for the reports asked for is `ingest.ledger.obligations`.
"""
