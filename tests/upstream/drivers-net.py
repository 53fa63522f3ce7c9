#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# timeout: 400
# time: counted
# smp: 4
# cases: drivers-net.toml
"""One of the kernel's own tests of network drivers, tools/testing/selftests/drivers/net and
drivers/net/hw: the NIC under test is its NETIF, the peer in a network namespace its remote
end. Each of its subtests is a check here, judged by drivers-net.toml; the last check counts
them. With DRV= another driver has the NIC, and nothing is excused. scripts/selftests has
installed the programs."""

import fnmatch
import os
import re
import subprocess
import sys
import tomllib

from lib import e1k

HERE = os.path.dirname(os.path.abspath(__file__))
INSTALLED = f"{e1k.LIB}/../../build/selftests/kselftest"
# The whole output of each program, build/vm/NAME/selftests on the host.
LOGS = "/out/selftests"
DRIVER = os.environ.get("DRV")
REMOTE = "remote"
# Seconds of the guest's clock, which counts instructions.
LIMIT = 1000
# For what sits behind the NIC under test.
PREFIX_BEHIND = "2001:db8:2::/64"
# KTAP, and what the shell library of net/forwarding prints.
KTAP = re.compile(r"(?P<bad>not )?ok \d+ -? ?(?P<name>[^#]*?)\s*"
                  r"(?:# *(?P<word>SKIP|XFAIL)\b *(?P<why>.*))?$")
SHELL = re.compile(r"TEST: (?P<name>.*?)\s+\[ *(?P<word>OK|FAIL|SKIP|XFAIL) *\]$")
ID_82574 = 0x10d3
# A program that has nothing to test exits with SKIP, or dies of one of these.
SKIP = 4
NOTHING = re.compile(r"\S*(?:Ksft(?:Skip|Xfail)Ex|YnlException): (?P<why>.*)$")


def address(t, where, dev, ips):
    """One end of the wire, up and with its addresses and a link-local one."""
    ip = ["ip", *where]
    t.must(e1k.command(*ip, "link", "set", "dev", dev, "addrgenmode", "eui64"))
    t.must(e1k.command(*ip, "link", "set", "dev", dev, "up"))
    t.must(e1k.command(*ip, "addr", "replace", f"{ips[0]}/24", "dev", dev))
    t.must(e1k.command(*ip, "addr", "replace", f"{ips[1]}/64", "dev", dev, "nodad"))


def arrange(t):
    """The NIC under test where this program runs, its peer in a namespace; or beside it,
    for programs that take both as arguments."""
    # netpoll_basic.py makes its targets there.
    e1k.command("modprobe", "configfs")
    # gro.py finds out whether sessions of it are joined, and they are while it is loaded.
    e1k.command("modprobe", "pppoe")
    e1k.command("mount", "-t", "configfs", "configfs", "/sys/kernel/config")
    t.must(e1k.command("ip", "-n", "nut", "link", "set", "dev", t.nut, "netns", "1"))
    if EXPECTED.get("pair"):
        e1k.command("ip", "addr", "flush", "dev", t.peer)
        t.peer_link("up")
        t.must(e1k.command("ip", "link", "set", "dev", t.nut, "up"))
    else:
        t.must(e1k.command("ip", "netns", "add", REMOTE))
        t.defer(e1k.command, "ip", "netns", "del", REMOTE)
        t.must(e1k.command("ip", "link", "set", "dev", t.peer, "netns", REMOTE))
        t.defer(e1k.command, "ip", "-n", REMOTE, "link", "set", "dev", t.peer, "netns", "1")
        t.must(e1k.command("ip", "-n", REMOTE, "link", "set", "dev", "lo", "up"))
        address(t, ("-n", REMOTE), t.peer, (e1k.PEER_IP, e1k.PEER_IP6))
        address(t, (), t.nut, (e1k.NUT_IP, e1k.NUT_IP6))
        t.must(e1k.command("ip", "-n", REMOTE, "route", "add", PREFIX_BEHIND, "via", e1k.NUT_IP6))
        e1k.wait_for(lambda: e1k.command("ping", "-q", "-c", 1, "-W", 1, e1k.PEER_IP),
                     "an answer of the peer")


def run(t):
    """The program's exit code and its lines."""
    path = f"{INSTALLED}/{CASE}"
    # What their README.rst asks for. What does not come in five seconds never comes here.
    env = {**os.environ, "NETIF": t.nut, "LOCAL_V4": e1k.NUT_IP, "REMOTE_V4": e1k.PEER_IP,
           "LOCAL_V6": e1k.NUT_IP6, "REMOTE_V6": e1k.PEER_IP6, "NETIF_CREATE": "no",
           "LOCAL_PREFIX_V6": PREFIX_BEHIND, "REMOTE_TYPE": "netns", "REMOTE_ARGS": REMOTE,
           "WAIT_TIMEOUT": "5",
           # Their library is called lib, too.
           "PYTHONPATH": ""}
    os.makedirs(LOGS, exist_ok=True)
    with open(f"{LOGS}/{CASE.replace('/', '-')}.log", "w+", encoding="utf-8") as log:
        with subprocess.Popen([path, *([t.nut, t.peer] if EXPECTED.get("pair") else [])],
                              cwd=os.path.dirname(path), env=env, stdin=subprocess.DEVNULL,
                              stdout=log, stderr=log) as program:
            try:
                code = program.wait(LIMIT)
            except subprocess.TimeoutExpired:
                program.terminate()     # it undoes what it did
                program.wait()
                code = f"none within {LIMIT} s"
        log.seek(0)
        return code, log.read().splitlines()


def results(lines):
    """(name, pass/fail/skip, why, what it said before) for each of its subtests."""
    stem = os.path.basename(CASE).rsplit(".", 1)[0]
    said = []
    for line in lines:
        match = KTAP.match(line) or SHELL.match(line)
        if not match:
            said.append(line.removeprefix("# "))
            continue
        found = match.groupdict()
        name = found["name"].removeprefix(stem).lstrip(".") or stem
        status = "skip" if found["word"] in ("SKIP", "XFAIL") else \
            "fail" if found.get("bad") or found["word"] == "FAIL" else "pass"
        yield name, status, found.get("why") or "", said
        said = []


def row(key, name):
    """What the table says of this subtest by this key."""
    return next((why for pattern, why in EXPECTED.get(key, {}).items()
                 if fnmatch.fnmatchcase(name, pattern)), "")


def reason(status, name):
    """Why this subtest is skipped or fails, by the table."""
    if DRIVER or status == "pass":
        return ""
    return row(status, name) or (row("chance", name) if status == "fail" else "")


def judge(t, code, lines):
    """Report each subtest, and last whether as many passed as should."""
    found = list(results(lines))
    t.plan = len(found) + 1
    counts = dict.fromkeys(("pass", "fail", "skip"), 0)
    for name, status, why, said in found:
        counts[status] += 1
        excuse = reason(status, name)
        if status == "pass":
            t.check(True, name)
        elif status == "skip" and (excuse or DRIVER):
            t.skip(name, excuse or why)
        elif excuse:
            t.skip(name, f"fails: {excuse}")
        else:
            t.check(False, name, f"{status}, not expected: {why}", *said)
    text = ", ".join(f"{count} {status}" for status, count in counts.items())
    nothing = next((m["why"] for m in map(NOTHING.match, lines) if m),
                   lines[-1] if lines and code == SKIP else "")
    excuse = nothing if DRIVER else EXPECTED.get("nothing")
    if nothing and excuse and not found:
        t.skip(f"{CASE}: 0 pass, 0 fail, 1 skip", excuse)
        return
    due = sum(status == "pass" and not row("chance", name) for name, status, *_ in found)
    good = bool(found) and (DRIVER or due == EXPECTED.get("pass", 0))
    t.check(good, f"{CASE}: {text}", f"exit code {code}, {EXPECTED.get('pass', 0)} should pass",
            *(lines if not found else ()))


def differs(t):
    """The 82574's row of a program, for what is otherwise there than on the other NICs."""
    if DRIVER:
        return      # nothing is excused, and virtio-net's device is none of PCI
    with open(f"/sys/bus/pci/devices/{t.pci}/device", encoding="ascii") as file:
        if int(file.read(), 16) == ID_82574:
            EXPECTED.update(EXPECTED.get("82574", {}))


def test(t):
    differs(t)
    arrange(t)
    judge(t, *run(t))


if len(sys.argv) != 2:
    raise SystemExit("usage: drivers-net.py CASE, a key of drivers-net.toml")
CASE = sys.argv[1]
if not os.access(f"{INSTALLED}/{CASE}", os.X_OK):
    raise SystemExit(f"{CASE} is not installed: scripts/selftests")
with open(f"{HERE}/drivers-net.toml", "rb") as table:
    EXPECTED = tomllib.load(table)[CASE]
if DRIVER:
    os.environ["E1K_KO"] = e1k.command("modinfo", "-n", DRIVER).out.strip()
e1k.main(test, plan=1)
