/** Nexmark's queries in the query language, and in DuckDB's SQL, which is to give the same rows. */
import { duckdb } from '../contenders/duckdb';
import { weir, type WeirOptions } from '../contenders/weir';
import type { Question } from '../question';
import { windowEndSql } from '../questions/window-end';
import { makeNexmark, timeOf } from './generator';

interface NexmarkQuery {
  asks: string;
  columns: readonly string[];
  saql: string;
  sql: string;
  options?: WeirOptions;
}

const BIDS = "FROM input TIMESTAMP BY dateTime WHERE type = 'bid'";
/** The columns that the queries read, under the names that windowEndSql knows. */
const COLUMNS = {
  type: 'VARCHAR', dateTime: 'TIMESTAMP', extra: 'VARCHAR', auction: 'BIGINT', bidder: 'BIGINT', price: 'BIGINT', id: 'BIGINT', name: 'VARCHAR', seller: 'BIGINT',
};
const BIDS_SQL = "(SELECT *, dateTime AS time FROM events WHERE type = 'bid')";
const TEN = windowEndSql('10 seconds');

const QUERIES: Readonly<Record<string, NexmarkQuery>> = {
  q0: {
    asks: 'bids as they are',
    columns: ['auction', 'bidder', 'price', 'dateTime', 'extra'],
    saql: `SELECT auction, bidder, price, System.Timestamp() AS dateTime, extra INTO output ${BIDS}`,
    sql: `SELECT auction, bidder, price, dateTime, extra FROM ${BIDS_SQL}`,
  },
  q1: {
    asks: 'prices in another currency',
    columns: ['auction', 'bidder', '~price', 'dateTime', 'extra'],
    saql: `SELECT auction, bidder, 0.908 * price AS price, System.Timestamp() AS dateTime, extra INTO output ${BIDS}`,
    sql: `SELECT auction, bidder, 0.908::DOUBLE * price, dateTime, extra FROM ${BIDS_SQL}`,
  },
  q2: {
    asks: 'bids on some auctions',
    columns: ['auction', 'price'],
    saql: `SELECT auction, price INTO output ${BIDS} AND auction % 123 = 0`,
    sql: `SELECT auction, price FROM ${BIDS_SQL} WHERE auction % 123 = 0`,
  },
  q5: {
    asks: 'auctions with the most bids in the last 10 s, every 2 s',
    columns: ['auction', 'n', 'until'],
    saql: `
      WITH counts AS (SELECT auction, COUNT(*) AS n ${BIDS} GROUP BY auction, HoppingWindow(second, 10, 2)),
           most AS (SELECT MAX(n) AS n FROM counts GROUP BY System.Timestamp())
      SELECT c.auction, c.n, System.Timestamp() AS until INTO output
      FROM counts c JOIN most m ON c.n = m.n AND DATEDIFF(millisecond, c, m) BETWEEN 0 AND 0`,
    sql: `
      WITH panes AS (SELECT auction, count(*) AS n, ${windowEndSql('2 seconds')} AS pane FROM ${BIDS_SQL} GROUP BY auction, pane),
           counts AS (SELECT auction, sum(n)::BIGINT AS n, pane + INTERVAL 2 SECOND * hop AS until FROM panes, range(0, 5) hops(hop) GROUP BY auction, until)
      SELECT auction, n, until FROM counts QUALIFY n = max(n) OVER (PARTITION BY until)`,
  },
  q7: {
    asks: 'the highest bids of 10 s',
    columns: ['auction', 'price', 'bidder', 'dateTime', 'until'],
    saql: `
      WITH highest AS (SELECT MAX(price) AS price ${BIDS} GROUP BY TumblingWindow(second, 10)),
           bids AS (SELECT auction, price, bidder, System.Timestamp() AS dateTime ${BIDS})
      SELECT b.auction, b.price, b.bidder, b.dateTime, System.Timestamp() AS until INTO output
      FROM bids b JOIN highest h ON b.price = h.price AND DATEDIFF(millisecond, b, h) BETWEEN 0 AND 9999`,
    sql: `SELECT auction, price, bidder, dateTime, ${TEN} AS until FROM ${BIDS_SQL} QUALIFY price = max(price) OVER (PARTITION BY until)`,
  },
  q8: {
    asks: 'people who opened an auction in the 10 s in which they came',
    columns: ['id', 'name', 'until'],
    saql: `
      WITH people AS (SELECT id, name FROM input TIMESTAMP BY dateTime WHERE type = 'person' GROUP BY id, name, TumblingWindow(second, 10)),
           sellers AS (SELECT seller FROM input TIMESTAMP BY dateTime WHERE type = 'auction' GROUP BY seller, TumblingWindow(second, 10))
      SELECT p.id, p.name, System.Timestamp() AS until INTO output
      FROM people p JOIN sellers s ON p.id = s.seller AND DATEDIFF(millisecond, p, s) BETWEEN 0 AND 0`,
    sql: `
      WITH timed AS (SELECT *, dateTime AS time FROM events),
           people AS (SELECT DISTINCT id, name, ${TEN} AS until FROM timed WHERE type = 'person'),
           sellers AS (SELECT DISTINCT seller, ${TEN} AS until FROM timed WHERE type = 'auction')
      SELECT id, name, p.until FROM people p JOIN sellers s ON p.id = s.seller AND p.until = s.until`,
  },
  q11: {
    asks: 'bids of a bidder in sessions that 10 s of silence end',
    columns: ['bidder', 'n', 'until'],
    saql: `SELECT bidder, COUNT(*) AS n, System.Timestamp() AS until INTO output ${BIDS} GROUP BY bidder, SessionWindow(second, 10, 86400) OVER (PARTITION BY bidder)`,
    sql: `
      WITH begun AS (SELECT bidder, time, (time - lag(time) OVER (PARTITION BY bidder ORDER BY time) > INTERVAL 10 SECOND)::INT AS begins FROM ${BIDS_SQL}),
           numbered AS (SELECT bidder, time, sum(begins) OVER (PARTITION BY bidder ORDER BY time) AS session FROM begun)
      SELECT bidder, count(*), max(time) + INTERVAL 10 SECOND FROM numbered GROUP BY bidder, coalesce(session, 0)`,
  },
  q12: {
    asks: 'bids of a bidder in 10 s of arrival time: a second after the event time',
    columns: ['bidder', 'n', 'until'],
    saql: "SELECT bidder, COUNT(*) AS n, System.Timestamp() AS until INTO output FROM input WHERE type = 'bid' GROUP BY bidder, TumblingWindow(second, 10)",
    sql: `SELECT bidder, count(*), ${TEN} AS until FROM (SELECT bidder, dateTime + INTERVAL 1 SECOND AS time FROM events WHERE type = 'bid') GROUP BY bidder, until`,
    options: { arrivalOf: (i) => timeOf(i) + 1000 },
  },
};

const usedIn = (sql: string): Record<string, string> => Object.fromEntries(Object.entries(COLUMNS).filter(([name]) => new RegExp(`\\b${name}\\b`).test(sql)));

export const NEXMARK: readonly Question[] = Object.entries(QUERIES).map(([name, { asks, columns, saql, sql, options }]) => ({
  name: `nexmark-${name}`,
  asks,
  events: 200_000,
  data: (count) => makeNexmark(count),
  columns,
  contenders: [weir(saql, options), duckdb(sql, usedIn(sql))],
}));
