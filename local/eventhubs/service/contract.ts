import type { AmqpMap } from '../amqp/performatives';
import type { Terminus } from '../amqp/terminus';
import type { Namespace } from '../hub/namespace';
import type { Claims } from './claims';

/** The largest message that is taken, announced on every link. */
export const MAX_MESSAGE_SIZE = 1024 * 1024;

/** What every connection shares. */
export interface ServiceContext {
  namespace: Namespace;
  /** The shared access key that tokens must be signed with. */
  key: string;
  /** Milliseconds since the epoch. */
  now: () => number;
  log: (line: string) => void;
}

/** A peer's wish for a link. */
export interface LinkRequest {
  name: string;
  source: Terminus;
  target: Terminus;
  properties: AmqpMap;
  desiredCapabilities: readonly unknown[];
}

/** Where messages go that a peer sends. */
export interface MessageSink {
  /** For the answering attach. */
  properties: AmqpMap;
  /** Takes one message. Resolves when it may be acknowledged; rejects with an AmqpError when it is to be refused. */
  receive(message: Buffer, messageFormat: number): Promise<void>;
}

/** Where messages come from that a peer receives. */
export interface MessageSource {
  properties: AmqpMap;
  /** The link is up; from now on the source may call it. */
  open(link: OutgoingLink): void;
  /** The next message in pieces, null when there is none yet. The same until `take`. */
  peek(): readonly Buffer[] | null;
  take(): void;
  /** The link is gone. */
  close(): void;
}

/** What a source may ask of its link. */
export interface OutgoingLink {
  /** There may be something to send. */
  wake(): void;
  /** Ends the link from this side. */
  detach(error: Error): void;
}

/** One request-response node of a connection, such as `$cbs`: requests come by its sinks, replies leave by its sources. */
export interface Nodes {
  cbs: RequestNodeLinks;
  management: RequestNodeLinks;
}

export interface RequestNodeLinks {
  sink(): MessageSink;
  source(request: LinkRequest): MessageSource;
}

/** What belongs to one connection and its links need. */
export interface ConnectionScope {
  context: ServiceContext;
  claims: Claims;
  nodes: Nodes;
}
