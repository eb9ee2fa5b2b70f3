"""A submitter's own workbook back, with everything found marked on its cells.

In: the file as submitted and its findings. Out: an xlsx whose sheets are as they were but for colours and
comments on the cells spoken of, and one more sheet that lists every finding by cause with links to the cells.
The package is edited as bytes, part by part: what is not spoken of stays byte for byte (docs/adr).
"""

from expectations.marked.findings_sheet import Asked
from expectations.marked.workbook import asked_in, marked_workbook

__all__ = ["Asked", "asked_in", "marked_workbook"]
