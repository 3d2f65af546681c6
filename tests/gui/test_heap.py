"""What threads give up does not stay with the program: they share a few heaps, and holes in them are given back."""

import subprocess
import sys

import pytest

# Many threads that allocate at the same time; then how many heaps there are.
CODE = """
import ctypes, sys, threading
from desktop_al.gui.heap import share_heaps
if sys.argv[1] == "shared":
    share_heaps()
libc, start = ctypes.CDLL(None), threading.Barrier(12)
libc.malloc.restype = ctypes.c_void_p
def work():
    start.wait()
    held = [libc.malloc(4096) for _ in range(2000)]
    start.wait()
threads = [threading.Thread(target=work) for _ in range(12)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
libc.fopen.restype = ctypes.c_void_p
out = libc.fopen(b"/dev/stdout", b"w")
libc.malloc_info(0, ctypes.c_void_p(out))
libc.fflush(ctypes.c_void_p(out))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the heaps of glibc")
def test_that_many_threads_share_two_heaps() -> None:
    heaps = {
        how: subprocess.run([sys.executable, "-c", CODE, how], capture_output=True, text=True, check=True).stdout.count(
            "<heap nr="
        )
        for how in ("shared", "own")
    }
    assert heaps["shared"] <= 2 < heaps["own"]


HOLES = """
import ctypes
from pathlib import Path
from desktop_al.gui.heap import give_back
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
held = [libc.malloc(16384) for _ in range(8000)]
for block in held:
    ctypes.memset(block, 1, 16384)
last = held.pop()
for block in held:
    libc.free(ctypes.c_void_p(block))
def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
before = resident()
give_back()
print(before - resident())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the heaps of glibc")
def test_that_holes_are_given_back() -> None:
    done = subprocess.run([sys.executable, "-c", HOLES], capture_output=True, text=True, check=True)
    assert int(done.stdout) > 100_000_000
