"""What everything that people write for the program has in common: no unknown keys, texts in three languages.

In: nothing. Out: the bases of contracts and layouts.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from ingest.schema.texts.language import Language

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]


class Closed(BaseModel):
    """Base of everything read from a file a person writes: unknown keys are errors, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Labels(Closed):
    """One text in the three languages, Kazakh first. None may be empty."""

    kk: Annotated[str, StringConstraints(min_length=1)]
    ru: Annotated[str, StringConstraints(min_length=1)]
    en: Annotated[str, StringConstraints(min_length=1)]

    def in_language(self, language: Language) -> str:
        """The text in one language."""
        text: str = getattr(self, language)
        return text
