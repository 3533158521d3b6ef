/** Reads topics as a member of a consumer group, through `@platformatic/kafka`. */
import type { Consumer } from '@platformatic/kafka';
import { clientOptions, loadClient, type KafkaConnection } from '../../shared/sources/kafka-client';
import type { KafkaReader, Subscription } from '../host/triggers/kafka/kafka-topics';
import { GroupReader } from './group-reader';

const PROTOCOLS: Record<string, KafkaConnection['protocol']> = { plaintext: 'plaintext', ssl: 'ssl', saslplaintext: 'saslPlaintext', saslssl: 'saslSsl' };
const MECHANISMS: Record<string, KafkaConnection['mechanism']> = { plain: 'plain', scramsha256: 'scramSha256', scramsha512: 'scramSha512' };

export async function subscribe(subscription: Subscription): Promise<KafkaReader> {
  const { brokers, topic, consumerGroup, protocol, authenticationMode, username, password, start } = subscription;
  const connection = { brokers, protocol: PROTOCOLS[protocol.toLowerCase()] ?? 'plaintext', mechanism: MECHANISMS[authenticationMode.toLowerCase()], username, password };
  const kafka = await loadClient();
  const consumer: Consumer = new kafka.Consumer({ ...clientOptions(connection), clientId: 'weir-host', groupId: consumerGroup, autocreateTopics: false });
  try {
    consumer.topics.track(topic);
    await consumer.joinGroup({});
    return new GroupReader(consumer, topic, start);
  } catch (error) {
    await consumer.close(true);
    throw error;
  }
}
