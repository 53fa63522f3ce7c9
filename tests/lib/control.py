# SPDX-License-Identifier: GPL-2.0-only
"""What the control plane shows of the NIC: registers by name, rings, devlink."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess

from lib import e1k, genl

# Registers and bits that tests look at
CTRL_FD, CTRL_FRCSPD, CTRL_FRCDPX = 1 << 0, 1 << 11, 1 << 12
CTRL_RFCE, CTRL_TFCE = 1 << 27, 1 << 28
RCTL_UPE, RCTL_MPE, RCTL_VFE = 1 << 3, 1 << 4, 1 << 18


def handle(t):
    """How devlink calls the NIC."""
    return f"pci/{t.pci}"


def devlink(t, *args):
    """A devlink command's answer, taken from its JSON."""
    out = t.must(e1k.command("devlink", "-j", *args)).out
    return json.loads(out) if out.strip() else {}


def dump(t, reporter):
    """What a health reporter sees now."""
    t.must(e1k.command("devlink", "health", "dump", "clear", handle(t), "reporter", reporter))
    return devlink(t, "health", "dump", "show", handle(t), "reporter", reporter)


def diagnose(t, reporter):
    """What a health reporter has to say."""
    return devlink(t, "health", "diagnose", handle(t), "reporter", reporter)


def fixed_versions(t):
    """What devlink says of the NIC that does not change."""
    return devlink(t, "dev", "info", handle(t))["info"][handle(t)]["versions"]["fixed"]


def platform(t):
    """Who emulates the NIC, as the driver recognised it."""
    return fixed_versions(t)["platform"]


def quirks(t):
    """What the driver knows of the NIC's emulation, by name."""
    return set(fixed_versions(t)["quirks"].split(","))


def counts_multicast_twice(t):
    """QEMU 7.2's 82574L has each in MPRC once more (docs/driver/hardware.md)."""
    return {"rst-keeps", "rdt-drops"} <= quirks(t)


def registers(t):
    """The registers of the dump by name, as devlink tells them."""
    return dump(t, "rx")["registers"]


def ring(t, which, queue=0):
    """The ring "rx" or "tx" of a queue as the driver sees it; empty while the NIC is down."""
    rings = diagnose(t, which)["queues"]
    return rings[queue] if rings else {}


def queues(t):
    """How many queue pairs the NIC can have, and how many it has."""
    said = t.must(t.on_nut("ethtool", "-l", t.nut)).out
    return tuple(int(count) for count in re.findall(r"Combined:\s+(\d+)", said))


def set_queues(t, count):
    """Change that number until the test ends. Nothing where there is but one."""
    most, before = queues(t)
    if most > 1:
        t.must(t.on_nut("ethtool", "-L", t.nut, "combined", count))
        t.defer(t.on_nut, "ethtool", "-L", t.nut, "combined", before)


def rctl(t):
    """The receiver's control register."""
    return registers(t)["RCTL"]


def group(t, name):
    """The counters of a standard group of ethtool -S, by the standard's names."""
    out = t.must(t.on_nut("ethtool", "--json", "-S", t.nut, "--groups", name)).out
    return json.loads(out)[0].get(name, {})


# What netlink has of a queue and older kernels only tell as lines of ethtool -S: the
# direction and the attributes (include/uapi/linux/netdev.h), the second to be subtracted.
QUEUE_LINES = {"rx0_csum_good": (0, 16), "tx0_tso": (1, 28), "tx0_csum": (1, 27, 28),
               "tx0_stops": (1, 33), "tx0_wakes": (1, 34)}


def queue_statistics(t, number=0):
    """The rows of a queue's statistics by direction; None where a kernel has none."""
    index = int(t.must(t.on_nut("cat", f"/sys/class/net/{t.nut}/ifindex")).out)
    with t.socket("nut", socket.AF_NETLINK, socket.SOCK_RAW, genl.NETLINK_GENERIC) as sock:
        try:
            rows = genl.Family(sock, "netdev").dump(genl.QSTATS_GET,
                                                    [(4, (1).to_bytes(8, "little"))])
        except OSError:
            return None
    rows = [{kind: genl.number(value) for kind, value in row.items()} for row in rows]
    return {row[2]: row for row in rows if row[1] == index and row[3] == number}


def queue(t, line):
    """A counter of a queue, by its line of ethtool -S."""
    rows = queue_statistics(t)
    if rows is None:
        return t.statistics()[line]
    way, plus, *minus = QUEUE_LINES[line]
    return rows[way][plus] - sum(rows[way][attribute] for attribute in minus)


def carrier_changes(t):
    """How often the link went up or down."""
    return int(t.must(t.on_nut("cat", f"/sys/class/net/{t.nut}/carrier_changes")).out)


def settled(t):
    """Whether the stack has taken over what the driver said of the link."""
    out = e1k.command("ip", "-n", "nut", "-o", "link", "show", t.nut).out
    return ("LOWER_UP" in out) == (" state UP " in out)


def settings(t):
    """Everything that can be set, to be compared with itself later."""
    e1k.wait_for(lambda: settled(t))
    said = [t.on_nut("ethtool", option, t.nut).out for option in ("-g", "-c", "-a", "-k", "-l")]
    said.append(t.on_nut("ethtool", t.nut).out)
    said.append(re.sub(r"^\d+: ", "", e1k.command("ip", "-n", "nut", "-o", "-d", "link", "show",
                                                  t.nut).out))
    return "\n".join(said)


class Pinging:
    """One echo request every few milliseconds from the NIC to its peer, all the while."""

    def __init__(self, interval=0.01, target=e1k.PEER_IP):
        self._args = ["ip", "netns", "exec", "nut", "ping", "-n", "-i", str(interval),
                      "-W", "30", target]

    def __enter__(self):
        self._process = subprocess.Popen(self._args, stdout=subprocess.PIPE, text=True)
        self.seen = 0
        self.answered(3)
        return self

    def answered(self, more):
        """Wait for a number of further replies, each the next one; false if one is missing."""
        for _ in range(more):
            for line in self._process.stdout:
                match = re.search(r"icmp_seq=(\d+) ", line)
                if match:
                    self.seen += 1
                    self.last = int(match[1])
                    break
            else:
                return False
        return True

    def lost(self):
        """Stop, and say how many requests had no reply though a later one had."""
        self._process.send_signal(signal.SIGINT)
        rest = re.findall(r"icmp_seq=(\d+) ", self._process.stdout.read())
        self._process.wait()
        return max([self.last, *map(int, rest)]) - self.seen - len(rest)

    def __exit__(self, *_):
        if self._process.poll() is None:
            with contextlib.suppress(OSError):
                os.kill(self._process.pid, 9)
            self._process.wait()


@contextlib.contextmanager
def bql_most(t, number):
    """BQL stops the queue when this number of bytes is in flight, at the latest."""
    path = f"/sys/class/net/{t.nut}/queues/tx-0/byte_queue_limits/limit_max"
    before = t.must(t.on_nut("cat", path)).out.strip()
    t.must(t.on_nut("sh", "-c", f"echo {number} >{path}"))
    t.ping()
    yield
    t.must(t.on_nut("sh", "-c", f"echo {before} >{path}"))


def bql_limit(t, number):
    """BQL stops the queue when more bytes than this are in flight; 0: as BQL decides. A
    new limit takes effect with the next completion."""
    path = f"/sys/class/net/{t.nut}/queues/tx-0/byte_queue_limits/limit"
    t.must(t.on_nut("sh", "-c", f"echo {number} >{path}_min && echo {number} >{path}"))
    t.ping()
