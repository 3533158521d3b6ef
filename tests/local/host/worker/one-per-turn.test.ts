import { OnePerTurn } from '../../../../local/host/worker/one-per-turn';

describe('OnePerTurn', () => {
  it('runs one piece in each turn, in order, and lets others in between', async () => {
    const ran: string[] = [];
    const pieces = new OnePerTurn();
    for (const name of ['a', 'b', 'c']) pieces.add(() => ran.push(name));
    expect(ran).toEqual([]);
    for (let i = 1; i <= 3; i++) await new Promise<void>((next) => setImmediate(() => next(void ran.push(String(i)))));
    expect(ran).toEqual(['a', '1', 'b', '2', 'c', '3']);
  });

  it('takes more after it has run dry', async () => {
    const ran: string[] = [];
    const pieces = new OnePerTurn();
    pieces.add(() => ran.push('a'));
    await new Promise((next) => setImmediate(next));
    pieces.add(() => ran.push('b'));
    await new Promise((next) => setImmediate(next));
    expect(ran).toEqual(['a', 'b']);
  });
});
