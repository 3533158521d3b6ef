import { CATALOGUE } from '../../../shared/compiler/catalogue';
import { compile } from '../../../shared/compiler/compile';
import { QuerySyntaxError } from '../../../shared/compiler/diagnostics';
import { createUdfs } from '../../../shared/udf/javascript';
import { scanFor } from './marked';

const FUNCTIONS = {
  double: 'function main(x) { return 2 * x; }',
  broken: 'function main( {',
  last: 'function main() { this.accumulate = function (v) { this.v = v; }; this.computeResult = function () { return this.v; }; }',
};
const OPTIONS = { udf: createUdfs(FUNCTIONS), inputs: [{ name: 'input', kind: 'stream' as const }, { name: 'other', kind: 'stream' as const }, { name: 'rooms', kind: 'reference' as const }], outputs: ['output', 'alerts'] };

/** The span is marked in the query with «…». */
const CASES: [code: string, query: string, hint?: string][] = [
  ['bad-character', 'SELECT a FROM input WHERE a = «‘»x’', "text stands in straight quotes: 'text'"],
  ['bad-character', 'SELECT a FROM input WHERE «!»a = 1', 'write NOT, or <> for "not equal"'],
  ['unterminated', "SELECT «'»abc FROM input"],
  ['unterminated', 'SELECT a FROM input «/*» open', 'close it with */'],
  ['unterminated', 'SELECT «[»a FROM input', 'close it with ]'],
  ['unexpected-token', 'SELECT a FORM «input» b', "did you mean FROM instead of 'FORM'?"],
  ['unexpected-token', 'SELECT a «WHERE» a = 1', 'every SELECT reads from something: SELECT … FROM input'],
  ['unexpected-token', 'SELECT a FROM input «INTO» output', 'INTO stands before FROM: SELECT … INTO output FROM input'],
  ['unexpected-token', 'SELECT a FROM input GROUP BY a «WHERE» a = 1', 'the order is SELECT … INTO … FROM … JOIN … WHERE … GROUP BY … HAVING …'],
  ['unexpected-token', 'SELECT a FROM input WHERE a = 1 «TIMESTAMP» BY t', 'TIMESTAMP BY stands right behind the input that it is for: FROM input TIMESTAMP BY time WHERE …'],
  ['unexpected-token', 'SELECT «group» FROM input', 'group is a word of the language; as a name it stands in brackets: [group]'],
  ['unexpected-token', 'SELECT a, «FROM» input', 'remove the comma before it'],
  ['unexpected-token', 'SELECT a =«=» 1 AS b FROM input', 'equality is written with one ='],
  ['unexpected-token', 'SELECT a FROM input WHERE a = 1 &«&» b = 2', 'conditions are connected with AND'],
  ['unexpected-token', 'SELECT a FROM input JOIN rooms r «WHERE» a = 1', 'a join needs a condition: ON a.id = b.id AND DATEDIFF(minute, a, b) BETWEEN 0 AND 5'],
  ['unexpected-token', 'WITH s AS «SELECT» a FROM input SELECT a FROM s', 'a step is written WITH name AS (SELECT …)'],
  ['unexpected-token', 'SELECT e.x FROM input CROSS APPLY input«.»list AS e', 'write CROSS APPLY GetArrayElements(input.list) AS item, or GetRecordProperties(input.record)'],
  ['unsupported', 'SELECT «DISTINCT» a FROM input', 'group by the columns: SELECT a FROM input GROUP BY a, TumblingWindow(second, 10)'],
  ['unsupported', 'SELECT «TOP» 5 a FROM input'],
  ['unsupported', 'SELECT a FROM input «ORDER BY» a'],
  ['unsupported', 'SELECT a FROM input «LIMIT» 5'],
  ['unsupported', 'SELECT a FROM input a «RIGHT» JOIN other b ON a.id = b.id', 'change the sides and write LEFT JOIN'],
  ['unsupported', 'SELECT a FROM input«,» other'],
  ['unsupported', 'SELECT a FROM «(»SELECT a FROM input)', 'name it in a WITH step: WITH step AS (SELECT …) SELECT … FROM step'],
  ['unsupported', 'SELECT a FROM input WHERE a IN («SELECT» b FROM other)'],
  ['unsupported', 'SELECT a FROM input «EXCEPT» SELECT a FROM other', 'LEFT JOIN the other side and keep the rows where it IS NULL'],
  ['unsupported', '«DECLARE» @x int', 'write the value where it is used, or join reference data'],
  ['unsupported', 'SELECT a FROM input a TIMESTAMP BY «System.Timestamp()»'],
  ['unsupported', "WITH s AS (SELECT a FROM input) SELECT GetMetadataPropertyValue(«s», 'x') AS x FROM s"],
  ['unknown-input', 'SELECT a FROM «imput»', "did you mean 'input'?"],
  ['unknown-input', 'CREATE TABLE «imput» (a bigint) SELECT a FROM input', "did you mean 'input'?"],
  ['unknown-input', "SELECT GetMetadataPropertyValue(«imput», 'x') AS x FROM input", "did you mean 'input'?"],
  ['unknown-output', 'SELECT a INTO «alert» FROM input', "did you mean 'alerts'?"],
  ['unknown-column', 'WITH s AS (SELECT device, v FROM input) SELECT «devise» FROM s', "did you mean 'device'?"],
  ['unknown-column', 'WITH s AS (SELECT a FROM input) SELECT a * 2 AS twice FROM s WHERE «twice» > 2', "'twice' is a name given in SELECT; write what it stands for: a * 2"],
  ['unknown-function', 'SELECT «UPER(a)» AS a FROM input', 'did you mean UPPER?'],
  ['unknown-function', 'SELECT «ISNULL(a, 0)» AS a FROM input', 'write COALESCE(value, other)'],
  ['unknown-function', 'SELECT «System.Timestmp()» AS t FROM input', 'did you mean System.Timestamp()?'],
  ['unknown-function', 'SELECT COUNT(*) AS n FROM input GROUP BY «TumblngWindow(second, 1)»', 'did you mean TumblingWindow?'],
  ['unknown-function', 'SELECT «mine.f(a)» AS a FROM input', 'a function of your own is called as udf.f(…)'],
  ['unknown-variable', 'SELECT * FROM input MATCH_RECOGNIZE (LIMIT DURATION(second, 1) MEASURES Last(«Hihg».v) AS x PATTERN (Low High) DEFINE Low AS Low.v > 1) AS m', "did you mean 'High'?"],
  ['unknown-type', 'SELECT CAST(a AS «decimal») AS d FROM input'],
  ['unknown-unit', 'SELECT COUNT(*) AS n FROM input GROUP BY TumblingWindow(«seconnd», 10)'],
  ['unknown-unit', 'SELECT DATEADD(«century», 1, t) AS x FROM input', 'parts are year, quarter, month, dayofyear, day, week, weekday, hour, minute, second, millisecond, microsecond'],
  ['unknown-unit', 'SELECT a.x FROM input a JOIN other b ON DATEDIFF(«month», a, b) BETWEEN 0 AND 1'],
  ['argument-count', 'SELECT «UPPER(a, b)» AS a FROM input'],
  ['argument-count', 'SELECT «SUM(a, b)» AS x FROM input GROUP BY TumblingWindow(second, 1)'],
  ['argument-count', 'SELECT «LAG() OVER (LIMIT DURATION(second, 1))» AS x FROM input'],
  ['argument-type', 'SELECT ROUND(«UPPER(a)», 2) AS a FROM input', 'convert it: TRY_CAST(… AS bigint)'],
  ['constant-required', 'SELECT LAG(a, «b») OVER (LIMIT DURATION(second, 1)) AS x FROM input'],
  ['bad-literal', 'SELECT «99999999999999999999» AS b FROM input'],
  ['argument-value', 'SELECT CollectTop(«0») OVER (ORDER BY v) AS x FROM input GROUP BY TumblingWindow(second, 1)'],
  ['argument-value', 'SELECT PERCENTILE_CONT(«2») OVER (ORDER BY v) AS x FROM input GROUP BY TumblingWindow(second, 1)'],
  ['argument-value', 'SELECT LAG(a, «1.5») OVER (LIMIT DURATION(second, 1)) AS x FROM input'],
  ['argument-value', 'SELECT LAG(a) OVER (LIMIT «DURATION(second, 0)») AS x FROM input'],
  ['argument-value', "SELECT a FROM input WHERE a LIKE 'x' ESCAPE «'ab'»"],
  ['argument-value', 'SELECT a.x FROM input a JOIN other b ON «DATEDIFF(second, a, b)» BETWEEN 5 AND 1'],
  ['not-aggregate', 'SELECT «UPPER(DISTINCT a)» AS x FROM input'],
  ['not-aggregate', 'SELECT UPPER(a) «OVER (PARTITION BY k)» AS x FROM input'],
  ['aggregate-without-window', 'SELECT «COUNT(*)» AS n FROM input'],
  ['aggregate-without-window', 'SELECT «System.Window()».Id AS w FROM input'],
  ['group-without-window', 'SELECT k, COUNT(*) AS n FROM input GROUP BY «k»'],
  ['two-windows', 'SELECT COUNT(*) AS n FROM input GROUP BY TumblingWindow(second, 1), «HoppingWindow(second, 2, 1)»'],
  ['window-outside-group-by', 'SELECT a FROM input WHERE «TumblingWindow(second, 1)» = 1'],
  ['aggregate-not-allowed', 'SELECT a FROM input WHERE «COUNT(*)» > 1'],
  ['aggregate-not-allowed', 'SELECT SUM(«COUNT(*)») AS x FROM input GROUP BY TumblingWindow(second, 1)'],
  ['not-grouped', 'SELECT «v», COUNT(*) AS n FROM input GROUP BY k, TumblingWindow(second, 1)'],
  ['not-grouped', 'SELECT DATEPART(hour, «t») AS h, COUNT(*) AS n FROM input GROUP BY h, TumblingWindow(second, 1)', 'GROUP BY h means a column of the source; write what the name stands for: GROUP BY DATEPART(hour, t)'],
  ['star-in-group', 'SELECT «*», COUNT(*) AS n FROM input GROUP BY k, TumblingWindow(second, 1)'],
  ['join-without-datediff', 'SELECT a.x FROM input a JOIN other b ON «a.id = b.id»', 'add AND DATEDIFF(minute, a, b) BETWEEN 0 AND 5; if b is reference data, declare it as such in the job'],
  ['join-without-datediff', 'SELECT a.x FROM input a JOIN other b ON «DATEDIFF(second, a.t, b.t) BETWEEN 0 AND 5»', 'DATEDIFF must compare the sources and not their columns: DATEDIFF(minute, a, b) BETWEEN 0 AND 5'],
  ['join-without-datediff', 'SELECT a.x FROM input a JOIN other b ON «DATEDIFF(second, a, b) < 3»', 'bound it on both sides: DATEDIFF(minute, a, b) BETWEEN 0 AND 5'],
  ['reference-must-be-joined', 'SELECT a FROM «rooms»'],
  ['timestamp-by-step', 'WITH s AS (SELECT a FROM input) SELECT a FROM «s» TIMESTAMP BY a', 'put it where the step reads its input'],
  ['timestamp-by-step', 'SELECT a.x FROM input a JOIN «rooms» r TIMESTAMP BY r.t ON r.id = a.id', 'leave it out: a row of reference data has no time'],
  ['duplicate-step', 'WITH s AS (SELECT a FROM input), «s» AS (SELECT a FROM input) SELECT a FROM s'],
  ['duplicate-source', 'SELECT a.x FROM input a JOIN other «a» ON DATEDIFF(second, a, a) BETWEEN 1 AND 5'],
  ['duplicate-declaration', 'CREATE TABLE input (a bigint, «a» float) SELECT a FROM input'],
  ['duplicate-declaration', 'CREATE TABLE input (a bigint) CREATE TABLE «input» (b bigint) SELECT a FROM input'],
  ['only-in-apply', 'SELECT «GetArrayElements(a)» AS x FROM input', 'write FROM input CROSS APPLY GetArrayElements(…) AS item'],
  ['into-in-step', 'WITH s AS (SELECT a INTO «output» FROM input) SELECT a FROM s'],
  ['union-columns', '«SELECT a, b FROM input UNION SELECT a FROM other»'],
  ['union-outputs', 'SELECT a INTO output FROM input UNION SELECT a INTO «alerts» FROM other', 'write INTO in the first SELECT only'],
  ['bad-window', 'SELECT COUNT(*) AS n FROM input GROUP BY «SessionWindow(second, 10)»'],
  ['bad-window', 'SELECT COUNT(*) AS n FROM input GROUP BY «SlidingWindow(second, 0)»'],
  ['bad-window', 'SELECT COUNT(*) AS n FROM input GROUP BY «HoppingWindow(second, 5, 10)»'],
  ['over-required', 'SELECT «LAG(a)» AS a FROM input'],
  ['unknown-udf', 'SELECT «udf.dubble(a)» AS d FROM input', 'did you mean udf.double?'],
  ['unknown-udf', 'SELECT «uda.twa(v)» AS a FROM input GROUP BY TumblingWindow(second, 1)', 'write it into udf/twa.js, beside the query: function main() { this.init = …; this.accumulate = …; this.computeResult = …; }'],
  ['invalid-udf', 'SELECT «udf.broken(a)» AS d FROM input'],
  ['invalid-udf', 'SELECT «uda.double(v)» AS a FROM input GROUP BY TumblingWindow(second, 1)'],
  ['argument-count', 'SELECT «uda.last(v, 2)» AS a FROM input GROUP BY TumblingWindow(second, 1)'],
  ['unexpected-token', 'SELECT «uda.last(v) OVER (LIMIT DURATION(second, 1))» AS a FROM input GROUP BY TumblingWindow(second, 1)'],
  ['aggregate-without-window', 'SELECT «uda.last(v)» AS a FROM input'],
  ['aggregate-not-allowed', 'SELECT a FROM input WHERE «uda.last(a)» > 1'],
  ['argument-count', "SELECT «AnomalyDetection_SpikeAndDip(v, 95, 120) OVER (LIMIT DURATION(second, 120))» AS a FROM input"],
  ['argument-count', "SELECT «AnomalyDetection_ChangePoint(v, 95, 120, 'spikes') OVER (LIMIT DURATION(second, 120))» AS a FROM input"],
  ['argument-value', "SELECT AnomalyDetection_SpikeAndDip(v, «0.95», 120, 'spikes') OVER (LIMIT DURATION(second, 120)) AS a FROM input"],
  ['argument-value', "SELECT AnomalyDetection_SpikeAndDip(v, 95, «1.5», 'spikes') OVER (LIMIT DURATION(second, 120)) AS a FROM input"],
  ['argument-value', "SELECT AnomalyDetection_SpikeAndDip(v, 95, 120, «'peaks'») OVER (LIMIT DURATION(second, 120)) AS a FROM input"],
  ['argument-type', "SELECT AnomalyDetection_ChangePoint(«System.Timestamp()», 95, 120) OVER (LIMIT DURATION(second, 120)) AS a FROM input"],
  ['constant-required', "SELECT AnomalyDetection_ChangePoint(v, «c», 120) OVER (LIMIT DURATION(second, 120)) AS a FROM input"],
  ['over-required', "SELECT «AnomalyDetection_ChangePoint(v, 95, 120)» AS a FROM input"],
  ['limit-required', "SELECT AnomalyDetection_ChangePoint(v, 95, 120) «OVER (PARTITION BY k)» AS a FROM input"],
  ['over-required', 'SELECT «TopOne()» AS x FROM input GROUP BY TumblingWindow(second, 1)'],
  ['limit-required', 'SELECT LAG(a) «OVER (PARTITION BY k)» AS x FROM input'],
  ['limit-required', 'SELECT SUM(a) «OVER (PARTITION BY k)» AS x FROM input GROUP BY TumblingWindow(second, 1)'],
  ['too-long', 'SELECT COUNT(*) AS n FROM input GROUP BY «TumblingWindow(day, 8)»'],
  ['too-long', 'SELECT a.x FROM input a JOIN other b ON «DATEDIFF(day, a, b)» BETWEEN 0 AND 8'],
  ['too-long', 'SELECT LAG(a) OVER (LIMIT «DURATION(day, 8)») AS x FROM input'],
  ['else-required', 'SELECT «CASE WHEN a = 1 THEN 2 END» AS c FROM input'],
  ['no-select', 'WITH s AS (SELECT x FROM input)«»'],
  ['ambiguous-column', 'SELECT «x» FROM input a JOIN other b ON DATEDIFF(second, a, b) BETWEEN 0 AND 1'],
];

describe('diagnostics', () => {
  it.each(CASES.map(([code, marked, hint]) => [code, marked, hint ?? ''] as const))('%s: %s', (code, marked, hint) => {
    const { source, span } = scanFor(marked);
    let caught: unknown;
    try {
      compile(source, OPTIONS);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(QuerySyntaxError);
    const found = (caught as QuerySyntaxError).diagnostics.find((d) => d.code === code);
    expect(found?.span).toEqual(span);
    if (hint) expect(found?.hint).toBe(hint);
  });

  it('has a case for every code of the catalogue', () => {
    expect(Object.keys(CATALOGUE).filter((code) => !CASES.some(([known]) => known === code))).toEqual([]);
  });

  it('reports what is wrong in one statement although another cannot be read', () => {
    const query = 'SELECT a FROM input WHERE a = 1 FORM x SELECT UPER(b) AS b FROM imput\nSELECT a FROM input LIMIT 5';
    expect(() => compile(query, OPTIONS)).toThrow(/:1:33: unexpected-token[^]*:1:47: unknown-function[^]*:1:65: unknown-input[^]*:2:21: unsupported/);
  });

  it('reports the errors of every step', () => {
    expect(() => compile('WITH a AS (SELECT x FORM input), b AS (SELECT y FROM a WHERE (x = 1 + )) SELECT x FROM b', OPTIONS)).toThrow(/:1:26: [^]*:1:71: /);
  });

  it('reports all findings of a query at once, each under its line', () => {
    expect(() => compile('SELECT UPER(a) AS a,\n  LOWR(b) AS b\nFROM imput', OPTIONS)).toThrow(
      [
        "query.saql:1:8: unknown-function: there is no function 'uper'\n  SELECT UPER(a) AS a,\n         ~~~~~~~\n  did you mean UPPER?",
        "query.saql:2:3: unknown-function: there is no function 'lowr'\n    LOWR(b) AS b\n    ~~~~~~~\n  did you mean LOWER?",
        "query.saql:3:6: unknown-input: there is no input or step 'imput'\n  FROM imput\n       ~~~~~\n  did you mean 'input'?",
      ].join('\n\n'),
    );
  });
});
