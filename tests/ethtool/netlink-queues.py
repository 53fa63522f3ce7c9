#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Where the kernel tells of queues by netlink: one queue each way with its NAPI and
interrupt, counters that equal those of ip -s link, and the page pools; none of it while
the NIC is down."""

import socket

from lib import control, e1k, frames, genl, rss

RX, TX = 0, 1


def ask(t):
    """A function that asks for the rows of one kind that belong to the NIC."""
    sock = t.socket("nut", socket.AF_NETLINK, socket.SOCK_RAW, genl.NETLINK_GENERIC)
    try:
        family = genl.Family(sock, "netdev")
        family.dump(genl.QUEUE_GET)
    except OSError as error:
        raise e1k.Skip(f"this kernel does not tell of queues: {error}") from error
    index = int(t.must(t.on_nut("cat", f"/sys/class/net/{t.nut}/ifindex")).out)

    def of_nut(command, attribute, payload=()):
        return [{kind: genl.number(value) for kind, value in row.items()}
                for row in family.dump(command, payload)
                if genl.number(row.get(attribute)) == index]

    return of_nut


def use_second_queue(t):
    """Frames by the second queue, where there is one: when it is gone they count all the same."""
    if control.queues(t)[1] == 1:
        return
    rss.two_queues(t)
    out = frames.raw(t, "peer")
    for _ in range(50):
        out.send(rss.packet(socket.IPPROTO_UDP, rss.sender_for(1, e1k.NUT_IP), e1k.NUT_IP, 9, 9))
    out.close()
    if not e1k.wait_for(lambda: control.queue_statistics(t, 1)[RX][8] >= 50):
        raise RuntimeError("the second queue has received nothing")
    # A table that names a queue keeps it
    t.must(t.on_nut("ethtool", "-X", t.nut, "default"))


def test_counters(t, of_nut):
    """They grow as the traffic does, and their sum is the device's."""
    def told():
        """The counters of the queues, of the device's sums, and of ip -s link."""
        rows = {row[2]: row for row in of_nut(genl.QSTATS_GET, 1, [(4, (1).to_bytes(8, "little"))])}
        (total,) = of_nut(genl.QSTATS_GET, 1)
        link = [t.counter(f"{way}_{what}") for way in ("rx", "tx") for what in ("packets", "bytes")]
        return ([*map(rows[RX].get, (8, 9)), *map(rows[TX].get, (10, 11))],
                [*map(total.get, (8, 9, 10, 11))], link)

    # With two queues the other one has counted, too
    before = []

    def still():
        before[:] = told()
        return before[1] == before[2]

    def grown(which):
        return [now - then for now, then in zip(seen[which], before[which])]

    e1k.wait_for(still, patience=20)
    out, into = frames.raw(t, "nut"), frames.capture(t, "peer", frames.ETH_P_TEST)
    for _ in range(100):
        out.send(frames.ether(e1k.PEER_MAC, e1k.NUT_MAC, frames.ETH_P_TEST, bytes(500)))
        into.next()
    t.ping(count=20)

    # A frame may be under way between two questions.
    seen = []

    def agree():
        seen[:] = told()
        return grown(0) == grown(2) and seen[1] == seen[2]

    e1k.wait_for(agree, patience=20)
    _, total, link = seen
    t.equal(grown(0), grown(2), "the queue's packets and bytes")
    t.equal(total, link, "the sums of the device")
    t.check(min(link) > 20, "they have counted", link)


def test(t):
    of_nut = ask(t)
    use_second_queue(t)
    control.set_queues(t, 1)

    def queues():
        return of_nut(genl.QUEUE_GET, 2)

    found = queues()
    t.equal(sorted((q[3], q[1]) for q in found), [(RX, 0), (TX, 0)], "one queue each way")
    # A second queue's rests
    napis = [napi for napi in of_nut(genl.NAPI_GET, 1) if napi.get(3) == t.irqs()[0]]
    t.check(len(napis) == 1 and {q.get(4) for q in found} == {napis[0][2]},
            "one NAPI, which serves both", found, napis)
    t.equal(napis[0].get(3) if napis else None, t.irqs()[0], "the NAPI's interrupt")
    pools = of_nut(genl.PAGE_POOL_GET, 2)
    with open("/proc/kallsyms", encoding="ascii") as symbols:
        # Older kernels bind no pool to a NAPI that comes later
        bound = " page_pool_enable_direct_recycling\n" in symbols.read()
    t.check(pools and all(pool.get(3) == (napis[0][2] if bound else None) for pool in pools)
            and any(pool.get(4) for pool in pools),
            "page pools with that NAPI, and with pages in flight", pools)
    test_counters(t, of_nut)
    t.must(t.link("down"))
    t.check(not any(q.get(4) for q in queues()), "down: no queue has a NAPI", queues())
    t.check(e1k.wait_for(lambda: not of_nut(genl.PAGE_POOL_GET, 2)), "down: no page pool")
    t.must(t.link("up"))
    t.check(len(of_nut(genl.PAGE_POOL_GET, 2)) == len(pools) and len(queues()) == 2,
            "up: all again")


e1k.main(test, plan=10)
