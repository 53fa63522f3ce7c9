# SPDX-License-Identifier: GPL-2.0-only
"""What cannot be carried over and is refused before anything is touched.

Links are what "ip -j -d link" says of them.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from pathlib import Path
from typing import Any

from common import SwitchError, run, run_json

# What can rest on an interface of another network namespace.
STACKED = ("vlan", "macvlan", "macvtap", "ipvlan", "ipvtap")
NFT_OBJECT = re.compile(r"(?<=^\t)(chain|flowtable) \S+")
NFT_DEVICES = re.compile(r"(?:hook \w+ device |devices = )(\{[^}]*\}|\S+)")
NFT_NAME = re.compile(r"[^{}\", ]+")

Links = list[dict[str, Any]]


def check(links: Links, everything: Links, port_kinds: tuple[str, ...]) -> None:
    """SwitchError for what the NIC's interface, or a VLAN on it, is used for otherwise."""
    names = [link["ifname"] for link in links]
    for link in links:
        _check_link(link, port_kinds)
        _check_settings(link["ifname"])
    _check_tunnels(names, everything)
    _check_namespaces({link["ifindex"]: link["ifname"] for link in links})
    _check_nftables(names)


def _kind(link: dict[str, Any], word: str = "info_kind") -> str:
    return str(link.get("linkinfo", {}).get(word, ""))


def _check_link(link: dict[str, Any], port_kinds: tuple[str, ...]) -> None:
    name = link["ifname"]
    if _kind(link) not in ("", "vlan"):
        raise SwitchError(f"{name} is a {_kind(link)} on it, which cannot be carried over")
    slave = _kind(link, "info_slave_kind")
    if link.get("master") and slave not in port_kinds:
        raise SwitchError(f"{name} belongs to {link['master']}, a {slave or 'master'} of a kind "
                          "that cannot be carried over")
    if link.get("xdp"):
        raise SwitchError(f"{name} has an XDP program; detach it first")


def _check_settings(name: str) -> None:
    for qdisc in run_json("tc", "-j", "qdisc", "show", "dev", name):
        # Handle 0: is what the kernel put there by itself.
        if qdisc["handle"] != "0:" and qdisc["kind"] != "noqueue":
            raise SwitchError(f"{name} has traffic control ({qdisc['kind']} {qdisc['handle']}), "
                              "which cannot be carried over; remove it first")
    if run("ip", "nexthop", "show", "dev", name):
        raise SwitchError(f"there are nexthop objects through {name} (ip nexthop), "
                          "which cannot be carried over")


def _check_tunnels(names: list[str], everything: Links) -> None:
    """A tunnel that is bound to the interface is not stacked on it."""
    for link in everything:
        data = link.get("linkinfo", {}).get("info_data", {})
        for lower in (link.get("link"), data.get("link")):
            if lower in names and link["ifname"] not in names:
                raise SwitchError(f"{link['ifname']} is a {_kind(link) or 'interface'} through "
                                  f"{lower}, which cannot be carried over")


def _check_namespaces(names: dict[int, str]) -> None:
    """What containers have on the interface is not seen from here."""
    for path, called in _other_namespaces():
        links: Links = []
        with contextlib.suppress(SwitchError):      # it may end meanwhile
            links = run_json("nsenter", f"--net={path}", "ip", "-j", "-d", "link", "show")
        for link in links:
            if _kind(link) in STACKED and "link_netnsid" in link and \
                    link.get("link_index") in names:
                raise SwitchError(f"{link['ifname']} in another network namespace ({called}) is "
                                  f"a {_kind(link)} on {names[link['link_index']]}, "
                                  "which cannot be carried over")


def _other_namespaces() -> list[tuple[Path, str]]:
    """Paths of namespaces with a name or a process, and what they are called."""
    own = os.stat("/proc/self/ns/net").st_ino
    found: dict[int, tuple[Path, str]] = {}
    for path in [*Path("/run/netns").glob("*"), *Path("/proc").glob("[0-9]*/ns/net")]:
        with contextlib.suppress(OSError):
            number = path.stat().st_ino
            called = path.name if path.parts[1] == "run" else f"of process {path.parts[2]}"
            if number != own:
                found.setdefault(number, (path, called))
    return list(found.values())


def _check_nftables(names: list[str]) -> None:
    """Chains and flow tables that hang on an interface, not on a hook of a protocol."""
    if not shutil.which("nft"):
        return
    # Not as JSON, in which some versions leave a chain's device out.
    of = ""
    for line in run("nft", "list", "ruleset").splitlines():
        of = found[0] if (found := NFT_OBJECT.search(line)) else of
        for match in NFT_DEVICES.finditer(line):
            for name in NFT_NAME.findall(match[1]):
                if name in names:
                    raise SwitchError(f"the nftables {of} is bound to {name}, "
                                      "which cannot be carried over")
