# SPDX-License-Identifier: GPL-2.0-only
"""Unit tests of the packet walk: what needs neither a guest nor root."""

from __future__ import annotations

import contextlib
import io
import re
import socket
import struct
import subprocess
from typing import Callable

import options
import packet
from capfilter import Filter
from errors import UsageError, WalkError
from lib.paths import TREE

WALK = TREE / "tools/walk"

MACS = bytes.fromhex("525400e10001" "525400e10002")


def ipv4(protocol: int, payload: bytes, src: str = "192.0.2.2", dst: str = "192.0.2.1",
         fragment: int = 0) -> bytes:
    return MACS + b"\x08\x00" + struct.pack(
        "!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 7, fragment, 64, protocol, 0,
        socket.inet_aton(src), socket.inet_aton(dst)) + payload


def ipv6(following: int, payload: bytes, src: str = "2001:db8::2",
         dst: str = "2001:db8::1") -> bytes:
    return MACS + b"\x86\xdd" + struct.pack(
        "!IHBB16s16s", 6 << 28, len(payload), following, 64,
        socket.inet_pton(socket.AF_INET6, src), socket.inet_pton(socket.AF_INET6, dst)) + payload


def udp(sport: int = 7001, dport: int = 53, data: bytes = b"follow-me") -> bytes:
    return struct.pack("!HHHH", sport, dport, 8 + len(data), 0) + data


def tcp(flags: int) -> bytes:
    return struct.pack("!HHIIBBHHH", 7001, 80, 1, 1, 0x50, flags, 1000, 0, 0)


DNS, PING6 = ipv4(17, udp()), ipv6(58, b"\x80\x00\x00\x00\x00\x01\x00\x01")


def matches(text: str, raw: bytes, tag: int | None = None) -> bool:
    return Filter(text).matches(packet.parse(raw, tag))


def refused(text: str) -> str:
    try:
        Filter(text)
    except UsageError as error:
        return str(error)
    raise AssertionError(f"the filter '{text}' was not refused")


def test_filters() -> None:
    for text in ("udp", "udp and dst port 53", "port 53 or port 54", "not tcp", "any", "",
                 "src net 192.0.2.0/24", "portrange 50-60", "ether src 52:54:00:e1:00:02",
                 "host 192.0.2.1", "udp and not src port 53", "greater 40", "ip[8] = 64"):
        assert matches(text, DNS), text
    for text in ("tcp", "src port 53", "not udp", "net 10.0.0.0/8", "portrange 54-60",
                 "ether src 52:54:00:e1:00:01", "ip6", "vlan", "less 40"):
        assert not matches(text, DNS), text
    assert matches("ip6 and icmp6", PING6) and matches("host 2001:db8::1", PING6)
    assert not matches("icmp", PING6)
    flags = "tcp[tcpflags] & tcp-push != 0"
    assert matches(flags, ipv4(6, tcp(0x18))) and not matches(flags, ipv4(6, tcp(0x10)))
    assert Filter("udp", b"follow-me").matches(packet.parse(DNS))
    assert not Filter("udp", b"another").matches(packet.parse(DNS))


def test_filter_tags() -> None:
    """The NIC has taken the tag out of the frame."""
    for text in ("udp", "vlan", "vlan 5", "vlan 5 and udp port 53", "vlan and host 192.0.2.1"):
        assert matches(text, DNS, 5), text
    for text in ("vlan 6", "not vlan", "not vlan 5", "vlan and tcp"):
        assert not matches(text, DNS, 5), text
    assert matches("not vlan", DNS)
    inside = packet.tagged(DNS, 5)
    assert matches("vlan 5 and udp", inside) and not matches("vlan 6", inside)


def test_filter_length() -> None:
    """A frame is as long as it was, not as what was recorded of it."""
    cut = packet.parse(DNS[:64], None, 1400)
    assert Filter("greater 1000").matches(cut) and not Filter("less 1000").matches(cut)


def test_filters_refused() -> None:
    assert "no packet can match" in refused("tcp and udp")
    assert "no packet can match" in refused("src host 192.0.2.1 and src host 192.0.2.2")
    assert "99999" in refused("port 99999")
    assert "5000" in refused("vlan 5000")
    for text in ("and and", "udp and", "(udp", "net 10.0.0.0/33", "push"):
        assert "cannot be used" in refused(text), text
    # More of the frame than there is: it would never match, without a reason given.
    assert "128" in refused("udp[100] = 1") and "128" in refused("ether[128] = 1")
    Filter("ether[127] = 1")


def test_packets() -> None:
    assert str(packet.parse(DNS)) == "udp 192.0.2.2:7001 > 192.0.2.1:53"
    assert str(packet.parse(DNS, 0x2005)) == "udp 192.0.2.2:7001 > 192.0.2.1:53 vlan 5"
    assert packet.parse(packet.tagged(packet.tagged(DNS, 7), 5)).vlan == 5
    assert packet.parse(packet.tagged(packet.tagged(DNS, 7), 5)).dport == 53
    assert str(packet.parse(PING6)) == "icmp6 echo request 2001:db8::2 > 2001:db8::1"
    assert "[2001:db8::2]:7001 > " in str(packet.parse(ipv6(17, udp())))
    solicit = packet.parse(ipv6(58, b"\x87" + bytes(23), dst="ff02::1:ff00:1"))
    assert solicit.message == "neighbour solicitation"
    arp = MACS + b"\x08\x06" + struct.pack("!HHBBH6s4s6s4s", 1, 0x800, 6, 4, 1, bytes(6),
                                           bytes([192, 0, 2, 2]), bytes(6), bytes([192, 0, 2, 1]))
    assert str(packet.parse(arp)) == "arp request 192.0.2.2 > 192.0.2.1"
    for size in range(len(PING6)):
        packet.parse(PING6[:size])


def test_extension_headers() -> None:
    hop = b"\x11\x00\x01\x04\x00\x00\x00\x00"
    one = packet.parse(ipv6(0, hop + udp()))
    assert (one.protocol, one.dport, one.extensions) == ("udp", 53, ("hop-by-hop",))
    first = packet.parse(ipv6(44, struct.pack("!BBHI", 17, 0, 1, 99) + udp()))
    later = packet.parse(ipv6(44, struct.pack("!BBHI", 17, 0, 1448, 99) + udp()))
    assert first.fragment and first.dport == 53 and first.ident == 99
    assert later.fragment and not later.dport and later.ident == 99 and later.protocol == "udp"
    for size in range(100):
        packet.parse(ipv6(0, hop + udp())[:size])


# --- the command line ------------------------------------------------------------


def usage(*words: str) -> str:
    """What is said about a line that can never be obeyed."""
    errors = io.StringIO()
    try:
        with contextlib.redirect_stderr(errors):
            options.parse(list(words))
    except UsageError as error:
        return str(error)
    except SystemExit as end:
        assert end.code == 2, end.code
        return errors.getvalue()
    raise AssertionError(f"{words} was not refused")


def test_options_together() -> None:
    assert "cannot be used together" in usage("--follow", "icmp", "--compare", "gro")
    assert "cannot be used together" in usage("--lab", "napi", "udp")
    assert "cannot be used together" in usage("--list", "--follow", "")
    for words in (("-d", "eth0"), ("-p", "receive", "udp"), ("-t", "5", "--lab", "napi")):
        assert "belongs to --follow" in usage(*words), words
    assert "--check" in usage("--follow", "icmp", "--check")
    assert "one file" in usage("udp", "--json", "/tmp/a", "--svg", "/tmp/../tmp/a")
    assert "'nonsense'" in usage("nonsense") and "stands alone" in usage("udp", "all")
    assert "'x'" in usage("--lab", "x") and "'x'" in usage("--compare", "x")
    for value in ("0", "-1", "nan", "inf", "soon"):
        assert "seconds" in usage("--follow", "ip", "-t", value), value
    args = options.parse(["--follow", "icmp", "-j"])
    assert (args.json, args.path, args.timeout, args.scenario) == ("-", "both", 30.0, [])
    assert options.parse([]).scenario == ["udp"]


def test_output_files() -> None:
    for name, said in (("/nowhere/x.svg", "no directory"), ("/tmp", "is a directory")):
        try:
            options.check_files(options.parse(["udp", "--svg", name]))
        except WalkError as error:
            assert said in str(error), error
        else:
            raise AssertionError(f"{name} was accepted")
    options.check_files(options.parse(["udp", "--json", "-"]))


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([WALK / "e1k-walk", *words], text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def test_exit_codes() -> None:
    for status, words in ((0, ["--list"]), (0, ["--version"]), (2, ["nonsense"]),
                          (2, ["--follow", "tcp and udp", "-d", "nosuch"]),
                          (2, ["--follow", "icmp", "--compare", "gro"]), (2, ["--nosuch"]),
                          (1, ["--follow", "icmp", "-d", "nosuch", "--svg", "/nowhere/x"])):
        done = run(*words)
        assert done.returncode == status and "Traceback" not in done.stdout, (words, done)


def test_version() -> None:
    text = (TREE / "dkms.conf").read_text(encoding="utf-8")
    assert re.search(r'^PACKAGE_VERSION="(.*)"', text, re.M)[1] == options.VERSION
    assert run("--version").stdout == f"e1k-walk {options.VERSION}\n"


def test_documented_options() -> None:
    """The manual page and the completion have each option, and no other."""
    known = {option for action in options.parser()._actions  # pylint: disable=protected-access
             for option in action.option_strings if option.startswith("--")}
    manual = (TREE / "docs/man/e1k-walk.8").read_text(encoding="utf-8").replace("\\-", "-")
    completion = (TREE / "scripts/package/completions/e1k-walk").read_text(encoding="utf-8")
    said = {name for name, text in (("manual", manual), ("completion", completion))
            for option in known - {"--help", "--color"} if not re.search(rf"{option}\b", text)
            for name in (f"{name}: {option}",)}
    assert not said, said
    extra = set(re.findall(r"(?<![\w-])--[a-z]+", completion)) - known - {"--"}
    assert not extra, extra


def completed(line: str) -> list[str]:
    """What bash offers behind a line."""
    script = f"""PATH={WALK}:$PATH; . {TREE}/scripts/package/completions/e1k-walk
        COMP_WORDS=({line} "") COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _e1k_walk
        printf '%s\\n' "${{COMPREPLY[@]}}" """
    return subprocess.run(["bash", "-c", script], text=True, check=True,
                          stdout=subprocess.PIPE).stdout.split()


def test_completion() -> None:
    from labs import LABS
    from scenarios import SCENARIOS
    assert set(SCENARIOS) <= set(completed("e1k-walk"))
    assert set(completed("e1k-walk --lab")) == set(LABS)
    assert set(completed("e1k-walk --compare")) == set(options.comparisons())
    assert set(completed("e1k-walk --lang")) == {"en", "zh"}


TESTS: dict[str, Callable[[], None]] = {
    "walk: filters in tcpdump's language": test_filters,
    "walk: filters and tags that are not among the bytes": test_filter_tags,
    "walk: filters and the length of a frame": test_filter_length,
    "walk: filters that cannot match are refused in words": test_filters_refused,
    "walk: what a frame is": test_packets,
    "walk: IPv6 headers behind the first": test_extension_headers,
    "walk: options that make no sense together": test_options_together,
    "walk: files that cannot be written": test_output_files,
    "walk: exit codes": test_exit_codes,
    "walk: its version is the driver's": test_version,
    "walk: every option is in the manual page and completed": test_documented_options,
    "walk: completion knows scenarios, labs and comparisons": test_completion,
}
