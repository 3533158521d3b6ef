"""COUNT and AVG by device in tumbling windows of 10 s, in Pathway: the file as a whole, without late events."""

import pathway as pw
from measured import WINDOW_MS, measured


class Event(pw.Schema):
    deviceId: str
    time: str
    temperature: float


def run(file):
    rows = []
    events = pw.io.jsonlines.read(file, schema=Event, mode="static")
    timed = events.select(pw.this.deviceId, pw.this.temperature, ms=pw.this.time.dt.strptime("%Y-%m-%dT%H:%M:%S%.fZ").dt.timestamp(unit="ms"))
    # A window of Stream Analytics has its end and not its beginning; here it is the other way round.
    windows = timed.windowby(pw.this.ms - 1, window=pw.temporal.tumbling(duration=float(WINDOW_MS), origin=0.0), instance=pw.this.deviceId)
    result = windows.reduce(device=pw.this._pw_instance, count=pw.reducers.count(), mean=pw.reducers.avg(pw.this.temperature), end=pw.this._pw_window_end)
    pw.io.subscribe(result, on_change=lambda key, row, time, is_addition: rows.append([row["device"], row["count"], row["mean"], row["end"]]) if is_addition else None)
    pw.run(monitoring_level=pw.MonitoringLevel.NONE)
    return rows


measured(run)
