"""COUNT and AVG by device in tumbling windows of 10 s, in Bytewax."""

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import bytewax.operators as op
import bytewax.operators.windowing as win
from bytewax.connectors.files import FileSource
from bytewax.dataflow import Dataflow
from bytewax.testing import TestingSink, run_main
from measured import WINDOW_MS, measured

ORIGIN = datetime(2020, 1, 1, tzinfo=timezone.utc)
# A window of Stream Analytics has its end and not its beginning; here it is the other way round.
SHIFT = timedelta(milliseconds=1)


def time_of(event):
    return datetime.fromisoformat(event["time"]) - SHIFT


def add(total, event):
    total[0] += 1
    total[1] += event["temperature"]
    return total


def merge(a, b):
    return [a[0] + b[0], a[1] + b[1]]


def run(file):
    rows = []
    flow = Dataflow("tumbling")
    lines = op.input("lines", flow, FileSource(Path(file), batch_size=1000))
    events = op.map("decode", lines, json.loads)
    keyed = op.key_on("device", events, lambda event: event["deviceId"])
    # Its watermark goes on with the clock on the wall: without tolerance it drops events of a file that it reads more slowly than they were sent.
    clock = win.EventClock(time_of, wait_for_system_duration=timedelta(days=1))
    windower = win.TumblingWindower(length=timedelta(milliseconds=WINDOW_MS), align_to=ORIGIN)
    folded = win.fold_window("fold", keyed, clock, windower, lambda: [0, 0.0], add, merge)
    op.output("rows", folded.down, TestingSink(rows))
    run_main(flow)
    start = ORIGIN.timestamp() * 1000
    return [[device, count, total / count, start + (window + 1) * WINDOW_MS] for device, (window, (count, total)) in rows]


measured(run)
