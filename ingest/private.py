"""Files for their owner alone: what this program writes others on the machine cannot read.

In: a process, or a folder from before. Out: whatever the process creates from then on has no rights for group and
others; in a folder, none for others. The one user the services run as owns everything.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

UMASK = 0o077


def keep_private() -> None:
    """From here on this process and those it starts create files for their owner alone."""
    os.umask(UMASK)


def close_to_others(root: Path) -> int:
    """Take from others what rights they have below a folder; how many entries had any.

    Rights of the group stay: an administrator may have given them to whoever fills the drop folder.
    """
    closed = 0
    for folder, folders, names in os.walk(root):
        for path in (Path(folder), *(Path(folder, name) for name in names if name not in folders)):
            closed += _close(path)
    return closed


def _close(path: Path) -> bool:
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode) or not mode & stat.S_IRWXO:
        return False
    path.chmod(stat.S_IMODE(mode) & ~stat.S_IRWXO)
    return True
