/** docs/jobs.md: its example is a job, and with docs/sources.md it names every setting that there is. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEAD_LETTER, INPUTS, JOB, OUTPUTS, REFERENCES, TIME, type Fields } from '../../shared/job/schema';
import { validateJob } from '../../shared/job/validate';

const read = (name: string): string => readFileSync(join(__dirname, '../../docs', name), 'utf8');
const text = read('jobs.md');
const example = /```json\n([\s\S]*?)```/.exec(text)?.[1] ?? '';

describe('docs/jobs.md', () => {
  it('has an example that is valid and says nothing twice', () => {
    const content = JSON.parse(example) as object;
    expect(validateJob(content, 'docs/jobs.md')).toMatchObject(content);
  });

  it('names every setting in its tables', () => {
    const named = new Set([...(text + read('sources.md')).matchAll(/`(\w+)`/g)].map((match) => match[1]));
    const all: Fields[] = [JOB, TIME, DEAD_LETTER, ...[INPUTS, REFERENCES, OUTPUTS].flatMap((kinds) => Object.values(kinds))];
    expect([...new Set(all.flatMap((fields) => Object.keys(fields)))].filter((name) => !named.has(name))).toEqual([]);
    expect([INPUTS, REFERENCES, OUTPUTS].flatMap((kinds) => Object.keys(kinds)).filter((type) => !named.has(type))).toEqual([]);
  });
});
