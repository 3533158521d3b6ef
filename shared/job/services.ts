import { openBlobContainer, openCosmosContainer, openProducer } from '../sinks/clients';
import { openHubProperties } from '../sources/event-hub-properties';
import { loadReferenceTables } from '../sources/reference-data';

/** How the app reaches services; tests put others in their place. */
export interface Services {
  openBlobContainer: typeof openBlobContainer;
  openCosmosContainer: typeof openCosmosContainer;
  openProducer: typeof openProducer;
  openHubProperties: typeof openHubProperties;
  loadReferenceTables: typeof loadReferenceTables;
}

export const azure: Services = { openBlobContainer, openCosmosContainer, openProducer, openHubProperties, loadReferenceTables };
