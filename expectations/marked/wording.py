"""What a marked workbook says beside the findings themselves.

In: a name of the catalogue, a language, facts. Out: the text.
"""

from __future__ import annotations

from ingest.schema.texts.words import Words

say = Words("marked_workbook").say
