/** Every line of scalars.txt: what an expression is, computed by a query over one event. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { QuerySyntaxError } from '../../shared/compiler/diagnostics';
import { WORLDS, runWorld, type World } from './worlds';

const text = readFileSync(join(__dirname, 'scalars.txt'), 'utf8');
const event = /They read one event: (\{.*\})/.exec(text)?.[1] as string;
const lines = text.split('\n').filter((line) => line.includes(' => ') && !line.startsWith('--'));

/** The value as JSON; an error as `! code`, whether it is found before the query runs or while it does. */
function valueOf(expression: string): string {
  try {
    return computed(expression);
  } catch (error) {
    if (error instanceof QuerySyntaxError) return `! ${error.diagnostics[0]?.code}`;
    throw error;
  }
}

function computed(expression: string): string {
  const query = `SELECT ${expression} AS value FROM input`;
  const { rows, letters } = runWorld({ query, inputs: ['input'], events: [{ input: 'input', body: event }] }, WORLDS[0] as World);
  return rows.output?.[0]?.replace(/^\{"value":(.*)\}$/s, '$1') ?? `! ${letters[0]?.split(' ')[0]}`;
}

/** What is neither true nor false is unknown. */
const asText = (condition: string): string => `CASE WHEN ${condition} THEN 'true' WHEN NOT (${condition}) THEN 'false' ELSE 'unknown' END`;

describe('expressions', () => {
  it.each(lines.map((line) => line.split(' => ') as [string, string]))('%s => %s', (expression, expected) => {
    if (expression.startsWith('? ')) expect(valueOf(asText(expression.slice(2)))).toBe(expected.startsWith('!') ? expected : JSON.stringify(expected));
    else expect(valueOf(expression)).toBe(expected);
  });
});
