import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from '../../../shared/compiler/compile';
import { QuerySyntaxError } from '../../../shared/compiler/diagnostics';
import { texts, type Target } from '../target';

/** The queries of the golden scripts, without what is around them. */
function queries(): Buffer[] {
  const folder = join(__dirname, '../../scripts/cases');
  const files = readdirSync(folder).filter((name) => name.endsWith('.sql')).map((name) => readFileSync(join(folder, name), 'utf8'));
  return files.flatMap((text) => text.match(/^(?:WITH|SELECT|CREATE)[^\n]*(?:\n[A-Z (][^\n]*)*/gm) ?? []).map((query) => Buffer.from(query));
}

const WORDS = 'SELECT FROM WHERE GROUP BY HAVING JOIN ON AND OR NOT NULL CASE WHEN THEN END UNION OVER PARTITION TIMESTAMP INTO TumblingWindow(second,1) HoppingWindow( DATEDIFF( CAST( AS LIKE BETWEEN IN ( ) [ ] \' " -- /* */ , ; . * = < > + - 1 1e9 0x1F @ % # LAG( WITH MATCH_RECOGNIZE ((((((((((((((((((((((((((((((((';

/** Any text is compiled, or refused with what is wrong in it. */
export const sql: Target = {
  name: 'sql',
  corpus: [...queries(), ...texts('SELECT a.k, b.v INTO o FROM input a TIMESTAMP BY t JOIN input b TIMESTAMP BY t ON a.k = b.k AND DATEDIFF(second, a, b) BETWEEN 0 AND 5')],
  words: texts(...WORDS.split(' ').map((word) => ` ${word} `)),
  start: async () => ({
    feed: (input) => {
      try {
        compile(input.toString('utf8'), { inputs: [{ name: 'input', kind: 'stream' }, { name: 'ref', kind: 'reference' }], shards: 2 });
      } catch (error) {
        if (!(error instanceof QuerySyntaxError)) throw error;
      }
    },
    stop: async () => undefined,
  }),
};
