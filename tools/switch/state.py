# SPDX-License-Identifier: GPL-2.0-only
"""All that hangs on an interface and goes with it when its driver lets go: read
from the old one, given to the new one.

Restoring looks at what is there and adds what is missing, since what manages
the interface may have been faster.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import refusals
from common import SwitchError, read, run, run_batch, run_json, write
from nics import NET

FOREVER = 4294967295
# Set to what it was if the new interface has something else.
SYSCTLS = ("/proc/sys/net/ipv4/conf", "/proc/sys/net/ipv6/conf", "/proc/sys/net/ipv4/neigh",
           "/proc/sys/net/ipv6/neigh")
# The kernel's log complains of who reads these; there are the same in milliseconds.
OLD_SYSCTLS = ("base_reachable_time", "retrans_time")
SYSFS = ("ifalias", "gro_flush_timeout", "napi_defer_hard_irqs", "threaded", "queues/*/rps_cpus",
         "queues/*/rps_flow_cnt", "queues/*/xps_cpus")
# ip -d's names of what can be said of a port of a bridge or bond.
PORT_OPTIONS = {
    "bridge": ("priority", "cost", "hairpin", "guard", "root_block", "fastleave", "learning",
               "flood", "mcast_flood", "bcast_flood", "neigh_suppress", "isolated"),
    "bond": ("queue_id",),
}
VLAN_FLAGS = {"REORDER_HDR": "reorder_hdr", "GVRP": "gvrp", "MVRP": "mvrp",
              "LOOSE_BINDING": "loose_binding", "BRIDGE_BINDING": "bridge_binding"}


@dataclass
class Link:
    """An interface: the NIC's, or a VLAN on it."""

    name: str
    info: dict[str, Any]
    addresses: list[dict[str, Any]]
    neighbours: list[dict[str, Any]]
    bridge_vlans: list[dict[str, Any]]
    fdb: list[dict[str, Any]]
    settings: dict[str, str]
    parent: str = ""

    @property
    def kind(self) -> str:
        return str(self.info.get("linkinfo", {}).get("info_kind", ""))

    @property
    def master(self) -> str:
        return str(self.info.get("master", ""))

    @property
    def master_kind(self) -> str:
        return str(self.info.get("linkinfo", {}).get("info_slave_kind", ""))

    @property
    def is_up(self) -> bool:
        return "UP" in self.info["flags"]


@dataclass
class State:
    """The NIC's interface, what is stacked on it, and the routes through them."""

    links: list[Link]
    had_carrier: bool
    routes: dict[str, list[str]] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        return [link.name for link in self.links]

    @property
    def leases(self) -> list[str]:
        """IPv4 addresses that will not last by themselves."""
        return [a["local"] for link in self.links for a in link.addresses
                if a["family"] == "inet" and a.get("valid_life_time", FOREVER) != FOREVER]

    @property
    def forward_delay(self) -> float:
        """Seconds for which a bridge with STP keeps a new port from forwarding."""
        bridges = [NET / link.master / "bridge" for link in self.links if link.master]
        return max((2 * int(read(b / "forward_delay")) / 100 for b in bridges
                    if read(b / "stp_state") not in ("", "0")), default=0)


def read_state(name: str) -> State:
    """Take it all down. SwitchError for what could not be given back later."""
    everything = {i["ifname"]: i for i in run_json("ip", "-j", "-d", "link", "show")}
    links = [_read_link(everything[name])]
    for link in links:      # grows while it is walked
        for upper in sorted(Path(NET, link.name).glob("upper_*")):
            info = everything.get(upper.name.removeprefix("upper_"))
            if info is None or info["ifname"] == link.master:
                continue
            links.append(_read_link(info, parent=link.name))
    refusals.check([link.info for link in links], list(everything.values()), tuple(PORT_OPTIONS))
    names = [link.name for link in links]
    routes = {family: _routes(family, names) for family in ("-4", "-6")}
    return State(links, read(NET / name / "carrier") == "1", routes)


def _read_link(info: dict[str, Any], parent: str = "") -> Link:
    name = info["ifname"]
    addresses = [a for i in run_json("ip", "-j", "-d", "addr", "show", "dev", name)
                 for a in i.get("addr_info", []) if _is_kept(a)]
    neighbours = run_json("ip", "-j", "neigh", "show", "dev", name, "nud", "permanent")
    vlans: list[dict[str, Any]] = []
    fdb: list[dict[str, Any]] = []
    if info.get("linkinfo", {}).get("info_slave_kind") == "bridge":
        vlans = _bridge_vlans(name)
        fdb = [e for e in run_json("bridge", "-j", "fdb", "show", "dev", name)
               if e.get("state") == "static" and e.get("master")]
    return Link(name, info, addresses, neighbours, vlans, fdb, _read_settings(name), parent)


def _bridge_vlans(name: str) -> list[dict[str, Any]]:
    return [vlan for port in run_json("bridge", "-j", "vlan", "show", "dev", name)
            for vlan in port["vlans"]]


def _is_kept(address: dict[str, Any]) -> bool:
    """Autoconfigured addresses come by themselves."""
    return not address.get("temporary") and not address.get("mngtmpaddr")


def _setting_files(name: str) -> list[Path]:
    files = [path for base in SYSCTLS for path in sorted(Path(base, name).glob("*"))
             if path.name not in OLD_SYSCTLS]
    return files + [path for pattern in SYSFS for path in sorted((NET / name).glob(pattern))]


def _read_settings(name: str) -> dict[str, str]:
    return {str(path): read(path) for path in _setting_files(name)}


def _routes(family: str, names: list[str]) -> list[str]:
    """What ip shows can be said to it again, apart from the words about its state."""
    found = []
    for line in run("ip", "-o", family, "route", "show", "table", "all").splitlines():
        words = line.replace("\\", " ").split()
        devices = [words[n + 1] for n, word in enumerate(words[:-1]) if word == "dev"]
        proto = words[words.index("proto") + 1] if "proto" in words else ""
        # The kernel makes its own with the addresses, and router's with what they announce.
        if not set(devices) & set(names) or proto in ("kernel", "ra") or words[0] == "multicast":
            continue
        words = [w for w in words if w not in ("linkdown", "dead", "offload", "trap", "rt_offload")]
        if "expires" in words:
            at = words.index("expires") + 1
            words[at] = words[at].removesuffix("sec")
        route = " ".join(words)
        if route not in found:
            found.append(route)
    # A gateway can be named once there is a way to it.
    return sorted(found, key=lambda r: " via " in r)


# --- giving it back -----------------------------------------------------------


def rename(made: str, name: str) -> list[str]:
    """Give a new interface the old one's name; what could not be done."""
    if made == name:
        return []
    return _said(run_batch("ip", [f"link set dev {made} down",
                                  f"link set dev {made} name {name}"]))


def restore_state(state: State) -> list[str]:
    """Give the interface, which has its old name already, all that the old one had.

    Goes on when one thing fails; what could not be done is returned.
    """
    failed: list[str] = []
    for link in state.links:
        if not (NET / link.name).exists():
            failed += _said(run_batch("ip", [_add_vlan(link)]))
        if not (NET / link.name).exists():
            continue
        failed += _said(run_batch("ip", [*_link_commands(link), *_join_commands(link)]))
        failed += _restore_settings(link)
        if link.master and (NET / link.name / "master").exists():
            failed += _said(run_batch("ip", _port_commands(link)))
        if link.master_kind == "bridge":
            failed += _said(run_batch("bridge", _bridge_commands(link)))
        failed += _said(run_batch("ip", _address_commands(link)))
    for family, routes in state.routes.items():
        failed += _restore_routes(family, routes)
    return failed


def _said(failed: dict[str, str]) -> list[str]:
    return [f"{line}: {reason}" for line, reason in failed.items()]


def _restore_routes(family: str, routes: list[str]) -> list[str]:
    """Again and again as long as that helps: one may need another."""
    left = [f"route replace {route}" for route in routes]
    while True:
        failed = run_batch(f"ip {family}", left)
        if not failed or len(failed) == len(left):
            return _said(failed)
        left = list(failed)


def _add_vlan(link: Link) -> str:
    data = link.info["linkinfo"]["info_data"]
    flags = data.get("flags", [])
    words = [f"link add link {link.parent} name {link.name} type vlan",
             f"proto {data['protocol']} id {data['id']}"]
    for flag, word in VLAN_FLAGS.items():
        # An ip that does not know a flag must not be asked to clear it.
        if flag in flags or flag == "REORDER_HDR":
            words.append(f"{word} {'on' if flag in flags else 'off'}")
    for direction in ("ingress", "egress"):
        maps = [f"{m['from']}:{m['to']}" for m in data.get(f"{direction}_qos", [])]
        words += [f"{direction}-qos-map", *maps] if maps else []
    return " ".join(words)


def _link_commands(link: Link) -> list[str]:
    """What differs from a new interface, one command each."""
    now = run_json("ip", "-j", "-d", "link", "show", "dev", link.name)[0]
    wanted: list[str] = []
    # A port's address is its master's business.
    keys = {"mtu": "mtu", "txqlen": "txqueuelen", "group": "group",
            "inet6_addr_gen_mode": "addrgenmode"}
    if not link.master:
        keys["address"] = "address"
    for key, word in keys.items():
        old = link.info.get(key)
        if old is not None and old != now.get(key):
            wanted.append(f"{word} {old}")
    for flag, word in (("PROMISC", "promisc"), ("ALLMULTI", "allmulticast")):
        if flag in link.info["flags"] and flag not in now["flags"]:
            wanted.append(f"{word} on")
    if "NOARP" in link.info["flags"]:
        wanted.append("arp off")
    commands = [f"link set dev {link.name} {words}" for words in wanted]
    for name in link.info.get("altnames", []):
        if name not in now.get("altnames", []):
            commands.append(f"link property add dev {link.name} altname {name}")
    return commands


def _join_commands(link: Link) -> list[str]:
    """Membership in a bridge or bond."""
    if not link.master or (NET / link.name / "master").exists():
        return []
    down = [f"link set dev {link.name} down"] if link.master_kind == "bond" else []
    return [*down, f"link set dev {link.name} master {link.master}"]


def _port_commands(link: Link) -> list[str]:
    """What was set for the port, as far as the new port differs."""
    now = run_json("ip", "-j", "-d", "link", "show", "dev", link.name)[0]["linkinfo"]
    old = link.info["linkinfo"]
    words: list[str] = []
    for key in PORT_OPTIONS[link.master_kind]:
        value = old.get("info_slave_data", {}).get(key)
        if value is not None and value != now.get("info_slave_data", {}).get(key):
            words.append(f"{key} {_on_off(value) if isinstance(value, bool) else value}")
    if not words:
        return []
    return [f"link set dev {link.name} type {link.master_kind}_slave {' '.join(words)}"]


def _on_off(value: bool) -> str:
    return "on" if value else "off"


def _bridge_commands(link: Link) -> list[str]:
    """VLANs of a port and addresses that were given to it."""
    commands = [f"vlan del dev {link.name} vid {_vid(vlan)}" for vlan in _bridge_vlans(link.name)
                if vlan not in link.bridge_vlans]
    for vlan in link.bridge_vlans:
        names = {"PVID": "pvid", "Egress Untagged": "untagged"}
        flags = [names[f] for f in vlan.get("flags", []) if f in names]
        commands.append(" ".join([f"vlan add dev {link.name} vid {_vid(vlan)}", *flags]))
    for entry in link.fdb:
        vlan_words = f" vlan {entry['vlan']}" if "vlan" in entry else ""
        commands.append(f"fdb replace {entry['mac']} dev {link.name} master static{vlan_words}")
    return commands


def _vid(vlan: dict[str, Any]) -> str:
    return f"{vlan['vlan']}-{vlan['vlanEnd']}" if "vlanEnd" in vlan else str(vlan["vlan"])


def _address_commands(link: Link) -> list[str]:
    """Up, then all that only an interface that is up can have."""
    commands = [f"link set dev {link.name} up"] if link.is_up else []
    for address in link.addresses:
        commands.append(f"addr replace {_address_words(address)} dev {link.name}")
    for entry in link.neighbours:
        lladdr = f" lladdr {entry['lladdr']}" if "lladdr" in entry else ""
        commands.append(f"neigh replace {entry['dst']}{lladdr} dev {link.name} nud permanent")
    return commands


def _restore_settings(link: Link) -> list[str]:
    failed = []
    for path, value in link.settings.items():
        if not Path(path).exists() or read(path) == value:
            continue
        try:
            write(path, value)
        except SwitchError as error:
            failed.append(str(error))
    return failed


def _address_words(address: dict[str, Any]) -> str:
    words = [f"{address['local']}/{address['prefixlen']}"]
    if "address" in address:
        words = [address["local"], "peer", f"{address['address']}/{address['prefixlen']}"]
    if "broadcast" in address:
        words += ["brd", address["broadcast"]]
    words += ["scope", address["scope"]]
    if address["family"] == "inet" and "label" in address:
        words += ["label", address["label"]]
    if "metric" in address:
        words += ["metric", str(address["metric"])]
    for key, word in (("valid_life_time", "valid_lft"), ("preferred_life_time", "preferred_lft")):
        if address.get(key, FOREVER) != FOREVER:
            words += [word, str(address[key])]
    words += ["noprefixroute"] if address.get("noprefixroute") else []
    # It was found free long ago.
    words += ["nodad"] if address["family"] == "inet6" else []
    return " ".join(words)
