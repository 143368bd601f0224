"""Network bridges by the kernel's own calls: a machine with Docker need not have ``ip``.

Source of the numbers: Linux, ``include/uapi/linux/sockios.h`` and ``if.h``.
"""

import fcntl
import socket
import struct

ADD_BRIDGE = 0x89A0
DELETE_BRIDGE = 0x89A1
SET_FLAGS = 0x8914
DOWN = struct.Struct("16sh22x")


def add(name: str) -> None:
    _call(ADD_BRIDGE, name.encode() + b"\0")


def remove(name: str) -> None:
    _call(SET_FLAGS, DOWN.pack(name.encode(), 0))
    _call(DELETE_BRIDGE, name.encode() + b"\0")


def _call(number: int, argument: bytes) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, number, argument)
