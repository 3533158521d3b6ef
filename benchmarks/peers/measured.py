"""What all peers share: the query's names, and how a run is measured and told."""

import json
import os
import resource
import sys
import time

WINDOW_MS = 10_000


def cpu_ms():
    """Processor time of this process and of the processes that it has waited for, in ms."""
    return sum(1000 * (usage.ru_utime + usage.ru_stime) for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


def cpu_ms_of(pid):
    """The same of another process that runs, from /proc."""
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return 1000 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measured(run, other=lambda: 0):
    """Runs `run(file)`, which gives rows [device, count, mean, end in ms], and prints them with what it took, as JSON on the last line. `other`: processor time elsewhere, ms."""
    file = sys.argv[1]
    cpu, wall = cpu_ms() + other(), time.monotonic()
    rows = run(file)
    cost = {"cpuMs": cpu_ms() + other() - cpu, "wallMs": 1000 * (time.monotonic() - wall)}
    print(json.dumps({"cost": cost, "rows": rows}))
