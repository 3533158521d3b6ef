/** The Event Hubs emulator as the first JavaScript client sees it (azure-event-hubs 0.2, with an AMQP library of its own). Usage: node check-old.js PORT PACKAGE_DIR */
const assert = require('node:assert');
const [port, dir] = process.argv.slice(2);
const { EventHubClient, EventPosition } = require(require.resolve('azure-event-hubs', { paths: [dir] }));

async function main() {
  const client = EventHubClient.createFromConnectionString('Endpoint=sb://localhost;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE', 'quakes');
  // The package knows only TLS on port 5671.
  Object.assign(client._context.connection._connection.options, { port: Number(port), transport: 'tcp' });
  const ids = await client.getPartitionIds();
  const before = (await client.getPartitionInformation('1')).lastSequenceNumber;
  for (let n = 0; n < 5; n++) await client.send({ body: { n } }, '1');
  await client.sendBatch([{ body: { n: 5 } }, { body: { n: 6 } }], '1');
  const events = await client.receiveBatch('1', 7, 20, { eventPosition: before < 0 ? EventPosition.fromStart() : EventPosition.fromSequenceNumber(before, false) });
  assert.deepStrictEqual(events.map((event) => event.body.n), [0, 1, 2, 3, 4, 5, 6]);
  assert.strictEqual((await client.getPartitionInformation('1')).lastSequenceNumber, events[6].sequenceNumber);
  await client.close();
  console.log(`passed first JavaScript client: properties of ${ids.length} partitions, sends, a batch, a read from a position`);
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
