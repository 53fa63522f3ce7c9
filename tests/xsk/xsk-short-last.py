#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What an AF_XDP socket wants to send and is too short for a frame comes back by the completion
ring, also as the last of a batch, alone, and with nothing sent after it."""

from lib import e1k, frames, xdp, xsk


def test(t):
    t.quiet()
    umem = xsk.Umem(t, 64)
    sock = xsk.Socket(t, umem)
    wire = frames.capture(t, "peer", frames.ETH_P_TEST)
    good = xdp.outgoing(100)

    def back(*lengths):
        """Send chunks of these lengths at once; whether each comes back, in their order."""
        addresses = umem.take(len(lengths))
        for address in addresses:
            umem.memory[address:address + len(good)] = good
        sock.tx.put([(a, length, 0) for a, length in zip(addresses, lengths)])
        sock.wake_tx(always=True)
        came = []

        def all_came():
            came.extend(address for (address,) in sock.completion.get())
            return len(came) >= len(addresses)

        # Not woken again: nothing but the NIC says that it is through.
        e1k.wait_for(all_came, patience=e1k.PATIENCE / 3)
        umem.free += addresses
        return came == addresses

    t.check(sock.zero_copy and back(100), "a frame comes back")
    for lengths, text in (((13,), "a short one alone"), ((100, 13), "a short one behind a frame"),
                          ((100, 100, 0), "an empty one behind two"),
                          ((13, 100), "a short one before a frame"), ((1,) * 40, "many")):
        t.check(back(*lengths), f"{text}: all come back, in order")
    seen = [wire.next() for _ in range(5)]
    t.check(seen == [good] * 5 and not list(wire.waiting()), "only the five frames were sent",
            [data and data.hex() for data in seen])
    t.equal(t.statistics()["tx0_xsk_xmit_errors"], 44, "those that were not sent are counted")


e1k.main(test, plan=8)
