"""What the process that begins others loads beforehand for whoever checks a file: a school may have no ledger.

In: nothing. Out: loaded modules.
"""

from __future__ import annotations

import warehouse.services.submitters.check  # noqa: F401
