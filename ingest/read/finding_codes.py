"""Codes of findings that more than one room of the reader knows: who finds it, and who reckons with it later.

Apart from `reading`, so that who reads a text without a contract does not wait for Arrow.
"""

from __future__ import annotations

UNCOMPUTED = "formula_without_value"
"""The finding on formulas that nobody computed."""
RAGGED = "ragged_row"
"""The finding on a row whose values may stand in other columns than their own."""
