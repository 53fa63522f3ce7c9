#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# timeout: 400
#
# The labs: interrupts per packet fall under load and another NIC is not
# starved; every place that can drop a received frame or lose a sent one does, and its counter tells;
# the copies of a send are where they are said to be.

import json
import os

from lib import e1k
from lib.walking import WALK

LABS = ("napi", "drops", "sends", "copies")


def test(t):
    for lab in LABS:
        path = f"/tmp/walk-{lab}.json"
        done = e1k.command(f"{WALK}/e1k-walk", "--lab", lab, "--json", path, "--svg", "/tmp/lab.svg",
                     "--html", "/tmp/lab.html")
        seen = {}
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                result = json.load(file)
            seen = result["seen"]
            for table in result["tables"]:
                for row in table["rows"]:
                    t.note("  ".join(str(cell) for cell in row))
        missing = [step for step, good in seen.items() if not good]
        if not t.check(done and seen and not missing, f"the lab {lab} shows what it is there for"):
            t.note(f"not seen: {' '.join(missing) or 'anything'}")


e1k.main(test, plan=len(LABS))
