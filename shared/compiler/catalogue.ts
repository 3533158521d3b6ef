/**
 * The closed catalogue of what can be wrong with a query: every code with what it says and what to write instead. Parameters are named so that call
 * sites read as sentences. docs/errors.md explains each code.
 */
export type Text = { message: string; hint?: string };

export const CATALOGUE = {
  'bad-character': (p: { character: string; hint?: string }): Text => ({ message: `unexpected character '${p.character}'`, hint: p.hint }),
  unterminated: (p: { what: string; closing: string }): Text => ({ message: `this ${p.what} is never closed`, hint: `close it with ${p.closing}` }),
  'unexpected-token': (p: { found: string; expected: string; hint?: string }): Text => ({ message: `found ${p.found} where ${p.expected} was expected`, hint: p.hint }),
  unsupported: (p: { what: string; instead: string }): Text => ({ message: `${p.what} is not part of the language`, hint: p.instead }),
  'else-required': (_: object): Text => ({ message: 'CASE needs an ELSE', hint: 'end it with ELSE NULL' }),
  'unknown-column': (p: { name: string; nearest?: string; known?: string; named?: string }): Text => ({
    message: `there is no column '${p.name}'`,
    hint: p.named ? `'${p.name}' is a name given in SELECT; write what it stands for: ${p.named}` : p.nearest ? `did you mean '${p.nearest}'?` : p.known ? `known here: ${p.known}` : undefined,
  }),
  'ambiguous-column': (p: { name: string; sources: string }): Text => ({ message: `'${p.name}' could be a column of ${p.sources}`, hint: `write the source's name before it` }),
  'unknown-input': (p: { name: string; nearest?: string; known: string }): Text => ({
    message: `there is no input or step '${p.name}'`,
    hint: p.nearest ? `did you mean '${p.nearest}'?` : `declare it as an input of the job, or with --query as --input ${p.name}=FILE; declared: ${p.known || 'none'}`,
  }),
  'unknown-output': (p: { name: string; nearest?: string; known: string }): Text => ({
    message: `there is no output '${p.name}'`,
    hint: p.nearest ? `did you mean '${p.nearest}'?` : `declare it as an output of the job; declared: ${p.known || 'none'}`,
  }),
  'unknown-function': (p: { name: string; nearest?: string; instead?: string }): Text => ({
    message: `there is no function '${p.name}'`,
    hint: p.instead ? `write ${p.instead}` : p.nearest ? `did you mean ${p.nearest}?` : `a function of your own is called as udf.${p.name.slice(p.name.lastIndexOf('.') + 1)}(…)`,
  }),
  'unknown-udf': (p: { name: string; file: string; nearest?: string; as: 'udf' | 'uda' }): Text => ({
    message: `the job has no function for ${p.name}`,
    hint: p.nearest ? `did you mean ${p.as}.${p.nearest}?` : `write it into ${p.file}, beside the query: function main(${p.as === 'udf' ? 'value) { return …; }' : ') { this.init = …; this.accumulate = …; this.computeResult = …; }'}`,
  }),
  'invalid-udf': (p: { name: string; why: string }): Text => ({ message: `${p.name} cannot be used: ${p.why}` }),
  'unknown-variable': (p: { name: string; nearest?: string; known: string }): Text => ({
    message: `the pattern has no variable '${p.name}'`,
    hint: p.nearest ? `did you mean '${p.nearest}'?` : `variables of the pattern: ${p.known}`,
  }),
  'unknown-type': (p: { name: string }): Text => ({ message: `there is no type '${p.name}'`, hint: 'types are bigint, float, nvarchar(max), datetime, bit, record, array' }),
  'unknown-unit': (p: { name: string; isPart?: boolean }): Text => ({
    message: `'${p.name}' is not a ${p.isPart ? 'part of a time' : 'unit of time here'}`,
    hint: p.isPart ? 'parts are year, quarter, month, dayofyear, day, week, weekday, hour, minute, second, millisecond, microsecond' : 'units are day, hour, minute, second, millisecond, microsecond',
  }),
  'argument-count': (p: { name: string; expected: string; found: number; form?: string }): Text => ({ message: `${p.name.toUpperCase()} takes ${p.expected}, found ${p.found}`, hint: p.form && `write ${p.form}` }),
  'argument-type': (p: { name: string; position: number; found: string; allowed: string }): Text => ({
    message: `argument ${p.position} of ${p.name.toUpperCase()} is ${p.found}; only ${p.allowed} is allowed`,
    hint: `convert it: TRY_CAST(… AS ${p.allowed.split(',')[0]})`,
  }),
  'constant-required': (p: { what: string }): Text => ({ message: `${p.what} must be a constant`, hint: 'write a number, such as 10' }),
  'bad-literal': (p: { text: string }): Text => ({ message: `${p.text} does not fit 64 bits`, hint: 'write it as a float, with a point or an exponent: 1e20' }),
  'argument-value': (p: { what: string; allowed: string }): Text => ({ message: `${p.what} must be ${p.allowed}` }),
  'not-aggregate': (p: { name: string; word: string }): Text => ({ message: `${p.word} is for aggregates, and ${p.name.toUpperCase()} is computed for each row`, hint: `leave ${p.word} out` }),
  'aggregate-without-window': (p: { name: string }): Text => ({
    message: `${p.name} needs a window: results of a stream are computed per stretch of time`,
    hint: 'add GROUP BY TumblingWindow(second, 10), or OVER (LIMIT DURATION(second, 10)) for a value per event',
  }),
  'group-without-window': (_: object): Text => ({ message: 'a window must be specified in GROUP BY', hint: 'add TumblingWindow(second, 10), or System.Timestamp() to group events of the same instant' }),
  'two-windows': (_: object): Text => ({ message: 'only one window is allowed in a GROUP BY', hint: 'use Windows(…, …) for several at once, or a WITH step for one over the other' }),
  'window-outside-group-by': (p: { name: string }): Text => ({ message: `${p.name} is allowed only in GROUP BY`, hint: 'a result has the end of its window as System.Timestamp()' }),
  'aggregate-not-allowed': (p: { where: string }): Text => ({ message: `an aggregate is not allowed in ${p.where}`, hint: 'filter groups with HAVING, or compute it in a WITH step' }),
  'not-grouped': (p: { name: string; named?: { name: string; text: string } }): Text => ({ message: `'${p.name}' is neither grouped nor aggregated`, hint: p.named ? `GROUP BY ${p.named.name} means a column of the source; write what the name stands for: GROUP BY ${p.named.text}` : `add it to GROUP BY, or take one of its values, e.g. MAX(${p.name}) or TopOne()` }),
  'star-in-group': (_: object): Text => ({ message: "'*' has no single value in a group", hint: 'name the keys and aggregates; Collect() gives all events of the group, TopOne() OVER (ORDER BY …) one of them' }),
  'join-without-datediff': (p: { left: string; right: string; ofColumns: boolean; oneSided: boolean }): Text => ({
    message: `the join of ${p.left} and ${p.right} has no ${p.oneSided ? 'second ' : ''}bound in time`,
    hint: p.ofColumns
      ? `DATEDIFF must compare the sources and not their columns: DATEDIFF(minute, ${p.left}, ${p.right}) BETWEEN 0 AND 5`
      : p.oneSided
        ? `bound it on both sides: DATEDIFF(minute, ${p.left}, ${p.right}) BETWEEN 0 AND 5`
        : `add AND DATEDIFF(minute, ${p.left}, ${p.right}) BETWEEN 0 AND 5; if ${p.right} is reference data, declare it as such in the job`,
  }),
  'reference-must-be-joined': (p: { name: string }): Text => ({ message: `reference data '${p.name}' cannot be read alone`, hint: 'JOIN it to a streaming input' }),
  'timestamp-by-step': (p: { name: string; kind: 'a step' | 'reference data' }): Text => ({
    message: `TIMESTAMP BY is allowed on streaming inputs only, and '${p.name}' is ${p.kind}`,
    hint: p.kind === 'a step' ? 'put it where the step reads its input' : 'leave it out: a row of reference data has no time',
  }),
  'duplicate-step': (p: { name: string }): Text => ({ message: `there are two steps named '${p.name}'`, hint: 'give one of them another name' }),
  'duplicate-source': (p: { name: string }): Text => ({ message: `there are two sources named '${p.name}'`, hint: 'give each an alias of its own: FROM first a JOIN second b' }),
  'duplicate-declaration': (p: { what: string; name: string }): Text => ({ message: `there are two ${p.what} named '${p.name}'`, hint: 'leave one out' }),
  'only-in-apply': (p: { name: string }): Text => ({ message: `${p.name} gives rows, not a value`, hint: `write FROM input CROSS APPLY ${p.name}(…) AS item` }),
  'into-in-step': (_: object): Text => ({ message: 'INTO is not allowed inside WITH', hint: 'select from the step into the output afterwards' }),
  'union-columns': (p: { left: string; right: string }): Text => ({ message: `the sides of UNION differ in their columns: ${p.left} against ${p.right}`, hint: 'select as many columns on both sides, in one order' }),
  'union-outputs': (p: { left: string; right: string }): Text => ({ message: `the sides of UNION go to two outputs, ${p.left} and ${p.right}`, hint: 'write INTO in the first SELECT only' }),
  'bad-window': (p: { why: string; example: string }): Text => ({ message: p.why, hint: `for example ${p.example}` }),
  'over-required': (p: { name: string; example: string }): Text => ({ message: `${p.name.toUpperCase()} needs an OVER clause`, hint: `for example ${p.example}` }),
  'limit-required': (p: { name: string; example: string }): Text => ({ message: `${p.name.toUpperCase()} OVER (…) needs LIMIT DURATION: how far it looks back`, hint: `for example ${p.example}` }),
  'too-long': (p: { what: string }): Text => ({ message: `${p.what} is longer than 7 days, the longest that is allowed`, hint: 'aggregate in a WITH step first, and join or compare its results' }),
  'no-select': (_: object): Text => ({ message: 'the query has no SELECT statement', hint: 'add SELECT … INTO output FROM step' }),
} as const;

export type Code = keyof typeof CATALOGUE;
