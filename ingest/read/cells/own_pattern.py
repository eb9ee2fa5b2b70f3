"""Whether a text follows a pattern that an author wrote, and what its parts are.

In: the pattern of a contract and the text of a cell. Out: the answer. Run by the engine of
linear time that also reads columns, so that no cell can make a pattern slow.
"""

from __future__ import annotations

from ingest.read.arrow import pa, pc
from ingest.schema.values.letters import letters_in_cyrillic


def follows(pattern: str, text: str) -> bool:
    """Whether the whole text follows the pattern."""
    return bool(pc.match_substring_regex(pa.array([text], pa.string()), rf"\A(?:{pattern})\z")[0].as_py())


def parts_of(pattern: str, text: str) -> dict[str, str] | None:
    """What the named groups hold where the pattern is found; None where it is not."""
    found = pc.extract_regex(pa.array([text], pa.string()), pattern=pattern)[0].as_py()
    return {name: part or "" for name, part in found.items()} if found is not None else None


def follows_alike(pattern: str, text: str) -> bool:
    """The same of what people name: capitals and letters of another alphabet that look alike count for nothing."""
    return any(follows(f"(?i){pattern}", written) for written in _ways(text))


def parts_alike(pattern: str, text: str) -> dict[str, str] | None:
    """The parts of what people name, as they are written where the pattern is found without looking twice."""
    tried = (parts_of(own, written) for own in (pattern, f"(?i){pattern}") for written in _ways(text))
    return next((parts for parts in tried if parts is not None), None)


def _ways(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((text, letters_in_cyrillic(text))))
