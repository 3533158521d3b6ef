/** AMQP counts transfers and deliveries in 32 bits that wrap round (RFC 1982). */
export const advance = (count: number, by = 1): number => (count + by) >>> 0;

/** How far `to` is ahead of `from`; negative when it is behind. */
export const distance = (from: number, to: number): number => (to - from) | 0;
