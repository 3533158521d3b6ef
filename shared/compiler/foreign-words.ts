/** What people write who know T-SQL or another dialect, and what to write here instead. */

/** Functions of others, by lower-case name. */
export const FOREIGN_FUNCTIONS: Readonly<Record<string, string>> = {
  isnull: 'COALESCE(value, other)', ifnull: 'COALESCE(value, other)', nvl: 'COALESCE(value, other)',
  iif: 'CASE WHEN condition THEN … ELSE … END', if: 'CASE WHEN condition THEN … ELSE … END', choose: 'CASE n WHEN 1 THEN … ELSE … END',
  convert: 'CAST(value AS type)', parse: 'CAST(value AS type)', try_convert: 'TRY_CAST(value AS type)', try_parse: 'TRY_CAST(value AS type)',
  to_timestamp: 'CAST(value AS datetime)', str: 'CAST(value AS nvarchar(max))', tostring: 'CAST(value AS nvarchar(max))', format: 'CAST(value AS nvarchar(max)) or DATENAME(part, time)', isnumeric: 'TRY_CAST(value AS float) IS NOT NULL',
  isdate: 'TRY_CAST(value AS datetime) IS NOT NULL',
  getdate: 'System.Timestamp()', getutcdate: 'System.Timestamp()', sysdatetime: 'System.Timestamp()', sysutcdatetime: 'System.Timestamp()', now: 'System.Timestamp()', current_timestamp: 'System.Timestamp()',
  hour: 'DATEPART(hour, time)', minute: 'DATEPART(minute, time)', second: 'DATEPART(second, time)', week: 'DATEPART(week, time)', datediff_big: 'DATEDIFF(part, start, end)', eomonth: 'DATEADD and DATETIMEFROMPARTS',
  datetrunc: 'DATETIMEFROMPARTS(YEAR(time), MONTH(time), …)', date_trunc: 'DATETIMEFROMPARTS(YEAR(time), MONTH(time), …)',
  length: 'LEN(text)', datalength: 'LEN(text)', substr: 'SUBSTRING(text, start, length)', mid: 'SUBSTRING(text, start, length)', instr: 'CHARINDEX(find, text)', strpos: 'CHARINDEX(find, text)', char: 'NCHAR(code)', ascii: 'UNICODE(text)',
  regexp_like: 'REGEXMATCH(text, pattern) > 0', contains: "text LIKE '%part%'", startswith: "text LIKE 'start%'", endswith: "text LIKE '%end'", string_agg: 'Collect(value)', array_agg: 'Collect(value)', collect_list: 'Collect(value)',
  ceil: 'CEILING(value)', pow: 'POWER(base, exponent)', mod: 'a % b', truncate: 'FLOOR(value)', trunc: 'FLOOR(value)',
  row_number: 'CollectTop(n) OVER (ORDER BY …), which numbers its rows', rank: 'CollectTop(n) OVER (ORDER BY …), which numbers its rows', dense_rank: 'CollectTop(n) OVER (ORDER BY …), which numbers its rows',
  lead: 'LAG: an event cannot know those after it', first_value: 'TopOne(value) OVER (ORDER BY …)', last_value: 'LAST(value) OVER (LIMIT DURATION(…))', count_big: 'COUNT(value)', approx_count_distinct: 'COUNT(DISTINCT value)', median: 'PERCENTILE_CONT(0.5) OVER (ORDER BY value)',
  stddev: 'STDEV(value)', stddev_pop: 'STDEVP(value)', stddev_samp: 'STDEV(value)', variance: 'VAR(value)', var_pop: 'VARP(value)', var_samp: 'VAR(value)',
  json_value: 'a path such as record.member', json_query: 'a path such as record.member', openjson: 'CROSS APPLY GetArrayElements(array) AS item', unnest: 'CROSS APPLY GetArrayElements(array) AS item', explode: 'CROSS APPLY GetArrayElements(array) AS item',
  tumble: 'GROUP BY TumblingWindow(unit, size)', hop: 'GROUP BY HoppingWindow(unit, size, hop)', top: 'CollectTop(n) OVER (ORDER BY …), or TopOne()',
};

interface ForeignClause {
  /** The words that start it. */
  words: readonly string[];
  /** What must follow for it to be certain: a column may have the same name. */
  before?: (next: { kind: string; text: string }) => boolean;
  instead: string;
}

const NO_END = 'a stream has no end to count to: use WHERE, or CollectTop(n) OVER (ORDER BY …) for each window';
const anyWord = (...words: string[]) => (next: { kind: string; text: string }): boolean => next.kind === 'word' && words.includes(next.text.toLowerCase());
const number = (next: { kind: string }): boolean => next.kind === 'number';

/** Clauses behind FROM. */
export const FOREIGN_CLAUSES: readonly ForeignClause[] = [
  { words: ['order', 'by'], instead: 'rows come in order of time; the greatest of a window are CollectTop(n) OVER (ORDER BY …) and TopOne() OVER (ORDER BY …)' },
  { words: ['limit'], instead: NO_END },
  { words: ['offset'], before: number, instead: NO_END },
  { words: ['fetch'], before: anyWord('next', 'first'), instead: NO_END },
  { words: ['except'], before: anyWord('select', 'all'), instead: 'LEFT JOIN the other side and keep the rows where it IS NULL' },
  { words: ['intersect'], before: anyWord('select', 'all'), instead: 'JOIN the two sides' },
  { words: ['qualify'], before: (next) => next.kind === 'word', instead: 'filter in a step after this one: WITH step AS (SELECT …) SELECT … FROM step WHERE …' },
  { words: ['option'], before: (next) => next.text === '(', instead: 'leave it out' },
  { words: ['for'], before: anyWord('json', 'xml', 'system_time'), instead: 'leave it out: the output decides on the format' },
];

/** Words that start a statement elsewhere. */
export const FOREIGN_STATEMENTS: Readonly<Record<string, string>> = {
  declare: 'write the value where it is used, or join reference data', set: 'write the value where it is used, or join reference data',
  insert: 'name the output in the query: SELECT … INTO output FROM …', update: 'an output with a key overwrites rows: SELECT … INTO output FROM …', delete: 'filter with WHERE', merge: 'an output with a key overwrites rows: SELECT … INTO output FROM …',
  drop: 'leave it out: nothing is stored', alter: 'leave it out: nothing is stored', use: 'leave it out', go: 'leave it out: statements follow each other, with or without ;', exec: 'a function of your own is called as udf.name(…)', execute: 'a function of your own is called as udf.name(…)', begin: 'leave it out', print: 'SELECT … INTO an output',
};

const STRAIGHT = "text stands in straight quotes: 'text'";

/** Characters that are not of the language. */
export const FOREIGN_CHARACTERS: Readonly<Record<string, string>> = {
  '‘': STRAIGHT, '’': STRAIGHT, '“': STRAIGHT, '”': STRAIGHT,
  '`': 'names with blanks stand in brackets: [my name]', '!': 'write NOT, or <> for "not equal"', '\\': 'a quote in text is doubled: \'it\'\'s\'', ':': 'conversion is written CAST(value AS type)', '$': 'members of records are read with dots: record.member',
};

const ORDER = 'the order is SELECT … INTO … FROM … JOIN … WHERE … GROUP BY … HAVING …';

/** Clauses that stand in a wrong place, and where the right one is. */
export const MISPLACED: Readonly<Record<string, string>> = {
  into: 'INTO stands before FROM: SELECT … INTO output FROM input',
  timestamp: 'TIMESTAMP BY stands right behind the input that it is for: FROM input TIMESTAMP BY time WHERE …',
  partition: 'PARTITION BY stands right behind the input that it is for, or inside OVER (…)',
  group: 'write GROUP BY key, TumblingWindow(second, 10), behind WHERE',
  from: 'a statement begins with SELECT: SELECT … FROM input',
  where: ORDER, join: ORDER, left: ORDER, inner: ORDER, cross: ORDER, outer: ORDER, having: ORDER,
};
