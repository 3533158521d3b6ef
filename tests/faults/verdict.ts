import type { Outcome } from './simulation';

/** How a run differs from the one without faults. */
export interface Verdict {
  /** Rows and letters that had to be there. */
  checked: number;
  lost: string[];
  doubled: string[];
  problems: string[];
}

export function failed({ lost, doubled, problems }: Verdict): boolean {
  return lost.length + doubled.length + problems.length > 0;
}

/** Rows are compared by output, identity and content, and by how often they are there; dead letters, which may be written again, by what they are. */
export function judge(expected: Outcome, found: Outcome): Verdict {
  const verdict: Verdict = { checked: 0, lost: [], doubled: [], problems: [...found.problems] };
  for (const [output, rows] of expected.rows) {
    const has = found.rows.get(output) as ReadonlyMap<string, number>;
    for (const [row, count] of rows) {
      verdict.checked += count;
      add(verdict.lost, `${output}: ${row}`, count - (has.get(row) ?? 0));
    }
    for (const [row, count] of has) add(verdict.doubled, `${output}: ${row}`, count - (rows.get(row) ?? 0));
  }
  verdict.checked += expected.letters.size;
  for (const letter of expected.letters) if (!found.letters.has(letter)) verdict.lost.push(`dead letter: ${letter}`);
  for (const letter of found.letters) if (!expected.letters.has(letter)) verdict.doubled.push(`dead letter: ${letter}`);
  if (found.accounts !== expected.accounts) verdict.problems.push(`the status differs:\n  without faults ${expected.accounts}\n  with faults    ${found.accounts}`);
  return verdict;
}

function add(list: string[], what: string, times: number): void {
  for (let i = 0; i < times; i++) list.push(what);
}
