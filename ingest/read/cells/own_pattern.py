"""Whether a cell follows the pattern an author gave its column.

In: the pattern of a contract and the text of a cell. Out: whether the whole of it follows. Run by the engine of
linear time that also reads columns, so that no cell can make a pattern slow.
"""

from __future__ import annotations

from ingest.read.arrow import pa, pc


def follows(pattern: str, text: str) -> bool:
    """Whether the whole text follows the pattern."""
    return bool(pc.match_substring_regex(pa.array([text], pa.string()), rf"\A(?:{pattern})\z")[0].as_py())
