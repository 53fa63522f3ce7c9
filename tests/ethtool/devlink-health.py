#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# heals: yes
# allow-log: NETDEV WATCHDOG
# timeout: 180
"""devlink's health reporters: they diagnose, dump registers and rings, leave a hang alone
if told to and recover when asked, and count and dump one that healed by itself."""

from lib import control, e1k, traffic
from lib.registers import RCTL, RCTL_EN, Registers, TCTL, TCTL_EN

REGISTERS = {"CTRL", "STATUS", "RCTL", "TCTL", "ITR", "RDH", "RDT", "TDH", "TDT", "TDLEN"}
# What stops a direction behind the driver's back: a register, its name, its bit
FAULTS = {"tx": (TCTL, "TCTL", TCTL_EN), "rx": (RCTL, "RCTL", RCTL_EN)}


def reporter(t, name):
    """State and counts of a reporter."""
    shown = control.devlink(t, "health", "show", control.handle(t), "reporter", name)
    return shown["health"][control.handle(t)][0]


def test_dumps(t):
    for name, what in (("tx", "in_flight"), ("rx", "buffers")):
        shown = reporter(t, name)
        t.check(shown["state"] == "healthy" and not shown["error"] and shown["auto_recover"],
                f"{name}: healthy, and recovers by itself", shown)
        said = control.diagnose(t, name)
        t.check(said["running"] and said["queues"][0][what] < 4096, f"{name}: diagnose", said)
        seen = control.dump(t, name)
        t.check(REGISTERS <= set(seen["registers"]), f"{name}: the dump has the registers", seen)
        ring = seen["queues"][0]
        slots = [desc["slot"] for desc in ring["descriptors"]]
        size = ring["size"]
        around = [(ring["clean"] + i) % size for i in range(-len(slots) // 2, len(slots) // 2)]
        t.check(slots == around and ring["size"] == 256 and len(slots) >= 8,
                f"{name}: the dump has the descriptors around the next one", ring)
    filled = [desc for desc in ring["descriptors"] if desc["buffer"]]
    t.check(filled, "rx: some of them have buffers", ring)


def heal(t):
    """How often the driver took each step against a hang."""
    counters = t.statistics()
    return [counters[f"heal_{step}"] for step in ("kicks", "restarts", "resets")]


def test_recover(t, registers, stream):
    """devlink passes on what a person asks for only while the reporter is in error: told
    not to recover by itself, it stays there."""
    for name, (reg, register, enable) in FAULTS.items():
        args = (control.handle(t), "reporter", name)
        settings = control.settings(t)
        t.must(e1k.command("devlink", "health", "set", *args, "auto_recover", "false"))
        t.must(e1k.command("devlink", "health", "dump", "clear", *args))
        before, steps = reporter(t, name), heal(t)
        registers[reg] = registers[reg] & ~enable
        e1k.wait_for(lambda name=name: reporter(t, name)["state"] == "error")
        after = reporter(t, name)
        t.check(after["state"] == "error" and after["error"] > before["error"]
                and after["recover"] == before["recover"] and heal(t) == steps,
                f"{name} fails, told to leave it: so it does", after, steps, heal(t))
        said = control.diagnose(t, name)
        t.check(said["running"] and said["queues"][0].get("in_flight", 1),
                f"{name} fails: diagnose", said)
        dump = control.devlink(t, "health", "dump", "show", *args)
        t.check(not dump["registers"][register] & enable,
                f"{name} fails: the dump shows why", dump["registers"])
        result = e1k.command("devlink", "health", "recover", *args)
        after = reporter(t, name)
        t.check(result and after["state"] == "healthy"
                and after["recover"] == before["recover"] + 1
                and heal(t) == [*steps[:2], steps[2] + 1],
                f"{name}: asked to recover, the driver resets the NIC", result, after, heal(t))
        t.must(e1k.command("devlink", "health", "set", *args, "auto_recover", "true"))
        t.check(stream.flows(), f"{name}: the traffic goes on", *stream.wrong)
        e1k.wait_for(t.has_carrier, "carrier")
        t.equal(control.settings(t), settings, f"{name}: all settings are as before")


def test_hang(t, registers, stream):
    before = reporter(t, "tx")
    t.must(e1k.command("devlink", "health", "dump", "clear", control.handle(t),
                       "reporter", "tx"))
    registers[TCTL] = registers[TCTL] & ~TCTL_EN

    def since():
        now = reporter(t, "tx")
        return now, now["error"] - before["error"], now["recover"] - before["recover"]

    # Each queue that has something to send hangs, and tells of it
    e1k.wait_for(lambda: since()[1] == since()[2] > 0)
    after, errors, recoveries = since()
    t.check(0 < errors == recoveries <= len(control.diagnose(t, "tx")["queues"])
            and after["state"] == "healthy",
            "a hang: one error, one recovery of a queue, healthy again", before, after)
    t.check(stream.flows(), "a hang: the traffic goes on")
    t.check("last_dump_time" in after, "a hang: a dump was taken", after)
    dump = control.devlink(t, "health", "dump", "show", control.handle(t), "reporter", "tx")
    t.check(not dump["registers"]["TCTL"] & TCTL_EN,
            "a hang: the dump is of the time before it was healed", dump["registers"])
    ring = dump["queues"][0]
    t.check(any(desc["buffer"] for desc in ring["descriptors"]) and ring["next"] != ring["clean"],
            "a hang: the dump has frames that were not sent", ring)


def test(t):
    control.set_queues(t, 1)
    registers = Registers(t.pci)
    test_dumps(t)
    stream = traffic.Stream(t)
    test_recover(t, registers, stream)
    test_hang(t, registers, stream)
    wrong = stream.stop()
    t.check(not wrong, "every byte was the right one", *wrong)
    t.must(t.link("down"))
    for name in ("tx", "rx"):
        t.equal(control.diagnose(t, name), {"running": False, "queues": []}, f"{name}: diagnose while down")
        seen = control.dump(t, name)
        t.check(REGISTERS <= set(seen["registers"]) and not seen.get("queues"),
                f"{name}: dump while down", seen)
        t.check(e1k.command("devlink", "health", "recover", control.handle(t), "reporter", name),
                f"{name}: recover while down")
    t.must(t.link("up"))
    t.check(e1k.wait_for(t.has_carrier) and t.ping(), "up again: the peer answers")


e1k.main(test, plan=34)
