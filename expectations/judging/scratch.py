"""What folders of judging are called, for whoever judges and whoever sweeps up after one that died."""

from __future__ import annotations

SCRATCH = "bbaj-judging-"
"""How the folders begin in which a batch keeps what does not fit into memory."""
