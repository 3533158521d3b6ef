import { AmqpError, condition } from '../amqp/error';
import type { IsBefore } from '../log/cursor';
import type { LogEnd } from '../log/partition-log';
import { annotation } from './event';

const SELECTOR = /^\s*amqp\.annotation\.(\S+?)\s*(>=?)\s*'?([^']*?)'?\s*$/;

/**
 * Understands a consumer's start, such as `amqp.annotation.x-opt-offset > '-1'`, for a partition that ends at `end`; without
 * a selector, the beginning. Throws `com.microsoft:argument-error` for what lies behind the end: a consumer that has seen more
 * than there is reads another partition's checkpoint, and must not wait for ever. Before the beginning is fine.
 */
export function startOf(selector: string | null, end: LogEnd): IsBefore {
  if (selector === null) return () => false;
  const [, name, operator, value] = SELECTOR.exec(selector) ?? [];
  if (value === undefined) throw invalid(`The selector "${selector}" is not understood; it must look like amqp.annotation.${annotation.offset} > '-1'.`);
  const inclusive = operator === '>=';
  switch (name) {
    case annotation.offset:
      return fromOffset(value, inclusive, end);
    case annotation.sequenceNumber:
      return fromSequence(value, inclusive, end);
    case annotation.enqueuedTime: {
      const time = number(value, 'enqueued time');
      return (place) => (inclusive ? place.enqueuedTime < time : place.enqueuedTime <= time);
    }
    default:
      throw invalid(`The selector "${selector}" names no annotation of ${Object.values(annotation).slice(0, 3).join(', ')}.`);
  }
}

function fromOffset(value: string, inclusive: boolean, end: LogEnd): IsBefore {
  if (value === '-1') return () => false;
  // Both forms mean the events that come from now on.
  if (value === '@latest') return (place) => place.sequence <= end.sequence;
  const offset = number(value, 'offset');
  if (offset > end.offset) throw invalid(`The supplied offset '${value}' is invalid. The last offset in the system is '${end.offset}'`);
  return (place) => (inclusive ? place.offset < offset : place.offset <= offset);
}

function fromSequence(value: string, inclusive: boolean, end: LogEnd): IsBefore {
  const sequence = number(value, 'sequence number');
  const last = inclusive ? sequence - 1 : sequence;
  if (last > end.sequence) {
    throw invalid(`The supplied sequence number '${value}' is invalid. The last sequence number in the system is '${end.sequence}'`);
  }
  return (place) => place.sequence <= last;
}

function number(text: string, what: string): number {
  const value = Number(text);
  if (text === '' || !Number.isFinite(value)) throw invalid(`The supplied ${what} '${text}' is no number.`);
  return value;
}

function invalid(message: string): AmqpError {
  return new AmqpError(condition.argumentError, message);
}
