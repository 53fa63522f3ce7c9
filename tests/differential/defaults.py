#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# timeout: 300
"""What is there after loading is what the stock driver has: features, settings, bounds,
sysfs, interrupt and link attributes."""

import json
import os

import both
from compare import Facts
from lib import e1k

# Those that tell the time, a number given at random or what was sent so far
VOLATILE = {"ifindex", "iflink", "statistics", "stats64", "stats", "uevent", "carrier_changes",
            "carrier_up_count", "carrier_down_count", "flags_text", "link_netnsid", "phys_port_id"}


def pairs(t, *args) -> Facts:
    """`name: value` lines of a command of ethtool's; a refusal by its text."""
    result = t.on_nut("ethtool", *args)
    found: Facts = {} if result else {"refused": f"{result.code}: {result.out.strip()}"}
    head = ""
    for line in result.out.splitlines() if result else ():
        name, colon, value = line.strip().partition(":")
        if not colon:
            found[f"{head} +"] = f"{found.get(f'{head} +', '')} {name}".strip()
        elif value.strip() or line.startswith(("\t", " ")):
            found[(head + " / " if line.startswith(("\t\t", "  ")) else "") + name] = \
                " ".join(value.split())
        head = name if colon else head
    return found


def ethtool(option):
    """A scenario: what `ethtool OPTION` shows."""
    def show(t) -> Facts:
        args = [option, t.nut] if option else [t.nut]
        return {what: str(value).replace(t.nut, "NIC") for what, value in pairs(t, *args).items()}
    return show


def rings(t) -> Facts:
    """Maxima and current values have the same names: numbered by their order."""
    lines = t.must(t.on_nut("ethtool", "-g", t.nut)).out.splitlines()
    return {f"line {i}": " ".join(line.split()) for i, line in enumerate(lines[1:])}


def moderation(t) -> Facts:
    """Every parameter by itself."""
    found: Facts = {}
    for line in t.on_nut("ethtool", "-c", t.nut).out.splitlines()[1:]:
        name, colon, value = line.partition(":")
        if colon:
            found[name] = " ".join(value.split())
    return found


def link(t) -> Facts:
    """ip -d link, without what is the namespace's."""
    (row,) = json.loads(t.must(e1k.command("ip", "-n", "nut", "-d", "-j", "link", "show",
                                           t.nut)).out)
    return {name: value for name, value in row.items() if name not in VOLATILE}


def sysfs(t) -> Facts:
    """Every attribute of the interface that can be read."""
    # In the namespace's own sysfs
    script = ("cd /sys/class/net/$0 && for f in *; do [ -f $f ] && [ -r $f ] && "
              "echo \"$f=$(cat $f 2>&1 | tr '\\n' ' ')\"; done; "
              "ls queues; for f in queues/*/*; do [ -f $f ] && "
              "echo \"$f=$(cat $f 2>&1 | tr '\\n' ' ')\"; done; "
              "for f in device/*; do [ -f $f ] && echo has $f; done; true")
    found: Facts = {}
    for line in t.must(t.on_nut("bash", "-c", script, t.nut)).out.splitlines():
        name, _, value = line.partition("=")
        if name not in VOLATILE:
            found[name] = value.strip().replace(t.nut, "NIC").split(":")[-1].strip()
    return found


def config(t):
    """The function's configuration space."""
    with open(f"/sys/bus/pci/devices/{t.pci}/config", "rb") as file:
        return file.read()


def interrupt(t) -> Facts:
    """The line in /proc/interrupts, and the threads."""
    line = open(f"/sys/bus/pci/devices/{t.pci}/irq", encoding="ascii").read().strip()
    with open("/proc/interrupts", encoding="ascii") as file:
        row = next((row for row in file if row.split(":")[0].strip() == line), "")
    cpus = os.cpu_count() or 1
    words = row.split()[1 + cpus:]
    with open(f"/proc/irq/{line}/smp_affinity_list", encoding="ascii") as file:
        affinity = file.read().strip()
    return {"line": line, "chip, type and names": " ".join(words).replace(t.nut, "NIC"),
            "affinity": affinity, "msi": os.path.isdir(f"/sys/bus/pci/devices/{t.pci}/msi_irqs"),
            "command register": config(t)[4:6].hex()}


def life(t) -> Facts:
    """Down and up again; what is kept."""
    t.must(t.link("down"))
    down = link(t)
    found: Facts = {f"down, {name}": down.get(name) for name in
                    ("flags", "operstate", "mtu", "txqlen")}
    for name in ("speed", "duplex", "carrier"):
        result = t.on_nut("cat", f"/sys/class/net/{t.nut}/{name}")
        found[f"down, sysfs {name}"] = result.out.strip().rsplit(":", 1)[-1]
    for option in ("-g", "-c", "-a", "-k", "-S", "-d", "-e"):
        found[f"down, ethtool {option}"] = t.on_nut("ethtool", option, t.nut).code
    t.must(t.link("up"))
    e1k.wait_for(t.has_carrier, "the carrier")
    return found


both.main({
    "defaults, features": ethtool("-k"),
    "defaults, moderation": moderation,
    "defaults, rings": rings,
    "defaults, pause": ethtool("-a"),
    "defaults, driver": ethtool("-i"),
    "defaults, link modes": ethtool(None),
    "defaults, permanent address": ethtool("-P"),
    "defaults, time stamping": ethtool("-T"),
    "defaults, channels": ethtool("-l"),
    "defaults, flow hash": ethtool("-x"),
    "defaults, EEE": ethtool("--show-eee"),
    "defaults, module EEPROM": ethtool("-m"),
    "defaults, private flags": ethtool("--show-priv-flags"),
    "defaults, ip -d link": link,
    "defaults, sysfs": sysfs,
    "defaults, interrupt": interrupt,
    "defaults, down": life,
}, share=True)
