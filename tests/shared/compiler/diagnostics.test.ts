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
  ['unexpected-token', 'SELECT a FORM «input» b'],
  ['unknown-input', 'SELECT a FROM «imput»', "did you mean 'input'?"],
  ['unknown-output', 'SELECT a INTO «alert» FROM input', "did you mean 'alerts'?"],
  ['unknown-column', 'WITH s AS (SELECT device, v FROM input) SELECT «devise» FROM s', "did you mean 'device'?"],
  ['unknown-function', 'SELECT «UPER(a)» AS a FROM input', 'did you mean UPPER?'],
  ['argument-count', 'SELECT «UPPER(a, b)» AS a FROM input'],
  ['argument-type', "SELECT ROUND(«UPPER(a)», 2) AS a FROM input", 'convert it: TRY_CAST(… AS bigint)'],
  ['unknown-unit', 'SELECT COUNT(*) AS n FROM input GROUP BY TumblingWindow(«seconnd», 10)'],
  ['aggregate-without-window', 'SELECT «COUNT(*)» AS n FROM input'],
  ['group-without-window', 'SELECT k, COUNT(*) AS n FROM input GROUP BY «k»'],
  ['two-windows', 'SELECT COUNT(*) AS n FROM input GROUP BY TumblingWindow(second, 1), «HoppingWindow(second, 2, 1)»'],
  ['not-grouped', 'SELECT «v», COUNT(*) AS n FROM input GROUP BY k, TumblingWindow(second, 1)'],
  ['aggregate-not-allowed', 'SELECT a FROM input WHERE «COUNT(*)» > 1'],
  ['join-without-datediff', 'SELECT a.x FROM input a JOIN other b ON «a.id = b.id»'],
  ['reference-must-be-joined', 'SELECT a FROM «rooms»'],
  ['timestamp-by-step', 'WITH s AS (SELECT a FROM input) SELECT a FROM «s» TIMESTAMP BY a'],
  ['duplicate-step', 'WITH s AS (SELECT a FROM input), «s» AS (SELECT a FROM input) SELECT a FROM s'],
  ['into-in-step', 'WITH s AS (SELECT a INTO «output» FROM input) SELECT a FROM s'],
  ['else-required', 'SELECT «CASE WHEN a = 1 THEN 2 END» AS c FROM input'],
  ['unknown-type', 'SELECT CAST(a AS «decimal») AS d FROM input'],
  ['unterminated', "SELECT «'»abc FROM input"],
  ['too-long', 'SELECT COUNT(*) AS n FROM input GROUP BY «TumblingWindow(day, 8)»'],
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
  ['over-required', "SELECT «AnomalyDetection_ChangePoint(v, 95, 120) OVER (PARTITION BY k)» AS a FROM input"],
  ['union-outputs', 'SELECT a INTO output FROM input UNION SELECT a INTO «alerts» FROM other', 'write INTO in the first SELECT only'],
  ['union-columns', '«SELECT a, b FROM input UNION SELECT a FROM other»'],
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
