"""Output folders that are whole or absent, and never replace what a person put there."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tutela.kernel.errors import InputError

__all__ = ["check_folder", "replace_folder"]


def check_folder(out: Path, *, mark: str = "manifest.json") -> None:
    """Refuse an output folder that is not absent, empty or an earlier output.

    Parameters
    ----------
    out
        Folder to be written.
    mark
        File by which an earlier output is known.

    Raises
    ------
    InputError
        If it is something else.
    """
    if not out.exists():
        return
    if not out.is_dir():
        what = "The output is to be a folder, and a file has its name."
        raise InputError(what, file=str(out), advice="Choose another --out.")
    if any(out.iterdir()) and not (out / mark).is_file():
        what = "The output folder holds something that tutela did not write."
        raise InputError(what, file=str(out), advice="Choose another --out, or empty the folder.")
    if mark == "manifest.json":
        _keep_foreign(out, set())


@contextmanager
def replace_folder(out: Path, *, mark: str = "manifest.json") -> Iterator[Path]:
    """Fill a new folder beside ``out`` and put it in place at the end; nothing is left on failure.

    Parameters
    ----------
    out
        Folder to write; an earlier output of the same kind is replaced.
    mark
        File by which an earlier output is known.

    Yields
    ------
    Path
        The folder to fill.

    Raises
    ------
    InputError
        If ``out`` holds files of another origin, or cannot be written.
    """
    check_folder(out, mark=mark)
    try:
        out = out.resolve()
        out.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    except OSError as error:
        raise _cannot_write(out, error) from error
    new, old = work / "new", work / "old"
    try:
        new.mkdir()
        yield new
        if out.exists():
            _keep_foreign(out, _files(new))
            out.rename(old)
        _put_in_place(new, out, old)
    except OSError as error:
        raise _cannot_write(out, error) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _put_in_place(new: Path, out: Path, old: Path) -> None:
    """Rename the new folder; if that is interrupted, the old one comes back."""
    try:
        new.rename(out)
    except BaseException:
        if old.exists() and not out.exists():
            old.rename(out)
        raise


def _files(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


def _keep_foreign(out: Path, written: set[str]) -> None:
    """Refuse to replace files that neither the earlier output lists nor the new one writes."""
    foreign = sorted(_files(out) - _recorded(out) - written)
    if foreign:
        what = "The output folder holds a file that tutela did not write; replacing the folder would lose it."
        advice = "Move the file elsewhere, or choose another --out."
        raise InputError(what, file=str(out), value=foreign[0], advice=advice)


def _recorded(out: Path) -> set[str]:
    manifest = out / "manifest.json"
    try:
        return {"manifest.json", *json.loads(manifest.read_text(encoding="utf-8"))["outputs"]}
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def _cannot_write(out: Path, error: OSError) -> InputError:
    reason = error.strerror or str(error)
    if isinstance(error, (FileExistsError, NotADirectoryError)):
        reason = "a file has the name of one of the folders above it"
    what = f"The folder cannot be written: {reason}."
    return InputError(what, file=str(out), advice="Check the folder's permissions and free space.")
