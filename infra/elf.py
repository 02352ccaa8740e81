"""Shared libraries without what only debuggers and linkers read, which is most of some wheels.

A library is loaded by its program headers alone (System V ABI, "Program Loading"): the section headers, the symbols and
the debug information behind the last loaded segment can go. `strip` does the same, but only for its own machine.
"""

from pathlib import Path
from struct import Struct

_HEADER = Struct("<16sHHIQQQIHHHHHH")
_SEGMENT = Struct("<IIQQQQQQ")
_LITTLE_64_BITS = b"\x7fELF\x02\x01"


def strip(library: Path) -> None:
    """Cut a 64-bit little-endian ELF file off behind its last segment.

    Raises:
        ValueError: it is no such file.
    """
    content = library.read_bytes()
    if not content.startswith(_LITTLE_64_BITS):
        raise ValueError(f"{library.name} is no 64-bit little-endian ELF file")
    header = list(_HEADER.unpack_from(content))
    first, size, count = header[5], header[9], header[10]
    segments = [_SEGMENT.unpack_from(content, first + number * size) for number in range(count)]
    end = max([_HEADER.size, first + count * size, *(offset + length for _, _, offset, _, _, length, _, _ in segments)])
    # No section headers: their place, number and names.
    header[6] = header[12] = header[13] = 0
    library.write_bytes(_HEADER.pack(*header) + content[_HEADER.size : end])
