# SPDX-License-Identifier: GPL-2.0-only
"""Traffic between the NIC under test and its peer, every byte of it compared."""

import contextlib
import os
import select
import socket
import threading
import time

from lib import e1k, frames


def addresses(family):
    """The addresses of (nut, peer)."""
    if family == socket.AF_INET:
        return e1k.NUT_IP, e1k.PEER_IP
    return e1k.NUT_IP6, e1k.PEER_IP6


def tcp_pair(t, family=socket.AF_INET):
    """A TCP connection from the NIC under test to the peer: both ends."""
    listener = t.socket("peer", family)
    listener.bind((addresses(family)[1], 0))
    listener.listen()
    nut = t.socket("nut", family)
    nut.settimeout(e1k.PATIENCE)
    nut.connect(listener.getsockname()[:2])
    peer, _ = listener.accept()
    listener.close()
    nut.settimeout(None)
    return nut, peer


def udp_pair(t, family=socket.AF_INET):
    """Two UDP sockets, each connected to the other: nut's and the peer's."""
    nut_ip, peer_ip = addresses(family)
    nut = t.socket("nut", family, socket.SOCK_DGRAM)
    peer = t.socket("peer", family, socket.SOCK_DGRAM)
    nut.bind((nut_ip, 0))
    peer.bind((peer_ip, 0))
    nut.connect(peer.getsockname()[:2])
    peer.connect(nut.getsockname()[:2])
    for sock in (nut, peer):
        sock.setsockopt(socket.SOL_SOCKET, frames.SO_RCVBUFFORCE, 64 << 20)
        sock.setsockopt(socket.SOL_SOCKET, frames.SO_SNDBUFFORCE, 64 << 20)
    return nut, peer


def difference(seen, expected):
    """Where two byte strings differ, in words; None if they do not."""
    if seen == expected:
        return None
    same = len(os.path.commonprefix([seen, expected]))
    return (f"{len(seen)} bytes, expected {len(expected)}; first difference at {same}: "
            f"{seen[same:same + 16].hex()} instead of {expected[same:same + 16].hex()}")


def expect(sock, data):
    """Read as many bytes as data has; None if they are the same, else what differs."""
    at = 0
    while at < len(data):
        chunk = sock.recv(1 << 18)
        if not chunk:
            return f"the stream ended after {at} of {len(data)} bytes"
        wrong = difference(chunk, data[at:at + len(chunk)])
        if wrong:
            return f"at {at}: {wrong}"
        at += len(chunk)
    return None


def transfer(sender, receiver, data, send=None):
    """Send data from one socket to the other; None if it came as it was sent."""
    reader = e1k.in_background(expect, receiver, data)
    (send or type(sender).sendall)(sender, data)
    return reader.result()


def segments(at_peer, data, seq, head):
    """Take the segments of this data off a capture, the first with this sequence number;
    head is what follows the addresses in each: the EtherType, with a tag before it or
    without. None if they are right, else what is not.
    """
    at = 0
    while at < len(data):
        frame = at_peer.next()
        if frame is None:
            return f"{at} of {len(data)} bytes came"
        if len(frame) > 1512 + len(head) or frame[12:12 + len(head)] != head:
            return f"a strange frame of {len(frame)} bytes: {frame[:60].hex()}"
        packet = frames.Packet(frame[:12] + frame[10 + len(head):])
        if packet.wrong:
            return f"{packet.wrong} in {frame[:80].hex()}"
        if packet.seq != seq + at:
            return f"sequence number {packet.seq} instead of {seq + at}"
        wrong = difference(packet.payload, data[at:at + len(packet.payload)])
        if wrong:
            return wrong
        at += len(packet.payload)
    return None


class Stream:
    """TCP in both directions, compared, until it is stopped."""

    def __init__(self, t, family=socket.AF_INET):
        self._data = os.urandom(1 << 20)
        self._stop = False
        self.wrong = []
        self._socks = tcp_pair(t, family)
        self._received = [0, 0]
        self._threads = []
        for i in (0, 1):
            # Small buffers: what is under way at the end has to be read too.
            self._socks[i].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 17)
            self._start(self._send, self._socks[i])
            self._start(self._receive, i)

    def _start(self, function, *args):
        thread = threading.Thread(target=function, args=args, daemon=True)
        thread.start()
        self._threads.append(thread)

    def _send(self, sock):
        at = 0
        try:
            while not self._stop:
                at += sock.send(self._data[at:at + 60000])
                at %= len(self._data)
            sock.shutdown(socket.SHUT_WR)
        except OSError as error:
            self.wrong.append(f"send: {error}")

    def _receive(self, i):
        at = 0
        try:
            while chunk := self._socks[i].recv(1 << 17):
                expected = self._data[at:at + len(chunk)]
                expected += self._data[:len(chunk) - len(expected)]
                wrong = difference(chunk, expected)
                if wrong:
                    self.wrong.append(f"stream {i} at {self._received[i]}: {wrong}")
                    return
                self._received[i] += len(chunk)
                at = (at + len(chunk)) % len(self._data)
        except OSError as error:
            self.wrong.append(f"receive: {error}")

    def flows(self, amount=1 << 17):
        """Wait until both directions have carried so much more."""
        goal = [n + amount for n in self._received]
        return e1k.wait_for(lambda: self.wrong or all(n >= g for n, g in
                                                       zip(self._received, goal))) \
            and not self.wrong

    def stop(self):
        """End it and return what was wrong: nothing, hopefully."""
        self._stop = True
        for thread in self._threads:
            thread.join(e1k.PATIENCE)
            if thread.is_alive():
                self.wrong.append("the stream does not end")
        for sock in self._socks:
            sock.close()
        return self.wrong


@contextlib.contextmanager
def flood(t, sides=("nut", "peer"), sizes=(60, 1514, 300), pause=0.002):
    """Frames from each side to the other for as long as the block runs.

    For tests that take the interface away: what is refused is sent again later.
    """
    stop = threading.Event()
    macs = {"nut": (e1k.PEER_MAC, e1k.NUT_MAC), "peer": (e1k.NUT_MAC, e1k.PEER_MAC)}

    def body(side):
        burst = [frames.ether(*macs[side], frames.ETH_P_TEST, bytes(size - frames.ETH_HLEN))
                 for size in sizes]
        sock = frames.raw(t, side)
        while not stop.is_set():
            try:
                for frame in burst:
                    sock.send(frame)
            except OSError:
                pass
            time.sleep(pause)

    threads = [threading.Thread(target=body, args=(side,), daemon=True) for side in sides]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def drain(sock):
    """Throw away what waits in a socket."""
    while select.select([sock], [], [], 0)[0]:
        sock.recv(1 << 17)


VLAN_NUT, VLAN_PEER = "198.51.100.1", "198.51.100.2"


def lay_vlan(t, vid):
    """A VLAN between the two NICs, "vlan7" on both, with addresses of its own."""
    for args, dev, address in ((("-n", "nut"), t.nut, VLAN_NUT), ((), t.peer, VLAN_PEER)):
        t.must(e1k.command("ip", *args, "link", "add", "link", dev, "name", "vlan7", "type",
                           "vlan", "id", vid))
        t.must(e1k.command("ip", *args, "addr", "add", f"{address}/24", "dev", "vlan7"))
        t.must(e1k.command("ip", *args, "link", "set", "vlan7", "up"))
    t.defer(e1k.command, "ip", "link", "del", "vlan7")
