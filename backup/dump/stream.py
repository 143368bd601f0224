"""Compressing a stream of SQL into gzip, in threads and in constant memory.

The format is plain gzip (RFC 1952), one member: any `gzip` reads it. A dump that is small is
stored rather than compressed, so that the floor of 10 KB for a backup speaks of its content.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Final, Protocol, cast

from zlib_ng import gzip_ng_threaded, zlib_ng

BLOCK_BYTES: Final = 512 << 10
SMALL_BYTES: Final = 128 << 10
"""A text up to this size is stored."""
STORE: Final = 0
GZIP_BITS: Final = 16 + zlib_ng.MAX_WBITS
"""Tells a decompressor to expect gzip's header and end."""
InflateError = cast(type[Exception], zlib_ng.error)
"""What decompressing damaged data raises; the library declares it as an instance."""
TAIL_BYTES: Final = 4096


class Writer(Protocol):
    """What the compressed bytes are written to."""

    def write(self, data: bytes, /) -> int:
        """Take all of `data`."""
        ...

    def flush(self) -> None:
        """Hand on what is held back."""


@dataclass(frozen=True)
class Dumped:
    """What went through a dump."""

    text_bytes: int
    """Before compression."""
    tail: bytes
    """The end of the text, where its footer is."""


def gzip_stream(
    read: Callable[[memoryview], int],
    writer: Writer,
    *,
    level: int,
    threads: int,
    go_on: Callable[[], None] = lambda: None,
) -> Dumped:
    """Compress what `read` fills buffers with, to its end, into `writer`.

    `go_on` is called for every block and may raise to give up. Errors of `writer` are raised here
    though they happen in a thread.
    """
    buffer = memoryview(bytearray(BLOCK_BYTES))
    first = _fill(read, buffer)
    level = STORE if first <= SMALL_BYTES else level
    total, tail = 0, b""
    with _compressor(writer, level, threads) as target:
        filled = first
        while filled:
            go_on()
            block = buffer[:filled]
            target.write(block)
            total += filled
            tail = (tail + bytes(block[-TAIL_BYTES:]))[-TAIL_BYTES:]
            filled = _fill(read, buffer)
    return Dumped(total, tail)


def _fill(read: Callable[[memoryview], int], buffer: memoryview) -> int:
    """Fill the buffer as far as the stream goes: a pipe gives it in small pieces."""
    filled = 0
    while filled < len(buffer):
        number = read(buffer[filled:])
        if number == 0:
            break
        filled += number
    return filled


def _compressor(writer: Writer, level: int, threads: int) -> IO[bytes]:
    opened = gzip_ng_threaded.open(  # type: ignore[no-untyped-call]
        writer, "wb", compresslevel=level, threads=threads, block_size=BLOCK_BYTES
    )
    return cast(IO[bytes], opened)
