"""COUNT and AVG by device in tumbling windows of 10 s, in Spark Structured Streaming: the file as one micro-batch, state in memory. Starting the session does not count."""

import sys
from pathlib import Path
from uuid import uuid4

from measured import WINDOW_MS, cpu_ms_of, measured
from pyspark.sql import SparkSession
from pyspark.sql import functions as f

spark = (
    SparkSession.builder.master("local[2]")
    .config("spark.ui.enabled", "false")
    .config("spark.sql.shuffle.partitions", "2")
    .config("spark.sql.session.timeZone", "UTC")
    .config("spark.log.level", "ERROR")
    .getOrCreate()
)
JVM = spark.sparkContext._gateway.proc.pid


def run(file):
    path = Path(file)
    name = f"rows_{uuid4().hex}"
    events = spark.readStream.schema("deviceId STRING, time TIMESTAMP, temperature DOUBLE").option("pathGlobFilter", path.name).json(str(path.parent))
    # A window of Stream Analytics has its end and not its beginning; here it is the other way round.
    windows = events.groupBy("deviceId", f.window(f.col("time") - f.expr("INTERVAL 1 MILLISECOND"), f"{WINDOW_MS} milliseconds"))
    result = windows.agg(f.count("*").alias("n"), f.avg("temperature").alias("mean"))
    result.writeStream.format("memory").queryName(name).outputMode("complete").trigger(availableNow=True).start().awaitTermination()
    return [[row.deviceId, row.n, row["mean"], row.ms] for row in spark.sql(f"SELECT deviceId, n, mean, unix_millis(window.end) AS ms FROM {name}").collect()]


# Once before, so that the JVM has compiled what it needs.
run(sys.argv[1])
measured(run, lambda: cpu_ms_of(JVM))
