"""Start a program with little of everything: ``python -I limited.py <cpu s> <memory> <file size>
<sockets> -- …``.

Runs by itself, without the project, so that nothing of it is in memory when the limits close. ``sockets``
is ``none``
or ``unix`` (LibreOffice speaks to itself through one). Exit code 97 says that the network could not be
closed.
"""

import ctypes
import os
import platform
import resource
import struct
import sys

NOT_CLOSED = 97
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
ALLOW, KILL, DENY = 0x7FFF0000, 0x80000000, 0x00050000 | 13  # EACCES
# Machine → (audit architecture, number of socket(2)); io_uring_setup has one number everywhere.
MACHINES = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
IO_URING_SETUP = 425
X32 = 0x40000000


def no_sockets(*, unix: bool) -> bool:
    """Forbid the kernel call that opens sockets, for this process and all it starts; no privilege is
    needed.
    """
    machine = MACHINES.get(platform.machine())
    if machine is None or sys.byteorder != "little":
        return False
    architecture, socket_call = machine
    program = [
        (LOAD, 0, 0, 4),
        (EQUAL, 1, 0, architecture),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, 0),
        (AT_LEAST, 5, 0, X32),
        (EQUAL, 4, 0, IO_URING_SETUP),
        (EQUAL, 0, 2, socket_call),
        (LOAD, 0, 0, 16),
        (EQUAL, 0, 1, 1 if unix else 0xFFFF),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, DENY),
    ]
    code = b"".join(struct.pack("<HBBI", *instruction) for instruction in program)
    buffer = ctypes.create_string_buffer(code)

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]

    filter_ = Program(len(program), ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(filter_), 0, 0) == 0)


def own_network() -> bool:
    """A network of its own with nothing in it, where the kernel gives one."""
    libc = ctypes.CDLL(None, use_errno=True)
    return any(libc.unshare(flags) == 0 for flags in (CLONE_NEWNET, CLONE_NEWUSER | CLONE_NEWNET))


def limit(cpu: int, memory: int, file_size: int) -> None:
    for kind, soft, hard in (
        (resource.RLIMIT_CPU, cpu, cpu + 1),
        (resource.RLIMIT_AS, memory, memory),
        (resource.RLIMIT_FSIZE, file_size, file_size),
        (resource.RLIMIT_NOFILE, 256, 256),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        resource.setrlimit(kind, (soft, hard))


def main() -> None:
    at = sys.argv.index("--")
    cpu, memory, file_size = map(int, sys.argv[1:4])
    closed = no_sockets(unix=sys.argv[4] == "unix") or own_network()
    if not closed:
        sys.exit(NOT_CLOSED)
    limit(cpu, memory, file_size)
    command = sys.argv[at + 1 :]
    os.execv(command[0], command)  # noqa: S606 - the caller names the program, nothing comes from the file


if __name__ == "__main__":
    main()
