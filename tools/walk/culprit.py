# SPDX-License-Identifier: GPL-2.0-only
"""Who dropped it, by name: the chain and rule, the queueing discipline, the neighbour.

The trace has the place; the names are asked for afterwards, with the tools that manage
them. What cannot be asked is left out.
"""

from __future__ import annotations

import json
import re
from typing import Any

from bed import run
from errors import WalkError
from lang import tr
from trail import Mark, Walk
from words import values_of

# nftables' names of the hooks.
HOOKS = {"PRE_ROUTING": "prerouting", "LOCAL_IN": "input", "FORWARD": "forward",
         "LOCAL_OUT": "output", "POST_ROUTING": "postrouting", "INGRESS": "ingress",
         "EGRESS": "egress"}
FAMILIES = {"IPv4": ("ip", "inet"), "IPv6": ("ip6", "inet"), "bridge": ("bridge",),
            "ARP": ("arp",), "netdev": ("netdev", "inet")}
VERDICTS = ("drop", "reject")
QDISCS = ("QDISC_DROP", "OVERLIMIT", "GENERIC", "CONGESTED", "FLOW_LIMIT", "BAND_LIMIT",
          "FQ_FLOW_LIMIT", "FQ_BAND_LIMIT", "FQ_HORIZON_LIMIT", "QDISC_BURST_DROP")


def asked(*command: str, ns: str) -> str:
    """What a tool says; nothing if it is not there."""
    try:
        return run(*command, ns=ns, check=False)
    except WalkError:
        return ""


def notes(walk: Walk, device: str, ns: str = "") -> list[str]:
    found: list[str] = []
    marks = walk.ordered()
    for mark in marks:
        if mark.step != "drop":
            continue
        before = [one for one in marks if one.event.index < mark.event.index]
        if mark.note == "NETFILTER_DROP":
            found += netfilter(before, asked("nft", "-j", "list", "ruleset", ns=ns))
        elif mark.note in QDISCS:
            found += qdiscs(asked("tc", "-s", "qdisc", "show", "dev", device, ns=ns), device)
        elif mark.note.startswith("NEIGH_"):
            found += neighbours(before, device, ns)
    return found


def netfilter(before: list[Mark], ruleset: str) -> list[str]:
    """The hook that was asked last, and what can have said drop there."""
    asked_at = next((mark for mark in reversed(before) if mark.event.name == "nf_hook_slow"), None)
    if not asked_at:
        return []
    hook = values_of(asked_at.event)["hook"]
    chains = [str(mark.event.values["chain"]) for mark in before
              if mark.event.name == "nft_do_chain" and mark.event.index > asked_at.event.index
              and "chain" in mark.event.values]
    tables = [str(mark.event.values["table"]) for mark in before if mark.event.name.endswith(
        "t_do_table") and mark.event.index > asked_at.event.index]
    if tables:
        return [tr("netfilter: hook {hook}, iptables table {table}").format(hook=hook,
                                                                           table=tables[-1])]
    who = suspects(ruleset, hook, chains[-1] if chains else "")
    where = tr(" or ").join(who) or (tr("chain {chain}").format(chain=chains[-1]) if chains else "")
    return [tr("netfilter: hook {hook}").format(hook=hook) + (f": {where}" if where else "")]


def suspects(ruleset: str, hook: str, chain: str = "") -> list[str]:
    """Policies and rules of nftables that drop at a hook ("LOCAL_IN (IPv4)")."""
    try:
        rows: list[dict[str, Any]] = json.loads(ruleset)["nftables"]
    except (ValueError, KeyError, TypeError):
        return []
    name, _, family = hook.partition(" ")
    families = FAMILIES.get(family.strip("()"), ())
    found = []
    bases = [row["chain"] for row in rows if "chain" in row and
             row["chain"].get("hook") == HOOKS.get(name) and row["chain"]["family"] in families
             and (not chain or row["chain"]["name"] == chain)]
    for base in bases:
        title = tr("table {family} {table}, chain {chain}").format(
            family=base["family"], table=base["table"], chain=base["name"])
        reach = reachable(rows, base)
        for row in rows:
            rule = row.get("rule")
            if rule and belongs(rule, base) and rule["chain"] in reach and verdict(rule):
                inside = "" if rule["chain"] == base["name"] else f" > {rule['chain']}"
                found.append(f"{title}{inside}, " + tr("rule {handle}: {verdict}").format(
                    handle=rule["handle"], verdict=verdict(rule)))
        if base.get("policy") == "drop":
            found.append(f"{title}, " + tr("policy drop"))
    return found


def belongs(rule: dict[str, Any], chain: dict[str, Any]) -> bool:
    return (rule["family"], rule["table"]) == (chain["family"], chain["table"])


def reachable(rows: list[dict[str, Any]], base: dict[str, Any]) -> set[str]:
    """A chain and those that it jumps to."""
    found, new = set(), {base["name"]}
    while new:
        found |= new
        new = {part[kind]["target"] for row in rows if "rule" in row
               and belongs(row["rule"], base) and row["rule"]["chain"] in found
               for part in row["rule"].get("expr", ()) for kind in ("jump", "goto")
               if kind in part} - found
    return found


def verdict(rule: dict[str, Any]) -> str:
    return next((word for part in rule.get("expr", ()) for word in VERDICTS if word in part), "")


def qdiscs(text: str, device: str) -> list[str]:
    """Those of the device that have dropped something."""
    found, name = [], ""
    for line in text.splitlines():
        match = re.match(r"qdisc (\S+ \S+)", line)
        name = match[1] if match else name
        dropped = re.search(r"dropped (\d+)", line)
        if dropped and int(dropped[1]):
            found.append(tr("queueing discipline on {device}: {name} dropped {count} so far")
                         .format(device=device, name=name, count=dropped[1]))
    return found


def neighbours(before: list[Mark], device: str, ns: str) -> list[str]:
    event = next((mark.event for mark in reversed(before)
                  if "primary_key4" in mark.event.values), None)
    if not event:
        return []
    address = values_of(event)["neighbour"]
    text = asked("ip", "neigh", "show", "to", address, "dev", device, ns=ns).strip()
    return [tr("neighbour {address} on {device}: {state}").format(
        address=address, device=device, state=text.rpartition(" ")[2] or "-")]
