"""Sends, receives, and works with documents through the Python SDKs. Argument: the port base of `weir emulators`."""

import json
import sys
import threading

from azure.cosmos import CosmosClient, PartitionKey
from azure.eventhub import EventData, EventHubConsumerClient, EventHubProducerClient

BASE = int(sys.argv[1])
KEY = "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw=="
HUBS = (
    f"Endpoint=sb://localhost:{BASE};SharedAccessKeyName=RootManageSharedAccessKey;"
    "SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;"
)
failures = []


def check(name, condition):
    print(("passed " if condition else "FAILED ") + name)
    if not condition:
        failures.append(name)


def event_hubs():
    producer = EventHubProducerClient.from_connection_string(HUBS, eventhub_name="quakes")
    with producer:
        check("hub properties", producer.get_eventhub_properties()["partition_ids"] == ["0", "1", "2", "3"])
        batch = producer.create_batch(partition_id="2")
        for i in range(100):
            event = EventData(json.dumps({"i": i}))
            event.properties = {"n": i}
            batch.add(event)
        producer.send_batch(batch)
        properties = producer.get_partition_properties("2")
        check("partition properties", properties["last_enqueued_sequence_number"] == 99)
    received = []
    done = threading.Event()
    consumer = EventHubConsumerClient.from_connection_string(HUBS, consumer_group="weir", eventhub_name="quakes")

    def on_event(_context, event):
        received.append((event.sequence_number, json.loads(event.body_as_str())["i"], event.properties[b"n"]))
        if len(received) == 100:
            done.set()

    worker = threading.Thread(
        target=lambda: consumer.receive(on_event, partition_id="2", starting_position="-1"), daemon=True
    )
    worker.start()
    check("events in time", done.wait(30))
    consumer.close()
    check("events in order", received == [(i, i, i) for i in range(100)])


def cosmos():
    client = CosmosClient(f"http://localhost:{BASE + 4}/", credential=KEY)
    database = client.create_database_if_not_exists("python")
    container = database.create_container_if_not_exists("items", partition_key=PartitionKey(path="/k"))
    for i in range(20):
        container.upsert_item({"id": f"i{i}", "k": "even" if i % 2 == 0 else "odd", "n": i})
    check("read", container.read_item("i3", partition_key="odd")["n"] == 3)
    rows = list(container.query_items("SELECT VALUE c.n FROM c WHERE c.n < @n ORDER BY c.n", parameters=[{"name": "@n", "value": 4}], enable_cross_partition_query=True))
    check("query", rows == [0, 1, 2, 3])
    count = list(container.query_items("SELECT VALUE COUNT(1) FROM c", partition_key="even"))
    check("aggregate in a partition", count == [10])
    container.delete_item("i3", partition_key="odd")
    check("delete", len(list(container.read_all_items())) == 19)


event_hubs()
cosmos()
print(f"{len(failures)} failed")
sys.exit(1 if failures else 0)
