/**
 * Every runtime error answers one question: what shall happen to the work that caused it?
 *
 * - `retry`: the cause may pass (a throttled sink, a lost connection); the batch is aborted and delivered again.
 * - `dead-letter`: it will never work (a row that cannot be converted); the row is set aside with its reason.
 * - `stop`: going on would be wrong (unknown state version); the job stops with the message.
 */
export type Disposition = 'retry' | 'dead-letter' | 'stop';

export class WeirError extends Error {
  constructor(
    /** A short stable code in kebab-case, counted by `GET /api/status`, e.g. `cast-failed`. */
    readonly code: string,
    message: string,
    readonly disposition: Disposition,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'WeirError';
  }
}

/** What the language defines as a runtime error (failed CAST, wrong argument type, UDF exception). */
export class QueryError extends WeirError {
  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(code, message, 'dead-letter', options);
    this.name = 'QueryError';
  }
}

/**
 * What reading or evaluating a row threw, as an error of that row. Neither calls a service, so an error that is none of Weir's is a mistake in its code and comes again
 * however often the row is tried: retried, one row would block its partition for ever.
 */
export function rowError(error: unknown): WeirError {
  if (error instanceof WeirError) return error;
  return new QueryError('evaluation-failed', `evaluating the row threw ${String(error)}; the mistake is in Weir and not in the row: please report it with the query and this row`, { cause: error });
}

/** What to do about any thrown thing: unknown errors are retried, for they come from outside (network, service). */
export function dispositionOf(error: unknown): Disposition {
  return error instanceof WeirError ? error.disposition : 'retry';
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** For counting; errors that come from outside have no code of their own. */
export function codeOf(error: unknown): string {
  return error instanceof WeirError ? error.code : 'unexpected';
}
