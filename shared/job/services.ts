import { openBlobContainer, openCosmosContainer, openProducer } from '../sinks/clients';
import { openBlobStore, openLedgerStore } from '../sources/blob-store';
import { openHubProperties } from '../sources/event-hub-properties';
import { blobStore } from '../sources/snapshot-stores';
import { openStateStore } from '../sources/state-store';
import { openKafkaLog } from '../sources/kafka-client';

/** How the app reaches services; tests put others in their place. */
export interface Services {
  openBlobContainer: typeof openBlobContainer;
  openCosmosContainer: typeof openCosmosContainer;
  openProducer: typeof openProducer;
  openHubProperties: typeof openHubProperties;
  openBlobStore: typeof openBlobStore;
  openLedgerStore: typeof openLedgerStore;
  openKafkaLog: typeof openKafkaLog;
  openStateStore: typeof openStateStore;
  openSnapshots: typeof blobStore;
}

export const azure: Services = { openBlobContainer, openCosmosContainer, openProducer, openHubProperties, openBlobStore, openLedgerStore, openKafkaLog, openStateStore, openSnapshots: blobStore };
