# SPDX-License-Identifier: GPL-2.0-only
"""A NIC with all kinds of state, under traffic: what was asked of it must still hold
after it was asleep, or elsewhere."""

from lib import control, e1k, frames, traffic

GROUP, STRANGE_GROUP = "01:00:5e:11:22:33", "01:00:5e:44:55:66"
ADDRESS, STRANGER = "02:00:00:00:f2:01", "02:00:00:00:f2:02"
VID = 7
MTU = 4000


def qmp(t, command, **arguments):
    """A QMP command's answer, as text."""
    return t.must(e1k.command(e1k.QMP, command, e1k.json.dumps(arguments))).out


class Load:
    """Rings, moderation, MTU, a VLAN, filters, and TCP both ways."""

    def __init__(self, t):
        self._t = t
        t.must(t.on_nut("ethtool", "-G", t.nut, "rx", 128, "tx", 512))
        t.must(t.on_nut("ethtool", "-C", t.nut, "adaptive-rx", "off", "rx-usecs", 77))
        t.mtu(MTU)
        traffic.lay_vlan(t, VID)
        self._out = frames.raw(t, "peer")
        self._into = frames.capture(t, "nut", frames.ETH_P_TEST)
        self._into.member(frames.PACKET_MR_MULTICAST, GROUP)
        self._into.member(frames.PACKET_MR_UNICAST, ADDRESS)
        self._marker = frames.ether(e1k.NUT_MAC, e1k.PEER_MAC, frames.ETH_P_TEST,
                                    b"marker".ljust(46))
        t.must(t.ping())
        self._before = self._state()
        self.stream = traffic.Stream(t)

    def _state(self):
        e1k.wait_for(self._t.has_carrier)
        return [*control.settings(self._t).splitlines(), f"RCTL {control.rctl(self._t):#x}",
                f"received {self._received()}"]

    def _received(self):
        """Which of some frames come through the filters."""
        wanted = (GROUP, STRANGE_GROUP, ADDRESS, STRANGER)

        def ask():
            for to in wanted:
                self._out.send(frames.ether(to, e1k.PEER_MAC, frames.ETH_P_TEST, bytes(46)))
            self._out.send(self._marker)
            try:
                seen = [f[:6] for f in self._into.until(lambda f: f == self._marker, patience=5)]
            except TimeoutError:
                return []   # among so much traffic a frame may be dropped
            return [to for to in wanted if frames.mac(to) in seen]

        def is_right():
            received[:] = ask()
            return received == [GROUP, ADDRESS]

        received = []
        # Newer kernels write filters a little later.
        e1k.wait_for(is_right)
        return received

    def difference(self):
        """What is not as it was, None if nothing."""
        if not self.stream.flows(1 << 16):
            return "\n".join(["the traffic does not go on", *self.stream.wrong])
        return self.changed()

    def changed(self):
        """Likewise, without a look at the traffic."""
        if not e1k.wait_for(lambda: self._t.on_nut("ping", "-q", "-c", 1, "-W", 5,
                                                   traffic.VLAN_PEER)):
            return "no answer through the VLAN"
        now = self._state()
        if now == self._before:
            return None
        return "\n".join([*(f"was {line}" for line in self._before if line not in now),
                          *(f"is {line}" for line in now if line not in self._before)])
