# SPDX-License-Identifier: GPL-2.0-only
"""What every Python test needs: TAP output, the test bed, sockets on both sides.

The test bed is that of e1k.sh: the NIC under test in the namespace "nut", its
peer where the test was started. A test is a function that gets a Bed:

    def test(t):
        t.check(t.run("ping", "-c1", e1k.PEER_IP), "the peer answers")

    e1k.main(test, plan=1)
"""

import contextlib
import ctypes
import json
import os
import socket
import subprocess
import sys
import threading
import time
import traceback

LIB = os.path.dirname(os.path.abspath(__file__))
QMP = f"{LIB}/../../scripts/vm/qmp"
NUT_MAC = os.environ.get("NUT_MAC", "52:54:00:e1:00:01")
PEER_MAC = os.environ.get("PEER_MAC", "52:54:00:e1:00:02")
NUT_IP, PEER_IP = "192.0.2.1", "192.0.2.2"
NUT_IP6, PEER_IP6 = "2001:db8::1", "2001:db8::2"

# Waits end when what they wait for happens. This limit is for a guest that is
# hopelessly stuck, or for what shall happen and does not.
PATIENCE = 60 * int(os.environ.get("E1K_PATIENCE", "1"))

_libc = ctypes.CDLL(None, use_errno=True)


class Skip(Exception):
    """Raised before the first report: the test makes no sense here, and why."""


@contextlib.contextmanager
def namespace(name="nut"):
    """What this thread opens inside belongs to the network namespace."""
    with open("/proc/thread-self/ns/net") as home, open(f"/run/netns/{name}") as there:
        if _libc.setns(there.fileno(), 0):
            raise OSError(ctypes.get_errno(), f"setns {name}")
        try:
            yield
        finally:
            _libc.setns(home.fileno(), 0)


def wait_for(condition, what=None, patience=PATIENCE):
    """Wait until condition() is true and return what it gave.

    With `what` a wait in vain is an error, without it the result is false.
    """
    end = time.monotonic() + patience
    while True:
        result = condition()
        if result or time.monotonic() > end:
            break
        time.sleep(0.01)
    if not result and what:
        raise TimeoutError(f"waited in vain for {what}")
    return result


class Result:
    """What a command said; true if it succeeded."""

    def __init__(self, args, done):
        self.args, self.code, self.out = args, done.returncode, done.stdout

    def __bool__(self):
        return self.code == 0

    def __str__(self):
        return f"exit code {self.code}: {' '.join(self.args)}\n{self.out}"


def command(*args, text=None):
    """Run a command to its end, output and errors together."""
    args = [str(arg) for arg in args]
    done = subprocess.run(args, input=text, text=True, errors="replace", check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          stdin=None if text else subprocess.DEVNULL)
    return Result(args, done)


class Bed:
    """The test bed and the TAP lines of one test."""

    def __init__(self, plan):
        self.plan, self.done, self.failed = plan, 0, 0
        self.nut = self.peer = self.drv = self.pci = None
        self._deferred = []
        self._ipv4_only = False

    # -- TAP

    def _report(self, verdict, text):
        if not self.done:
            print(f"TAP version 13\n1..{self.plan}")
        self.done += 1
        print(f"{verdict} {self.done} - {text}", flush=True)

    def check(self, good, text, *notes):
        """Report one planned point. `good` may be a Result: it explains itself."""
        self._report("ok" if good else "not ok", text)
        if not good:
            self.failed += 1
            self.note(*([good] if isinstance(good, Result) else []), *notes)
        return bool(good)

    def equal(self, seen, expected, text):
        """Report one planned point: two values are the same."""
        return self.check(seen == expected, text, f"seen {seen!r}, expected {expected!r}")

    def becomes(self, ask, expected, text):
        """Report one planned point: ask() gives this value, or soon will. Newer kernels
        write filters after they have answered.
        """
        seen = []

        def same():
            seen[:] = [ask()]
            return seen[0] == expected

        wait_for(same, patience=20)
        return self.equal(seen[0], expected, text)

    def skip(self, text, why):
        """Report one planned point as not testable here."""
        self._report("ok", f"{text} # SKIP {why}")

    @staticmethod
    def note(*notes):
        """Diagnostic lines."""
        for text in notes:
            for line in str(text).splitlines():
                print(f"# {line}", flush=True)

    # -- the bed

    def setup(self):
        """Load the module and give both sides their addresses; see e1k.sh."""
        self._arrange("setup")

    def adopt(self):
        """The NIC came back into the first namespace: move it, set it up again."""
        self._arrange("adopt")

    def _arrange(self, how):
        result = command(f"{LIB}/e1k.sh", how)
        if not result:
            raise RuntimeError(f"no test bed: {result}")
        names = dict(word.split("=", 1) for word in result.out.splitlines()[-1].split())
        self.nut, self.peer = names["NUT"], names["PEER"]
        self.drv, self.pci = names["DRV"], names["NUT_PCI"]

    def undo(self):
        """Undo what was deferred, the last first."""
        while self._deferred:
            function, args = self._deferred.pop()
            function(*args)

    def cleanup(self):
        """Undo what was deferred, then the bed."""
        self.undo()
        command(f"{LIB}/e1k.sh", "cleanup")

    def defer(self, function, *args):
        """Call function(*args) when the test is over."""
        self._deferred.append((function, args))

    # -- both sides

    @staticmethod
    def on_nut(*args, text=None):
        """Run a command in the namespace of the NIC under test."""
        return command("ip", "netns", "exec", "nut", *args, text=text)

    def must(self, result):
        """A step that has to work for the test to go on."""
        if not result:
            raise RuntimeError(str(result))
        return result

    def link(self, *args):
        """ip link set on the NIC under test."""
        return command("ip", "-n", "nut", "link", "set", "dev", self.nut, *args)

    def peer_link(self, *args):
        """ip link set on the peer."""
        return self.must(command("ip", "link", "set", "dev", self.peer, *args))

    def mtu(self, mtu):
        """The same MTU on both sides, the peer's first when it grows."""
        self.peer_link("mtu", mtu)
        self.must(self.link("mtu", mtu))
        wait_for(self.has_carrier, "the carrier after a change of the MTU")

    def down_up(self):
        """ip link set down and up again, until there is a carrier."""
        self.must(self.link("down"))
        self.must(self.link("up"))
        wait_for(self.has_carrier, "the carrier after down and up")

    def features(self, *args):
        """ethtool -K on the NIC under test."""
        return self.on_nut("ethtool", "-K", self.nut, *args)

    def peer_gro_off(self):
        """Let captures at the peer show the frames as they were on the wire."""
        self.must(command("ethtool", "-K", self.peer, "gro", "off"))
        self.defer(command, "ethtool", "-K", self.peer, "gro", "on")

    def static_neighbours(self):
        """No ARP and no neighbour discovery on the wire from now on."""
        for args, dev, mac, ips in ((("-n", "nut"), self.nut, PEER_MAC, (PEER_IP, PEER_IP6)),
                                    ((), self.peer, NUT_MAC, (NUT_IP, NUT_IP6))):
            for ip in ips[:1] if self._ipv4_only else ips:
                self.must(command("ip", *args, "neigh", "replace", ip, "lladdr", mac,
                                  "dev", dev, "nud", "permanent"))

    def quiet(self):
        """Nothing on the wire from now on but what the test sends: no IPv6 either."""
        for args, dev in ((("ip", "netns", "exec", "nut"), self.nut), ((), self.peer)):
            self.must(command(*args, "sysctl", "-qw", f"net.ipv6.conf.{dev}.disable_ipv6=1"))
        self._ipv4_only = True
        self.static_neighbours()
        self.ping()    # What IPv6 said in parting has arrived when this is answered.

    @staticmethod
    def socket(side, family, kind=socket.SOCK_STREAM, proto=0):
        """A socket on the side "nut" or "peer"."""
        if side == "nut":
            with namespace():
                return socket.socket(family, kind, proto)
        return socket.socket(family, kind, proto)

    def cable(self, on, name="nut"):
        """Pull the cable of a NIC, or put it back."""
        self.must(command(QMP, "set_link", json.dumps({"name": name, "up": on})))

    def irqs(self):
        """The numbers of the NIC's interrupts, the queue's first."""
        device = f"/sys/bus/pci/devices/{self.pci}"
        # The directory stays when they are gone
        with contextlib.suppress(FileNotFoundError):
            if messages := os.listdir(f"{device}/msi_irqs"):
                return sorted(map(int, messages))
        with open(f"{device}/irq", encoding="ascii") as file:
            return [int(file.read())]

    def counter(self, name):
        """A counter of `ip -s link`."""
        path = f"/sys/class/net/{self.nut}/statistics/{name}"
        return int(self.must(self.on_nut("cat", path)).out)

    def statistics(self):
        """ethtool -S as a dictionary."""
        out = self.must(self.on_nut("ethtool", "-S", self.nut)).out
        pairs = (line.rsplit(":", 1) for line in out.splitlines()[1:] if ":" in line)
        return {name.strip(): int(value) for name, value in pairs}

    def is_up(self):
        """Whether the NIC under test was taken up."""
        flags = command("ip", "-n", "nut", "-o", "link", "show", self.nut).out
        return "UP" in flags.partition("<")[2].partition(">")[0].split(",")

    def has_carrier(self):
        """Whether the NIC under test sees its link."""
        return "LOWER_UP" in command("ip", "-n", "nut", "-o", "link", "show", self.nut).out

    def ping(self, family=4, count=1):
        """Whether the peer answers the NIC under test (asked until it does)."""
        ip = PEER_IP if family == 4 else PEER_IP6
        return wait_for(lambda: self.on_nut("ping", "-q", "-c", count, "-i", "0.01",
                                            "-W", "5", ip))


def in_background(function, *args):
    """Run function in a thread; .result() waits for it and gives or raises its outcome."""
    outcome = {}

    def body():
        try:
            outcome["value"] = function(*args)
        except BaseException as error:  # pylint: disable=broad-except
            outcome["error"] = error

    thread = threading.Thread(target=body, daemon=True)
    thread.start()

    def result(patience=10 * PATIENCE):
        thread.join(patience)
        if thread.is_alive():
            raise TimeoutError(f"{function.__name__} does not end")
        if "error" in outcome:
            raise outcome["error"]
        return outcome["value"]

    thread.result = result
    return thread


def main(test, plan, bed=True, done=0):
    """Run the test and exit with what kselftest wants. Points of the plan that a process
    before this one has reported are done."""
    t = Bed(plan)
    t.done = done
    code = 1
    try:
        if bed:
            t.setup()
        test(t)
        code = 1 if t.failed or t.done != t.plan else 0
        if t.done != t.plan:
            print(f"Bail out! {t.done} of {t.plan} were reported")
    except Skip as why:
        print(f"TAP version 13\n1..0 # SKIP {why}")
        code = 4
    except Exception:  # pylint: disable=broad-except
        t.check(False, "the test ran to its end", traceback.format_exc())
    finally:
        t.cleanup()
    sys.stdout.flush()
    # Threads that still sit in a socket must not keep the test alive.
    os._exit(code)
