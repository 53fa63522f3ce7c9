# SPDX-License-Identifier: GPL-2.0-only
"""Frames as bytes: built, sent, captured, taken apart and their checksums tested."""

import errno
import fcntl
import socket
import struct

ETH_P_ALL, ETH_P_IP, ETH_P_IPV6, ETH_P_8021Q = 3, 0x0800, 0x86DD, 0x8100
ETH_P_TEST = 0x88B5     # IEEE: for local experiments; no stack answers it
ETH_HLEN, ETH_ZLEN = 14, 60

SOL_PACKET, PACKET_AUXDATA, PACKET_STATISTICS = 263, 8, 6
PACKET_ADD_MEMBERSHIP, PACKET_DROP_MEMBERSHIP = 1, 2
PACKET_MR_MULTICAST, PACKET_MR_PROMISC, PACKET_MR_ALLMULTI, PACKET_MR_UNICAST = range(4)
PACKET_IGNORE_OUTGOING, PACKET_VNET_HDR, PACKET_QDISC_BYPASS = 23, 15, 20
TP_STATUS_VLAN_VALID = 0x10
SO_RCVBUFFORCE, SO_SNDBUFFORCE = 33, 32
SIOCGIFINDEX = 0x8933


def mac(text):
    """The six bytes of a written MAC address."""
    return bytes.fromhex(text.replace(":", ""))


def ones(data):
    """The one's complement sum of the data; 0 and 0xffff are the same number."""
    if len(data) % 2:
        data += b"\0"
    # 2**16 leaves 1 when divided by 65535, so the number's remainder is the sum.
    return int.from_bytes(data, "big") % 0xFFFF


def checksum(data):
    """The Internet checksum of the data."""
    return 0xFFFF - ones(data)


def ether(dst, src, proto, payload):
    """An Ethernet frame without padding."""
    return mac(dst) + mac(src) + struct.pack("!H", proto) + payload


def vlan(frame, tci, proto=ETH_P_8021Q):
    """The frame with a VLAN tag in it."""
    return frame[:12] + struct.pack("!HH", proto, tci) + frame[12:]


def _pseudo(src, dst, proto, length):
    if ":" in src:
        return (socket.inet_pton(socket.AF_INET6, src) + socket.inet_pton(socket.AF_INET6, dst)
                + struct.pack("!II", length, proto))
    return socket.inet_aton(src) + socket.inet_aton(dst) + struct.pack("!HH", proto, length)


def ip_header(src, dst, proto, length, options=b""):
    """An IPv4 header for a payload of this length."""
    hlen = 20 + len(options)
    head = struct.pack("!BBHHHBBH4s4s", 0x40 | hlen // 4, 0, hlen + length, 1, 0x4000, 64,
                       proto, 0, socket.inet_aton(src), socket.inet_aton(dst)) + options
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:]


def ip6_header(src, dst, proto, length):
    """An IPv6 header for a payload of this length."""
    return (struct.pack("!IHBB", 6 << 28, length, proto, 64)
            + socket.inet_pton(socket.AF_INET6, src) + socket.inet_pton(socket.AF_INET6, dst))


def ip_packet(src, dst, proto, payload):
    """An IPv4 or IPv6 packet, as the addresses are."""
    head = ip6_header if ":" in src else ip_header
    return head(src, dst, proto, len(payload)) + payload


def udp(src, dst, sport, dport, payload, partial=False):
    """A UDP datagram. With partial only the pseudo header is summed, as the stack
    leaves it to the NIC."""
    length = 8 + len(payload)
    pseudo = _pseudo(src, dst, socket.IPPROTO_UDP, length)
    head = struct.pack("!HHHH", sport, dport, length, 0)
    value = ones(pseudo) if partial else checksum(pseudo + head + payload) or 0xFFFF
    return head[:6] + struct.pack("!H", value) + payload


def tcp(src, dst, sport, dport, payload, seq=0, flags=0x10, partial=False):
    """A TCP segment without options; partial as for udp()."""
    pseudo = _pseudo(src, dst, socket.IPPROTO_TCP, 20 + len(payload))
    head = struct.pack("!HHIIBBHHH", sport, dport, seq, 0, 0x50, flags, 4096, 0, 0)
    value = ones(pseudo) if partial else checksum(pseudo + head + payload)
    return head[:16] + struct.pack("!H", value) + head[18:] + payload


def vnet_header(linear, mss, start, offset, ipv6=False):
    """What a PACKET_VNET_HDR socket wants before a frame: how much of it shall be
    linear, the segment size (0: it is one frame), where the checksum begins and,
    from there, where it goes."""
    needs_csum, tcpv4, tcpv6 = 1, 1, 4
    gso = (tcpv6 if ipv6 else tcpv4) if mss else 0
    return struct.pack("=BBHHHH", needs_csum, gso, linear, mss, start, offset)


class Packet:
    """An IP packet of a frame taken apart; .wrong says what is not right in it."""

    def __init__(self, frame):
        self.wrong = None
        self.size = len(frame)
        self.proto = self.sport = self.dport = self.seq = self.flags = None
        self.payload = b""
        (ethertype,) = struct.unpack_from("!H", frame, 12)
        data = frame[ETH_HLEN:]
        if ethertype == ETH_P_IP:
            self._ipv4(data)
        elif ethertype == ETH_P_IPV6:
            self._ipv6(data)

    def _ipv4(self, data):
        hlen = (data[0] & 15) * 4
        total, frag = struct.unpack_from("!2xH2xH", data)
        if ones(data[:hlen]):
            self.wrong = "IPv4 header checksum"
        elif total > len(data):
            self.wrong = f"IPv4 total length {total} in {len(data)} bytes"
        elif not frag & 0x3FFF:
            self.proto = data[9]
            pseudo = data[12:20] + struct.pack("!HH", self.proto, total - hlen)
            self._transport(pseudo, data[hlen:total])

    def _ipv6(self, data):
        length, proto = struct.unpack_from("!4xHB", data)
        if 40 + length > len(data):
            self.wrong = f"IPv6 payload length {length} in {len(data)} bytes"
            return
        start, end = 40, 40 + length
        while proto in (0, 43, 60):     # hop-by-hop, routing, destination options
            proto, step = data[start], 8 + 8 * data[start + 1]
            start += step
        self.proto = proto
        self._transport(data[8:40] + struct.pack("!II", end - start, proto), data[start:end])

    def _transport(self, pseudo, data):
        if self.proto == socket.IPPROTO_TCP:
            self.sport, self.dport, self.seq = struct.unpack_from("!HHI", data)
            self.flags = data[13]
            self.payload = data[(data[12] >> 4) * 4:]
            if ones(pseudo + data):
                self.wrong = "TCP checksum"
        elif self.proto == socket.IPPROTO_UDP:
            self.sport, self.dport, length, value = struct.unpack_from("!HHHH", data)
            self.payload = data[8:]
            if length != len(data):
                self.wrong = f"UDP length {length} in {len(data)} bytes"
            elif not value:
                self.wrong = "UDP without checksum"
            elif ones(pseudo + data):
                self.wrong = "UDP checksum"


class Capture:
    """Sees what an interface receives; a VLAN tag is put back where it was on the wire."""

    def __init__(self, sock, dev, proto=ETH_P_ALL):
        self.sock = sock
        sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 256 << 20)
        sock.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
        sock.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
        sock.bind((dev, proto))
        self.dev = dev

    def next(self, patience=60):
        """The next frame, or None if none comes."""
        self.sock.settimeout(patience)
        try:
            data, ancillary, _, _ = self.sock.recvmsg(1 << 17, 64)
        except (TimeoutError, BlockingIOError):
            return None
        except OSError as error:
            if error.errno != errno.ENETDOWN:
                raise
            # Said once after the interface went down; it may be up again.
            return self.next(patience)
        for level, kind, value in ancillary:
            if (level, kind) == (SOL_PACKET, PACKET_AUXDATA):
                status, _, _, _, _, tci, tpid = struct.unpack_from("=IIIHHHH", value)
                if status & TP_STATUS_VLAN_VALID:
                    data = vlan(data, tci, tpid)
        return data

    def waiting(self):
        """The frames that are already here."""
        return iter(lambda: self.next(0), None)

    def until(self, wanted, patience=60):
        """The frames up to the one for which wanted(frame) is true.

        A frame that comes before a marker came in time, whatever the time was.
        """
        seen = []
        while True:
            frame = self.next(patience)
            if frame is None:
                raise TimeoutError(f"the frame waited for is not among {len(seen)} received")
            seen.append(frame)
            if wanted(frame):
                return seen

    def dropped(self):
        """Frames that found the socket full since the last call."""
        value = self.sock.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8)
        return struct.unpack("=II", value)[1]

    def member(self, kind, address="00:00:00:00:00:00", leave=False):
        """Ask the interface to receive more: PACKET_MR_*."""
        # By the socket, whose namespace need not be that of this thread.
        name = struct.pack("16s16x", self.dev.encode())
        (index,) = struct.unpack_from("i", fcntl.ioctl(self.sock, SIOCGIFINDEX, name), 16)
        request = struct.pack("=iHH8s", index, kind, 6, mac(address))
        self.sock.setsockopt(SOL_PACKET,
                             PACKET_DROP_MEMBERSHIP if leave else PACKET_ADD_MEMBERSHIP, request)


def raw(t, side, proto=0):
    """A socket that sends frames: raw(t, "nut").send(frame)."""
    sock = t.socket(side, socket.AF_PACKET, socket.SOCK_RAW, 0)
    sock.setsockopt(socket.SOL_SOCKET, SO_SNDBUFFORCE, 64 << 20)
    sock.bind((t.nut if side == "nut" else t.peer, proto))
    return sock


def capture(t, side, proto=ETH_P_ALL):
    """A Capture on the side "nut" or "peer"."""
    sock = t.socket(side, socket.AF_PACKET, socket.SOCK_RAW, 0)
    return Capture(sock, t.nut if side == "nut" else t.peer, proto)
