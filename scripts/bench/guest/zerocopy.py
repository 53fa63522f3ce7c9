#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""In the guest: a TCP stream from near to far, received in one way, with the markers of the
counting plugin around its steady part. Prints how many bytes were counted.

usage: zerocopy.py {recv|mmap|zcrx} BYTES WARM DEV
"""

import ctypes
import fcntl
import mmap
import os
import socket
import struct
import subprocess
import sys
import termios
import time

PORT = 5001
FAR = "192.0.2.2"
TOP = os.path.dirname(os.path.abspath(__file__)) + "/../../.."
CHUNK = 1 << 18
# guest/load.h has these, too
MARKS = {"begin": b"\x0f\x1f\x80be\x6b1", "end": b"\x0f\x1f\x80ee\x6b1"}


def marker(name):
    """A function that executes the instruction."""
    page = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(MARKS[name] + b"\xc3")
    return page, ctypes.CFUNCTYPE(None)(ctypes.addressof(ctypes.c_char.from_buffer(page)))


def enter(namespace):
    """Be in a network namespace from now on."""
    with open(f"/run/netns/{namespace}", encoding="ascii") as file:
        os.setns(file.fileno(), 0x40000000)


def receive():
    """A server that reads as usual."""
    with socket.create_server((FAR, PORT)) as listener:
        print("listening", flush=True)
        sock, _ = listener.accept()
        buffer = bytearray(CHUNK)
        while sock.recv_into(buffer):
            pass


def server(way, dev):
    """The receiving side, ready."""
    command = {"recv": [sys.executable, __file__, "server"],
               "mmap": [f"{TOP}/build/bpf/tcp-zerocopy", str(PORT)],
               "zcrx": [f"{TOP}/build/zcrx", dev, "1", str(PORT)]}[way]
    # pylint: disable-next=consider-using-with
    process = subprocess.Popen(["ip", "netns", "exec", "far", *command],
                               stdout=subprocess.PIPE, text=True)
    if not process.stdout.readline():
        raise SystemExit(f"{way}: no server")
    return process


def settle(sock):
    """Wait until all that was sent has been acknowledged."""
    while struct.unpack("i", fcntl.ioctl(sock, termios.TIOCOUTQ, bytes(4)))[0]:
        time.sleep(0.002)


def main():
    if sys.argv[1] == "server":
        receive()
        return
    way, size, warm, dev = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    begin, end = marker("begin"), marker("end")
    process = server(way, dev)
    enter("near")
    sock = socket.create_connection((FAR, PORT))
    data = bytes(CHUNK)
    for amount, mark in ((warm, None), (size, begin)):
        if mark:
            mark[1]()
        for _ in range(amount // CHUNK):
            sock.sendall(data)
        settle(sock)
    end[1]()
    sock.close()
    print(process.communicate(timeout=60)[0].strip())
    print(f"bytes {size // CHUNK * CHUNK}")


main()
