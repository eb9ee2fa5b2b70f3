"""The checker as one folder, zipped: Python, the libraries and bbaj, to be unpacked anywhere and started.

In: the system it is for, a Python for it, the project's wheel, the pinned requirements. Out: a zip; nothing has to
be installed where it is unpacked, and nothing is written outside of its folder but temporary files.

For Linux the Python is that of the machine that makes the bundle. For Windows it is the official “embeddable
package” of python.org, handed over as a file, since no package registry carries one.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

NAME = "bbaj-checker"
VERSION = "3.11"
_TEMPLATES = Path(__file__).parent / "launchers"
# Parts of libraries and of Python that checking never loads.
_LEFT_OUT = (
    "*.dist-info/RECORD", "*-stubs", "bin", "**/tests", "**/test", "**/*.pyi", "**/*.pxd", "**/*.pyx", "**/*.h",
    "**/*.hpp", "**/*.lib", "**/*.a", "**/__pycache__", "adbc_driver_duckdb", "duckdb/experimental", "numpy/f2py",
    "numpy/_core/include", "pyarrow/include", "pyarrow/src", "pyarrow/*flight*", "pyarrow/*s3*", "pyarrow/*gcsfs*",
    "pyarrow/*azure*", "pyarrow/*hdfs*", "pyarrow/*orc*", "pyarrow/*gandiva*", "pyarrow/*parquet_encryption*",
    "dashboards",
)  # fmt: skip
_PYTHON_LEFT_OUT = {
    "config-3.11-x86_64-linux-gnu", "ensurepip", "idlelib", "lib2to3", "site-packages", "dist-packages", "test",
    "tkinter", "turtledemo", "turtle.py", "pydoc_data", "__pycache__", "unittest", "venv", "sqlite3", "curses",
}  # fmt: skip
# Every Linux has these, and they must be its own.
_OF_THE_SYSTEM = re.compile(
    r"(ld-linux.*|lib(c|m|dl|pthread|rt|util|resolv|nsl|crypt))\.so[.\d]*|linux-vdso.*"
)


class BundleError(Exception):
    """The bundle cannot be made of what was given. Says what is wrong with it."""


@dataclass(frozen=True)
class Materials:
    """What a bundle is made of. `python`: the root of an installed Python, or for Windows the embeddable zip."""

    platform: str
    python: Path
    wheel: Path
    requirements: Path
    uv: str = "uv"


def make_bundle(materials: Materials, into: Path) -> Path:
    """The folder of the bundle, made new. Raises BundleError, OSError, CalledProcessError."""
    folder = into / NAME
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    _install(materials, folder / "lib")
    if materials.platform == "windows":
        _unpack_python(materials.python, folder / "python")
    else:
        _copy_python(materials.python, folder / "python")
    shutil.copytree(_TEMPLATES / materials.platform, folder, dirs_exist_ok=True)
    shutil.copytree(_TEMPLATES / "any", folder, dirs_exist_ok=True)
    return folder


def zip_bundle(folder: Path, target: Path) -> Path:
    """The folder as a zip that keeps what may be started."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder.parent))
    return target


def _install(materials: Materials, to: Path) -> None:
    """The libraries for the system asked for, by their hashes, and the project's own wheel."""
    common = [materials.uv, "pip", "install", "-q", "--no-deps", "--target", str(to), "--link-mode", "copy"]
    common += ["--python-platform", materials.platform, "--python-version", VERSION, "--only-binary", ":all:"]
    subprocess.run([*common, "--require-hashes", "-r", str(materials.requirements)], check=True)
    subprocess.run([*common, str(materials.wheel)], check=True)
    for pattern in _LEFT_OUT:
        for path in list(to.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    for lock in to.glob(".lock"):
        lock.unlink()


def _unpack_python(archive: Path, to: Path) -> None:
    """Python for Windows out of its embeddable zip, told where the libraries lie."""
    try:
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(to)
    except zipfile.BadZipFile:
        raise BundleError(f"{archive.name} is no zip") from None
    paths = list(to.glob("python*._pth"))
    if not (to / "python.exe").is_file() or [path.stem for path in paths] != [
        f"python{VERSION.replace('.', '')}"
    ]:
        raise BundleError(f"{archive.name} is not the embeddable package of Python {VERSION} for Windows")
    paths[0].write_text(f"{paths[0].stem}.zip\n.\n..\\lib\n", encoding="ascii")


def _copy_python(root: Path, to: Path) -> None:
    """The Python of this machine without what checking never loads, and the libraries it stands on."""
    program = root / "bin" / f"python{VERSION}"
    standard = root / "lib" / f"python{VERSION}"
    if not program.is_file() or not standard.is_dir():
        raise BundleError(f"{root} holds no Python {VERSION}")
    (to / "bin").mkdir(parents=True)
    shutil.copy2(program.resolve(), to / "bin" / program.name)

    def left_out(folder: str, names: Sequence[str]) -> set[str]:
        return {name for name in names if name in _PYTHON_LEFT_OUT or name.startswith("_test")}

    shutil.copytree(standard, to / "lib" / standard.name, ignore=left_out)
    extensions = (to / "lib" / standard.name / "lib-dynload").glob("*.so")
    for library in sorted(set(_libraries_of([program, *extensions]))):
        shutil.copy2(library, to / "lib" / library.name)
    if strip := shutil.which("strip"):  # what debuggers want is more than half of it
        for path in (to / "lib").rglob("*.so*"):
            subprocess.run([strip, "--strip-unneeded", path], check=False, capture_output=True)


def _libraries_of(programs: Sequence[Path]) -> Iterator[Path]:
    """The shared libraries that programs load, those that every Linux has of its own left out."""
    said = subprocess.run(["ldd", *map(str, programs)], capture_output=True, text=True, check=False).stdout
    for name, path in re.findall(r"^\s*(\S+) => (/\S+)", said, re.MULTILINE):
        if not _OF_THE_SYSTEM.fullmatch(name):
            yield Path(path).parent / name


def main() -> None:
    """Make the zip named after its system."""
    parser = argparse.ArgumentParser(prog="python -m ingest.checker.bundle")
    parser.add_argument("--platform", choices=("linux", "windows"), default="linux")
    parser.add_argument(
        "--python", type=Path, help="for windows: python-3.11.*-embed-amd64.zip of python.org"
    )
    parser.add_argument("--wheel", type=Path, required=True)
    parser.add_argument("--requirements", type=Path, default=Path("requirements-check.lock"))
    parser.add_argument("--uv", default="uv")
    parser.add_argument("-o", "--output", type=Path, default=Path("dist"))
    asked = parser.parse_args()
    if asked.platform == "windows" and asked.python is None:
        parser.error("windows needs --python FILE, the embeddable package of python.org")
    python = asked.python or Path(os.path.realpath(sys.base_prefix))
    asked.output.mkdir(parents=True, exist_ok=True)
    materials = Materials(asked.platform, python, asked.wheel, asked.requirements, asked.uv)
    with tempfile.TemporaryDirectory() as scratch:
        try:
            folder = make_bundle(materials, Path(scratch))
        except BundleError as error:
            parser.error(str(error))
        made = zip_bundle(folder, asked.output / f"{NAME}-{asked.platform}.zip")
    print(f"{made}: {made.stat().st_size / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
