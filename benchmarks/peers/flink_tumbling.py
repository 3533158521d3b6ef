"""COUNT and AVG by device in tumbling windows of 10 s, in Flink SQL: the file as a bounded stream, state on the heap, two slots of a cluster in one JVM, rows into files. Starting that does not count."""

import json
import os
import sys
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from measured import WINDOW_MS, cpu_ms_of, measured
from pyflink.table import EnvironmentSettings, TableEnvironment

flink = TableEnvironment.create(EnvironmentSettings.in_streaming_mode())
flink.get_config().set("parallelism.default", "2").set("table.local-time-zone", "UTC")
with open(f"/proc/self/task/{os.getpid()}/children") as children:
    JVM = int(children.read().split()[0])

# A window of Stream Analytics has its end and not its beginning; here it is the other way round.
EVENTS = """CREATE TEMPORARY TABLE events (
  deviceId STRING,
  `time` STRING,
  temperature DOUBLE,
  moment AS TO_TIMESTAMP(SUBSTRING(REPLACE(`time`, 'T', ' '), 1, 23), 'yyyy-MM-dd HH:mm:ss.SSS') - INTERVAL '0.001' SECOND(1, 3),
  WATERMARK FOR moment AS moment - INTERVAL '1' SECOND
) WITH ('connector' = 'filesystem', 'path' = '{file}', 'format' = 'json')"""

ROWS = """CREATE TEMPORARY TABLE results (device STRING, n BIGINT, mean DOUBLE, until TIMESTAMP(3))
WITH ('connector' = 'filesystem', 'path' = '{folder}', 'format' = 'json', 'json.timestamp-format.standard' = 'ISO-8601')"""

QUERY = f"""INSERT INTO results SELECT deviceId, COUNT(*), AVG(temperature), window_end
FROM TABLE(TUMBLE(TABLE events, DESCRIPTOR(moment), INTERVAL '{WINDOW_MS // 1000}' SECOND))
GROUP BY deviceId, window_start, window_end"""


def ms_of(time):
    return round(datetime.fromisoformat(f"{time}+00:00").timestamp() * 1000)


def run(file):
    with TemporaryDirectory() as folder:
        for name, definition in (("events", EVENTS.format(file=file)), ("results", ROWS.format(folder=folder))):
            flink.execute_sql(f"DROP TEMPORARY TABLE IF EXISTS {name}")
            flink.execute_sql(definition)
        flink.execute_sql(QUERY).wait()
        lines = [line for part in Path(folder).glob("**/*") if part.is_file() for line in part.read_text().splitlines()]
    return [[row["device"], row["n"], row["mean"], ms_of(row["until"])] for row in map(json.loads, lines)]


# Once before, so that the JVM has compiled what it needs.
run(sys.argv[1])
measured(run, lambda: cpu_ms_of(JVM))
