"""Files for their owner alone: what this program writes others on the machine cannot read.

In: a process, or a folder from before. Out: whatever the process creates from then on has no rights for group and
others; in a folder, none for others. The one user the services run as owns everything.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

UMASK = 0o077


def keep_private() -> None:
    """From here on this process and those it starts create files for their owner alone."""
    os.umask(UMASK)


def close_to_others(root: Path) -> int:
    """Take from others what rights they have below a folder; how many entries had any.

    Rights of the group stay: an administrator may have given them to whoever fills the drop folder.
    """
    closed, unseen = int(_close(root)), [root]
    while unseen:  # Python's own walk does not bear a thousand folders in each other
        with suppress(PermissionError, FileNotFoundError), os.scandir(unseen.pop()) as entries:
            for entry in entries:
                closed += _close(Path(entry.path))
                if entry.is_dir(follow_symlinks=False):
                    unseen.append(Path(entry.path))
    return closed


def _close(path: Path) -> bool:
    """What is another's, as in the drop folder, or gone by now, is left as it is."""
    with suppress(PermissionError, FileNotFoundError):
        mode = path.lstat().st_mode
        if not stat.S_ISLNK(mode) and mode & stat.S_IRWXO:
            path.chmod(stat.S_IMODE(mode) & ~stat.S_IRWXO)
            return True
    return False
