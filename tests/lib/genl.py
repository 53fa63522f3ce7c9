# SPDX-License-Identifier: GPL-2.0-only
"""Generic netlink as far as dumps go: what the kernel tells of queues and the like."""

import struct

NETLINK_GENERIC, GENL_ID_CTRL = 16, 16
NLM_F_REQUEST, NLM_F_ACK, NLM_F_DUMP = 1, 4, 0x300
NLMSG_ERROR, NLMSG_DONE = 2, 3
SOL_NETLINK, NETLINK_CAP_ACK, NETLINK_EXT_ACK = 270, 10, 11
CTRL_CMD_GETFAMILY, CTRL_ATTR_FAMILY_ID, CTRL_ATTR_FAMILY_NAME = 3, 1, 2

# include/uapi/linux/netdev.h
PAGE_POOL_GET, QUEUE_GET, NAPI_GET, QSTATS_GET, BIND_RX = 5, 10, 11, 12, 13


def attribute(kind, value):
    """An attribute as bytes."""
    data = struct.pack("=HH", 4 + len(value), kind) + value
    return data + bytes(-len(data) % 4)


def attributes(data):
    """The values of attributes by their number."""
    found = {}
    while len(data) >= 4:
        length, kind = struct.unpack_from("=HH", data)
        found[kind & 0x3FFF] = data[4:length]
        data = data[(length + 3) & ~3:]
    return found


def number(value):
    """An integer attribute, or None."""
    return None if value is None else int.from_bytes(value, "little")


class Family:
    """A generic netlink family, seen from the namespace of the socket."""

    def __init__(self, sock, name):
        self.sock = sock
        # An error with its words, and without the request
        sock.setsockopt(SOL_NETLINK, NETLINK_CAP_ACK, 1)
        sock.setsockopt(SOL_NETLINK, NETLINK_EXT_ACK, 1)
        answers = list(self._ask(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, NLM_F_REQUEST,
                                 attribute(CTRL_ATTR_FAMILY_NAME, name.encode() + b"\0")))
        self.id = number(answers[0][CTRL_ATTR_FAMILY_ID])

    def _ask(self, family, command, flags, payload=b""):
        message = struct.pack("=BBH", command, 1, 0) + payload
        self.sock.send(struct.pack("=IHHII", 16 + len(message), family, flags, 1, 0) + message)
        while True:
            data = self.sock.recv(1 << 16)
            while data:
                length, kind = struct.unpack_from("=IH", data)
                if kind == NLMSG_ERROR:
                    error = -struct.unpack_from("=i", data, 16)[0]
                    if error:
                        words = attributes(data[36:length]).get(1, b"netlink\0")
                        raise OSError(error, words[:-1].decode())
                    return
                if kind == NLMSG_DONE:
                    return
                yield attributes(data[20:length])
                data = data[(length + 3) & ~3:]
            if not flags & NLM_F_DUMP:
                return

    def dump(self, command, payload=()):
        """What a dump tells: a dictionary of attributes for each object."""
        payload = b"".join(attribute(kind, value) for kind, value in payload)
        return list(self._ask(self.id, command, NLM_F_REQUEST | NLM_F_DUMP, payload))

    def get(self, command, payload):
        """What one object is, the attributes of the request given as bytes."""
        return list(self._ask(self.id, command, NLM_F_REQUEST, payload))[0]

    def do(self, command, payload):
        """Have something done, the attributes given as bytes."""
        for _ in self._ask(self.id, command, NLM_F_REQUEST | NLM_F_ACK, payload):
            pass
