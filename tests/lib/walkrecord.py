#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Keep what a kernel records while a scenario of the packet walk is played, for the unit
tests, which make a walk of it again without a kernel:

    walkrecord.py DIRECTORY SCENARIO...       in a guest, with e1k loaded

Writes SCENARIO-KERNEL.json.gz.
"""

import gzip
import json
import os
import sys

from lib.walking import SCENARIOS

from bed import Bed
from progress import Progress
from tracefs import Trace
from walker import Walker

# Nothing of a walk is in these, and they are many.
NOISE = ("sched_switch", "sched_waking", "skb_born", "softirq_raise")


class Recorder(Walker):
    """Keeps the events that the last walks were made of."""

    kept = ()

    def walks(self, events, device, wanted, facts, above=()):
        made = super().walks(events, device, wanted, facts, above)
        self.kept = (events, device, wanted, made)
        return made


def plain(value):
    return {"hex": value.hex()} if isinstance(value, bytes) else value


def save(path, recorder):
    events, device, wanted, made = recorder.kept
    first = min((event.index for event in events if event.name not in NOISE), default=0)
    rows = [[event.time, event.cpu, event.comm, event.pid, event.context, event.name,
             {key: plain(value) for key, value in event.values.items()}, event.pointers]
            for event in events[first:]]
    content = {"device": device, "symbols": {name: hook.symbol for name, hook
                                             in recorder.hooks.items()},
               "wanted": [[one.path, one.filter.text, one.filter.data.decode(), one.steps,
                           one.functions, one.prefer, one.drop, one.says, one.lacks] for one in wanted],
               "steps": [[row["step"] for row in walk["steps"]] for walk in made],
               "events": rows}
    with gzip.GzipFile(path, "wb", mtime=0) as file:
        file.write(json.dumps(content, separators=(",", ":")).encode())


def main():
    directory, *names = sys.argv[1:]
    release = ".".join(os.uname().release.split(".")[:2])
    with Bed() as bed, Trace() as trace:
        recorder = Recorder(trace, Progress())
        for name in names:
            result = recorder.play(SCENARIOS[name], bed)
            print(name, len(recorder.kept[0]), "events", result["problems"])
            save(f"{directory}/{name}-{release}.json.gz", recorder)


main()
