"""The vocabulary of the whole system: contracts, codelists, periods, identifiers, findings.

Light on purpose: nothing here imports more than pydantic and PyYAML, so every other room may use it.
"""
