/** Every answer that is not a success: status, code and message as the service words them. */
export class CosmosError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
  }
}

export const badRequest = (message: string): CosmosError => new CosmosError(400, 'BadRequest', message);
export const unauthorized = (message: string): CosmosError => new CosmosError(401, 'Unauthorized', message);
export const notFound = (what: string): CosmosError => new CosmosError(404, 'NotFound', `Entity with the specified id does not exist in the system. ${what}`);
export const notAllowed = (method: string, path: string): CosmosError => new CosmosError(405, 'MethodNotAllowed', `${method} is not supported for ${path}`);
export const conflict = (what: string): CosmosError => new CosmosError(409, 'Conflict', `Entity with the specified id already exists in the system. ${what}`);
export const preconditionFailed = (): CosmosError => new CosmosError(412, 'PreconditionFailed', 'Operation cannot be performed because one of the specified precondition is not met.');
export const tooLarge = (): CosmosError => new CosmosError(413, 'RequestEntityTooLarge', 'Request size is too large: a document has at most 2 MB.');
export const notImplemented = (what: string): CosmosError => new CosmosError(501, 'NotImplemented', `${what} is not part of this emulator.`);
