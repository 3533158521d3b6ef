import type { KafkaInput } from './definition';

const PROTOCOLS = { plaintext: 'Plaintext', ssl: 'Ssl', saslPlaintext: 'SaslPlaintext', saslSsl: 'SaslSsl' } as const;
const MECHANISMS = { plain: 'Plain', scramSha256: 'ScramSha256', scramSha512: 'ScramSha512' } as const;

/** The properties of the Kafka trigger's binding; the password stays in its setting. Names: KafkaTriggerAttribute of the extension. */
export function kafkaBinding({ brokers, topic, consumerGroup, protocol, mechanism, username, password }: KafkaInput): Record<string, string> {
  return {
    brokerList: brokers,
    topic,
    consumerGroup,
    cardinality: 'many',
    dataType: 'binary',
    protocol: PROTOCOLS[protocol],
    authenticationMode: protocol.startsWith('sasl') ? MECHANISMS[mechanism ?? 'plain'] : 'NotSet',
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password: `%${password}%` }),
  };
}
