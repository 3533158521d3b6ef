import type { TokenCredential } from '@azure/identity';
import type { IdentityConnection } from './connection';

const opened = new Map<string, TokenCredential>();

/**
 * The credential of a connection. Connections of one identity share one, and with it the tokens that it keeps. The library is loaded when the
 * first token is asked for: an app with connection strings never loads it.
 */
export function credentialFor({ credential, clientId }: Omit<IdentityConnection, 'endpoint'>): TokenCredential {
  const key = `${credential} ${clientId ?? ''}`;
  const known = opened.get(key) ?? lazily(async () => {
    const { DefaultAzureCredential, ManagedIdentityCredential } = await import('@azure/identity');
    if (credential === 'any') return new DefaultAzureCredential(clientId === undefined ? {} : { managedIdentityClientId: clientId });
    return clientId === undefined ? new ManagedIdentityCredential() : new ManagedIdentityCredential({ clientId });
  });
  opened.set(key, known);
  return known;
}

function lazily(open: () => Promise<TokenCredential>): TokenCredential {
  let real: Promise<TokenCredential> | undefined;
  return { getToken: async (scopes, options) => (await (real ??= open())).getToken(scopes, options) };
}
