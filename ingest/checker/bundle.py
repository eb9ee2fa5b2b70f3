"""The checker as one folder, zipped: Python, the libraries and bbaj, to be unpacked anywhere and started.

In: the system it is for, a Python for it, the project's wheel, the pinned requirements. Out: a zip for Windows, a
tar.xz for Linux; nothing has to be installed where it is unpacked, and nothing is written outside of its folder but
temporary files. What is left out is said in `left_out.yml`.

For Linux the Python is that of the machine that makes the bundle. For Windows it is the official “embeddable
package” of python.org, handed over as a file, since no package registry carries one.
"""

from __future__ import annotations

import argparse
import fnmatch
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

NAME = "bbaj-checker"
VERSION = "3.11"
SUFFIXES = {"linux": ".tar.xz", "windows": ".zip"}
"""What a bundle is packed as: Windows opens a zip by itself, Linux what is a third smaller."""
_WORTH_NAMING = 500_000
_HERE = Path(__file__).parent
_TEMPLATES = _HERE / "launchers"
# Libraries that were moved to other addresses after they were linked: `strip` would break them.
_NOT_STRIPPED = ("numpy/", "numpy.libs/")
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


def pack_bundle(folder: Path, target: Path) -> Path:
    """The folder as one file, what may be started kept so: a zip, or with `.tar.xz` what Linux unpacks smaller."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    if target.name.endswith(".tar.xz"):
        with tarfile.open(target, "w:xz", preset=9) as tar:
            for path in files:
                tar.add(path, path.relative_to(folder.parent), filter=_nobodys)
        return target
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in files:
            archive.write(path, path.relative_to(folder.parent))
    return target


def _nobodys(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """An entry without the name of who made it."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry


def sizes(folder: Path) -> dict[str, int]:
    """Bytes of each part, unpacked: Python, each library, the program itself; the largest first.

    What Python compiles once the bundle is started is no part of it.
    """
    found: Counter[str] = Counter()
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix != ".pyc":
            parts = path.relative_to(folder).parts
            name = parts[1] if parts[0] == "lib" else parts[0]
            # `numpy`, `numpy.libs`, `numpy-2.3.dist-info` and `_cffi.cpython-311-….so` are parts of one thing.
            found[name.partition(".")[0].partition("-")[0].lstrip("_")] += path.stat().st_size
    return dict(found.most_common())


def _left_out() -> Mapping[str, list[str]]:
    found: Mapping[str, list[str]] = yaml.safe_load((_HERE / "left_out.yml").read_text(encoding="utf-8"))
    return found


def _install(materials: Materials, to: Path) -> None:
    """The libraries for the system asked for, by their hashes, and the project's own wheel."""
    common = [materials.uv, "pip", "install", "-q", "--no-deps", "--target", str(to), "--link-mode", "copy"]
    common += ["--python-platform", materials.platform, "--python-version", VERSION, "--only-binary", ":all:"]
    subprocess.run([*common, "--require-hashes", "-r", str(materials.requirements)], check=True)
    subprocess.run([*common, str(materials.wheel)], check=True)
    remove(to, _left_out()["libraries"])
    _strip(to)


def remove(folder: Path, patterns: Sequence[str]) -> None:
    """Take what matches out of a folder."""
    for pattern in patterns:
        for path in list(folder.glob(pattern)):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def _strip(folder: Path) -> None:
    """Take out what debuggers want, where the machine has the tool for it: a sixth of the libraries of Linux."""
    strip = shutil.which("strip")
    for path in folder.rglob("*.so*") if strip else ():
        if path.is_file() and not path.relative_to(folder).as_posix().startswith(_NOT_STRIPPED):
            subprocess.run([str(strip), "--strip-unneeded", path], check=False, capture_output=True)


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

    left_out = _left_out()["python"]
    shutil.copytree(standard, to / "lib" / standard.name, ignore=_named_by(left_out, standard))
    remove(to / "lib" / standard.name, left_out)
    extensions = (to / "lib" / standard.name / "lib-dynload").glob("*.so")
    for library in sorted(set(_libraries_of([program, *extensions]))):
        shutil.copy2(library, to / "lib" / library.name)
    _strip(to / "lib")


def _named_by(patterns: Sequence[str], root: Path) -> Callable[[str, list[str]], set[str]]:
    """What need not even be copied of a folder: names at its top, and names wherever they stand.

    Beside a Python that is used for other things lie tens of thousands of files.
    """
    anywhere = [pattern[3:] for pattern in patterns if pattern.startswith("**/")]
    at_the_top = [pattern for pattern in patterns if "/" not in pattern]

    def ignored(folder: str, names: list[str]) -> set[str]:
        named = [*anywhere, *(at_the_top if Path(folder) == root else ())]
        return {name for pattern in named for name in fnmatch.filter(names, pattern)}

    return ignored


def _libraries_of(programs: Sequence[Path]) -> Iterator[Path]:
    """The shared libraries that programs load, those that every Linux has of its own left out."""
    said = subprocess.run(["ldd", *map(str, programs)], capture_output=True, text=True, check=False).stdout
    for name, path in re.findall(r"^\s*(\S+) => (/\S+)", said, re.MULTILINE):
        if not _OF_THE_SYSTEM.fullmatch(name):
            yield Path(path).parent / name


def main() -> None:
    """Make the bundle named after its system, and say what it is made of."""
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
        made = pack_bundle(folder, asked.output / f"{NAME}-{asked.platform}{SUFFIXES[asked.platform]}")
        parts = sizes(folder)
    print(f"{made}: {made.stat().st_size / 1e6:.0f} MB, unpacked {sum(parts.values()) / 1e6:.0f} MB")
    for name, size in parts.items():
        if size >= _WORTH_NAMING:
            print(f"  {size / 1e6:6.1f} MB  {name}")


if __name__ == "__main__":
    main()
