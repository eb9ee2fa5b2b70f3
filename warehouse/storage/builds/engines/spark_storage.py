"""What a build on a cluster has in the storage that all of its machines reach: its copy of the lake, and its tables.

In: a session of Spark and a folder of that storage, by any address Hadoop knows (`s3a://`, `hdfs://`, a path of a
disk). Out: the files of the build there and no others; its tables here when it has ended; nothing of the build there
after that. Knows nothing of this project's packages, as `spark_run.py`, which uses it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

LAKE, BUILD = "lake", "build"


class Storage:
    """A folder of the storage. `root`: its address."""

    def __init__(self, session: Any, root: str) -> None:
        self.root = root
        self._path = session._jvm.org.apache.hadoop.fs.Path
        self._files = self._path(root).getFileSystem(session._jsc.hadoopConfiguration())

    def begin(self) -> None:
        """Take away what a build that was killed has left."""
        self._delete(BUILD)

    def mirror(self, files: Mapping[str, str]) -> None:
        """Let the copy of the lake hold exactly these files: name in the copy → file here. One that is there under the
        same name, which says what is in it, and is as long is not sent again."""
        there = self._lengths(LAKE)
        for name in there.keys() - files.keys():
            self._delete(f"{LAKE}/{name}")
        for name, file in files.items():
            if there.get(name) != Path(file).stat().st_size:
                self._send(file, f"{LAKE}/{name}")

    def put(self, folder: Path, name: str) -> None:
        """Send a folder's files as the build's own."""
        for file in sorted(each for each in folder.iterdir() if each.is_file()):
            self._send(str(file.resolve()), f"{BUILD}/{name}/{file.name}")

    def fetch(self, name: str, to: Path) -> None:
        """Bring a folder of the build here; one that is not there has nothing in it."""
        source = self._path(f"{self.root}/{BUILD}/{name}")
        if self._files.exists(source):
            to.parent.mkdir(parents=True, exist_ok=True)
            self._files.copyToLocalFile(False, source, self._path(f"file:{to}"), True)

    def end(self) -> None:
        """Take away what the build has there, but for the copy of the lake."""
        self._delete(BUILD)

    def _lengths(self, name: str) -> dict[str, int]:
        folder = self._path(f"{self.root}/{name}")
        if not self._files.exists(folder):
            return {}
        prefix = self._files.makeQualified(folder).toString() + "/"
        listed, found = self._files.listFiles(folder, True), {}
        while listed.hasNext():
            each = listed.next()
            found[each.getPath().toString().removeprefix(prefix)] = each.getLen()
        return found

    def _send(self, file: str, name: str) -> None:
        target = self._path(f"{self.root}/{name}")
        self._files.mkdirs(target.getParent())
        self._files.copyFromLocalFile(False, True, self._path(f"file:{file}"), target)

    def _delete(self, name: str) -> None:
        target = self._path(f"{self.root}/{name}")
        if self._files.exists(target) and not self._files.delete(target, True):
            raise OSError(f"{target.toString()} cannot be deleted")
