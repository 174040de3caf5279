"""Read zlib and gzip streams block by block, with a limit and with words for a stream that ends early."""

from __future__ import annotations

import io
import zlib
from typing import TYPE_CHECKING, Final

from tutela.kernel.errors import InputError
from tutela.standards.limits import MAX_BYTES, check_size, too_large

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

__all__ = ["compression_of", "open_stream", "read_whole"]

_GZIP: Final = b"\x1f\x8b"
_BOM: Final = b"\xef\xbb\xbf"
_BLOCK: Final = 1 << 20
_ANY_WINDOW: Final = 47
"""Window bits that let zlib find out by itself whether a stream is zlib or gzip."""
_ZLIB_METHOD: Final = 8
_ZLIB_CHECK: Final = 31
_MAX_WINDOW: Final = 7


def compression_of(head: bytes) -> str:
    """Say how a file is compressed by its first bytes: ``gzip``, ``zlib`` or empty.

    Notes
    -----
    A zlib header is two bytes that together are a multiple of 31, with method 8 in the first. Text can
    start so too (``x^``), therefore the first bytes are unpacked on trial: only Dataset-JSON comes as a
    bare zlib stream, so a brace must come out.

    Examples
    --------
    >>> compression_of(zlib.compress(b"{}")), compression_of(b'{"a": 1}'), compression_of(b"x^2,y")
    ('zlib', '', '')
    """
    if head.startswith(_GZIP):
        return "gzip"
    if len(head) < 2 or head[0] & 0x0F != _ZLIB_METHOD or head[0] >> 4 > _MAX_WINDOW:
        return ""
    if int.from_bytes(head[:2], "big") % _ZLIB_CHECK:
        return ""
    try:
        unpacked = zlib.decompressobj().decompress(head)
    except zlib.error:
        return ""
    return "zlib" if unpacked.removeprefix(_BOM).lstrip().startswith((b"{", b"[")) else ""


class _Inflater(io.RawIOBase):
    """The unpacked bytes of a compressed file."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self._name = path.name
        self._blocks = self._inflate()
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        while not self._rest:
            block = next(self._blocks, None)
            if block is None:
                return 0
            self._rest = block
        count = min(len(view), len(self._rest))
        view[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count

    def close(self) -> None:
        self._file.close()
        super().close()

    def _inflate(self) -> Iterator[bytes]:
        """Unpack; several gzip members may follow each other."""
        total, pending = 0, b""
        engine = zlib.decompressobj(_ANY_WINDOW)
        while data := pending or self._file.read(_BLOCK):
            try:
                block = engine.decompress(data, _BLOCK)
            except zlib.error as error:
                what = "The compressed file is damaged."
                raise InputError(
                    what, file=self._name, value=str(error), advice="Copy the file again."
                ) from None
            total += len(block)
            if total > MAX_BYTES:
                raise too_large(self._name, total)
            yield block
            pending = engine.unconsumed_tail
            if engine.eof:
                pending = engine.unused_data
                if pending and not pending.startswith(_GZIP):
                    return
                engine = zlib.decompressobj(_ANY_WINDOW)
                if not pending:
                    pending = self._file.read(_BLOCK)
                    if not pending.startswith(_GZIP):
                        return
        what = "The compressed file is cut off."
        advice = "Copy the file again."
        raise InputError(what, file=self._name, value=f"{total:,} bytes could be unpacked", advice=advice)


def open_stream(path: Path) -> BinaryIO:
    """Open a file for reading; a zlib or gzip stream is unpacked on the way.

    Raises
    ------
    InputError
        If the file is absent, empty or too large; and while reading, if the compressed stream is
        damaged, cut off, or unpacks to more than the limit.
    """
    check_size(path)
    with path.open("rb") as file:
        kind = compression_of(file.read(4096))
    if not kind:
        return path.open("rb")
    return io.BufferedReader(_Inflater(path), _BLOCK)


def read_whole(path: Path) -> bytes:
    """All bytes of a file, unpacked if it is a zlib or gzip stream; errors as :func:`open_stream`."""
    with open_stream(path) as stream:
        return stream.read()
