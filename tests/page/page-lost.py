#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
#
# The walk's page has a map of all places where a packet can be lost, and how many were lost
# at each while the walk was recorded.

import browser
import webpage


def test(t, page):
    page.open("tab=lost")
    places = webpage.load("places.json")
    t.same(page.count("[data-place]"), len(places), "every place is on the map")
    known = [reason for place in places for reason in place["reasons"]]
    t.same(sorted({one for one in known if known.count(one) > 1}), [],
           "each of the kernel's reasons has one place")
    t.same(page.text("[data-place='D8'] .count"), "✕ 1", "the packet that found no socket is counted")
    t.same(page.run("return [...document.querySelectorAll('details.lossy')].map((one) => one.dataset.place)"),
           ["D8"], "nothing was lost elsewhere")
    t.check("1 were lost" in page.text("#sum"), "and the sum says so", page.text("#sum"))
    page.click("[data-place='D8'] summary")
    text = page.text("[data-place='D8']")
    t.check("ss -lun" in text and "No program listens" in text,
            "a place that is opened says how to look, and what to do", text)


browser.main(test)
