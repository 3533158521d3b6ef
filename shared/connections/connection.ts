/** How a service is reached and as whom. */

/** A service that is named, and asked with a token of Microsoft Entra ID instead of a key. */
export interface IdentityConnection {
  /** Event Hubs: the namespace's host name. Cosmos DB and Blob: the address of the account. */
  endpoint: string;
  /** `managedIdentity`: the identity of the machine and nothing else. `any`: also that of whoever is signed in, for work on a laptop. */
  credential: 'managedIdentity' | 'any';
  /** The user-assigned identity; without it the system-assigned one. */
  clientId?: string;
}

/** A connection string, or a service by name with a token. */
export type Connection = string | IdentityConnection;
