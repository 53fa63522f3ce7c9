#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""sink.py IP: take one TCP connection, print the SHA-256 of what came.
sink.py IP PORT FILE: send the file there."""

import hashlib
import socket
import sys

if len(sys.argv) == 2:
    listener = socket.create_server((sys.argv[1], 0))
    print("port", listener.getsockname()[1], flush=True)
    connection, _ = listener.accept()
    digest = hashlib.sha256()
    while data := connection.recv(1 << 16):
        digest.update(data)
    print("sum", digest.hexdigest(), flush=True)
else:
    with socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=120) as connection, \
            open(sys.argv[3], "rb") as file:
        connection.sendall(file.read())
