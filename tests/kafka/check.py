"""Produces with librdkafka, runs the job on the local host, compares. Arguments: broker, port base of `weir up`, working folder."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

BROKER, BASE, WORK = sys.argv[1], int(sys.argv[2]), sys.argv[3]
PARTITIONS = 3
QUIET = {"log_level": 0}
failures = []


def check(name, condition, found=""):
    print(("passed " if condition else f"FAILED {found} ") + name, flush=True)
    if not condition:
        failures.append(name)


def create_topic():
    admin = AdminClient({"bootstrap.servers": BROKER, **QUIET})
    config = {"cleanup.policy": "compact", "segment.ms": "1000", "min.cleanable.dirty.ratio": "0.01", "delete.retention.ms": "100"}
    for _ in range(60):
        try:
            admin.create_topics([NewTopic("readings", PARTITIONS, 1, config=config)])["readings"].result(10)
            return
        except KafkaException as error:  # The broker is still starting, or was slow to say that it has made the topic.
            if error.args[0].code() == KafkaError.TOPIC_ALREADY_EXISTS:
                return
            last = error
        except TimeoutError as error:
            last = error
            time.sleep(1)
    raise last


def produce(first, count, keys):
    """In transactions of 50; every fifth is aborted. Gives the values that were committed."""
    producer = Producer({"bootstrap.servers": BROKER, "transactional.id": "check", "linger.ms": 5, **QUIET})
    producer.init_transactions(90)
    for start in range(first, first + count, 50):
        producer.begin_transaction()
        for v in range(start, start + 50):
            producer.produce("readings", json.dumps({"v": v}), f"k{v % keys}", partition=v % PARTITIONS, headers={"trace": f"t{v}"})
        producer.flush()
        # Two aborted ones one after another too: their markers follow each other.
        if start // 50 % 5 == 3 or start // 50 % 10 == 4:
            producer.abort_transaction()
        else:
            producer.commit_transaction()


def visible():
    """What a reader of committed records gets now: (partition, offset) -> value; and the ends of the partitions."""
    consumer = Consumer({"bootstrap.servers": BROKER, "group.id": "oracle", "enable.auto.commit": False, "enable.partition.eof": True, "auto.offset.reset": "earliest", **QUIET})
    consumer.assign([TopicPartition("readings", p, 0) for p in range(PARTITIONS)])
    found, ended = {}, set()
    while len(ended) < PARTITIONS:
        message = consumer.poll(10)
        if message.error():
            ended.add(message.partition())
        else:
            found[(message.partition(), message.offset())] = (json.loads(message.value())["v"], message.key().decode(), message.headers()[0][1].decode())
    ends = [consumer.get_watermark_offsets(TopicPartition("readings", p))[1] for p in range(PARTITIONS)]
    consumer.close()
    return found, ends


def start():
    log = open(f"{WORK}/up.log", "a")
    up = subprocess.Popen(["node", "dist/local/cli/weir.js", "up", "--job", "tests/kafka/job", "--data", f"{WORK}/data", "--port-base", str(BASE)], stdout=log, stderr=log)
    for _ in range(120):
        if "Ctrl-C" in open(f"{WORK}/up.log").read():
            return up
        if up.poll() is not None:
            break
        time.sleep(0.5)
    raise Exception(open(f"{WORK}/up.log").read())


def stop(up):
    up.send_signal(signal.SIGINT)
    up.wait(30)
    os.truncate(f"{WORK}/up.log", 0)


def get(path):
    with urllib.request.urlopen(f"http://127.0.0.1:{BASE + 5}{path}", timeout=20) as response:
        return json.load(response)


def settled(expected):
    """The input's status once all is applied and the last window has been written, or the last one seen."""
    for _ in range(240):
        try:
            status = get("/api/status")
            readings = status["inputs"]["readings"]
            if readings["applied"] >= expected and readings["backlog"] == 0 and readings["pending"] == 0:
                return readings
        except OSError:
            pass
        time.sleep(0.5)
    return readings


def blobs(prefix):
    script = (
        "const {BlobServiceClient}=require('@azure/storage-blob');(async()=>{const c=BlobServiceClient.fromConnectionString(process.argv[1]).getContainerClient('check');"
        "for await(const {name} of c.listBlobsFlat({prefix:process.argv[2]}))process.stdout.write((await c.getBlobClient(name).downloadToBuffer()).toString().trim()+'\\n')})()"
    )
    key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
    connection = f"DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey={key};BlobEndpoint=http://127.0.0.1:{BASE + 1}/devstoreaccount1;"
    text = subprocess.run(["node", "-e", script, connection, prefix], capture_output=True, text=True, check=True).stdout
    return [json.loads(line) for line in text.splitlines() if line]


def compare(name, seen):
    readings = settled(len(seen))
    counts = {key: readings[key] for key in ("events", "applied", "pending", "backlog", "gap", "filtered", "deadLettered")}
    check(f"{name}: every event once", counts == {"events": len(seen), "applied": len(seen), "pending": 0, "backlog": 0, "gap": 0, "filtered": 0, "deadLettered": {}}, (counts, len(seen)))
    for _ in range(120):
        windows = blobs("windows")
        if sum(row["n"] for row in windows) >= len(seen):
            break
        time.sleep(1)
    totals = (sum(row["n"] for row in windows), sum(row["total"] for row in windows))
    check(f"{name}: windows close behind markers", totals == (len(seen), sum(v for v, _, _ in seen.values())), totals)
    rows = {(row["p"], row["o"]): (row["v"], row["k"], row["trace"]) for row in blobs("archive")}
    check(f"{name}: each record with its place, key and header", rows == seen, f"{len(rows)} rows, {len(seen)} records")


create_topic()
# Few keys: compaction leaves large holes in what was produced first.
produce(0, 3_000, 40)
time.sleep(2)
produce(3_000, 300, 1_000_000)
before, ends = visible()
for _ in range(12):
    time.sleep(3)
    earlier, (before, ends) = before, visible()
    if len(before) < 1_500 and before == earlier:
        break
check("the topic has holes", len(before) < 1_500 and sum(ends) > 3_300, (len(before), ends))
up = start()
try:
    compare("from the beginning", before)
    # While it runs, compaction may remove records that were read: what was seen stays seen.
    produce(10_000, 500, 1_000_000)
    seen = {**before, **visible()[0]}
    compare("while it runs", seen)
    stop(up)
    produce(20_000, 500, 1_000_000)
    seen = {**seen, **visible()[0]}
    up = start()
    compare("after a restart", seen)
finally:
    stop(up)
print(f"{len(failures)} failed")
sys.exit(1 if failures else 0)
