import { createHmac, timingSafeEqual } from 'node:crypto';
import { unauthorized } from './errors';

/** The key of the Azure Cosmos DB emulator, which documentation and tools know. */
export const WELL_KNOWN_KEY = 'C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==';

/** What a signature is over: the resource's type and the link of the resource (or of its parent, for feeds). */
export interface SignedResource {
  method: string;
  type: string;
  link: string;
  date: string;
}

/** Checks `type=master&ver=1.0&sig=…` against the key. https://learn.microsoft.com/rest/api/cosmos-db/access-control-on-cosmosdb-resources */
export function checkAuthorization(header: string | undefined, resource: SignedResource, key: string): void {
  const fields = new URLSearchParams(decoded(header ?? '').replace(/\+/g, '%2B'));
  const given = Buffer.from(fields.get('sig') ?? '', 'base64');
  const text = `${resource.method.toLowerCase()}\n${resource.type}\n${resource.link}\n${resource.date.toLowerCase()}\n\n`;
  const wanted = createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest();
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
    throw unauthorized('The input authorization token can\'t serve the request. The wrong key is being used or the expected payload is not built as per the protocol.');
  }
}

function decoded(header: string): string {
  try {
    return decodeURIComponent(header);
  } catch {
    return '';
  }
}
