"""A fingerprint of many rows: one number to compare sets of rows by.

In: SQL expressions of the parts of a row. Out: a SQL aggregate that is equal for equal rows, whatever their order, and
differs, but for one chance in 2^64, as soon as any row differs, is there once more or has its parts from two others.
"""

from __future__ import annotations


def fingerprint(*parts: str) -> str:
    """The aggregate. The engine joins the hashes of a row's parts by XOR, from which a sum over rows by XOR would part
    them again and forget which belonged together: so each row is hashed once more as a whole, and the rows are added
    as whole numbers, which keeps count of repeated ones."""
    return f"sum(hash(hash({', '.join(parts)})))"
