# SPDX-License-Identifier: GPL-2.0-only
"""What the control plane shows of the NIC: registers by name, rings, devlink."""

import contextlib
import json
import os
import re
import signal
import subprocess

from lib import e1k

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


def quirks(t):
    """What the driver knows of the NIC's emulation, by name."""
    with open(f"/sys/kernel/debug/e1k/{t.pci}/quirks", encoding="ascii") as file:
        return {row.split()[0] for row in file.read().splitlines()[1:]}


def registers(t):
    """The registers of the dump by name, as devlink tells them."""
    return dump(t, "rx")["registers"]


def ring(t, which):
    """The ring "rx" or "tx" as debugfs shows it; empty while the NIC is down."""
    with open(f"/sys/kernel/debug/e1k/{t.pci}/{which}_ring", encoding="ascii") as file:
        pairs = re.findall(r"^(.{10}) (\w+)", file.read(), re.MULTILINE)
    return {name.strip(): int(value, 0) for name, value in pairs}


def rctl(t):
    """The receiver's control register."""
    return ring(t, "rx")["RCTL"]


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
        """Wait for so many more replies, each the next one; false if one is missing."""
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


def bql_limit(t, number):
    """BQL stops the queue when more than so many bytes are in flight; 0: as BQL decides. A
    new limit takes effect with the next completion."""
    path = f"/sys/class/net/{t.nut}/queues/tx-0/byte_queue_limits/limit"
    t.must(t.on_nut("sh", "-c", f"echo {number} >{path}_min && echo {number} >{path}"))
    t.ping()
