/**
 * What runs inside a sandbox around the user's source: it turns the texts that cross into values and back. Values cross as JSON text; what JSON does not know is a
 * one-member object (see wire.ts), and a text that has one starts with a space, so that the other side need not look for any. A text that starts with `E` is an error.
 *
 * `prepare(main, asConstructor)` gives the functions that the host calls. All built-ins are taken before the user's source runs.
 */
export const PRELUDE = `(function () {
'use strict';
const { parse, stringify } = JSON, { isArray } = Array, { keys, defineProperty, prototype: objectPrototype } = Object, { isInteger, isFinite } = Number;
const DateOf = Date, BigIntOf = BigInt, StringOf = String, TypeErrorOf = TypeError, apply = Reflect.apply, construct = Reflect.construct;
const millis = Date.prototype.getTime, tagText = objectPrototype.toString, digits = BigInt.prototype.toString, slice = String.prototype.slice, startsWith = String.prototype.startsWith;
const DEEPEST = 100, LONGEST = 8000000, INT64 = 2 ** 63;

function revive(value) {
  if (typeof value !== 'object' || value === null) return value;
  if (isArray(value)) {
    for (let i = 0; i < value.length; i++) value[i] = revive(value[i]);
    return value;
  }
  const names = keys(value);
  if (names.length === 1) {
    const inner = value[names[0]];
    switch (names[0]) {
      case '$t': return new DateOf(inner);
      case '$f': return +inner;
      case '$n': return BigIntOf(inner);
      case '$u': return undefined;
      case '$r': {
        const record = {};
        for (let i = 0; i < inner.length; i++) defineProperty(record, inner[i][0], { value: revive(inner[i][1]), writable: true, enumerable: true, configurable: true });
        return record;
      }
    }
  }
  for (let i = 0; i < names.length; i++) value[names[i]] = revive(value[names[i]]);
  return value;
}

const read = (text) => (text[0] === ' ' ? revive(parse(text)) : parse(text));

let tagged = false, forState = false;
function tag(name, content) {
  tagged = true;
  return '{"' + name + '":' + content + '}';
}

function write(value, depth) {
  switch (typeof value) {
    case 'number': return numberText(value);
    case 'string': return stringify(value);
    case 'boolean': return value ? 'true' : 'false';
    case 'undefined': return forState ? tag('$u', '1') : 'null';
    case 'object': return value === null ? 'null' : objectText(value, depth);
    case 'bigint': if (forState) return tag('$n', '"' + apply(digits, value, []) + '"');
  }
  throw new TypeErrorOf('a ' + typeof value + refused());
}

const refused = () => (forState ? ' cannot be kept in the state of an aggregate' : ' cannot be returned');

function numberText(value) {
  if (!isFinite(value)) return tag('$f', '"' + value + '"');
  if (value === 0) return forState && 1 / value < 0 ? tag('$f', '"-0"') : '0';
  const isWide = isInteger(value) && (value > 9007199254740991 || value < -9007199254740991);
  return isWide && !forState && value < INT64 && value >= -INT64 ? tag('$i', '"' + apply(digits, BigIntOf(value), []) + '"') : StringOf(value);
}

function objectText(value, depth) {
  if (depth > DEEPEST) throw new TypeErrorOf('an object that is nested deeper than ' + DEEPEST + ' levels or contains itself' + refused());
  if (isArray(value)) {
    let text = '[';
    for (let i = 0; i < value.length; i++) text += (i > 0 ? ',' : '') + write(value[i], depth + 1);
    return text + ']';
  }
  const kind = apply(slice, apply(tagText, value, []), [8, -1]);
  if (kind === 'Date') {
    const ms = apply(millis, value, []);
    if (ms !== ms && !forState) throw new TypeErrorOf('an invalid Date' + refused());
    return tag('$t', ms === ms ? ms : 'null');
  }
  if (kind !== 'Object') throw new TypeErrorOf('a value of the kind ' + kind + refused());
  return recordText(value, depth, false);
}

function recordText(value, depth, skipsFunctions) {
  const names = keys(value);
  let isOdd = false, count = 0;
  for (let i = 0; i < names.length; i++) if (names[i][0] === '$' || names[i] === '__proto__') isOdd = true;
  const open = isOdd ? '[' : '', between = isOdd ? ',' : ':', close = isOdd ? ']' : '';
  let text = '';
  for (let i = 0; i < names.length; i++) {
    const member = value[names[i]];
    if (skipsFunctions && typeof member === 'function') continue;
    text += (count++ > 0 ? ',' : '') + open + stringify(names[i]) + between + write(member, depth + 1) + close;
  }
  return isOdd ? tag('$r', '[' + text + ']') : '{' + text + '}';
}

function finish(value, keepsState) {
  tagged = false;
  forState = keepsState;
  const text = keepsState ? recordText(value, 0, true) : write(value, 0);
  if (text.length > LONGEST) throw new TypeErrorOf('a value of more than ' + LONGEST + ' characters' + refused());
  return tagged ? ' ' + text : text;
}

const short = (text) => apply(slice, StringOf(text), [0, 500]);

function describe(error) {
  try {
    if (typeof error !== 'object' || error === null) return 'E' + short(error);
    const where = /\\((udf\\/[^()]*)\\)/.exec(StringOf(error.stack));
    return 'E' + short(error.name) + ': ' + short(error.message) + (where ? ' (' + where[1] + ')' : '');
  } catch (_) {
    return 'Ean error that cannot be described';
  }
}

const attempting = (work) => (text) => {
  try {
    return work(text);
  } catch (error) {
    return describe(error);
  }
};

function prepare(main) {
  const methodOf = (self, name) => {
    if (typeof self[name] !== 'function') throw new TypeErrorOf('the aggregate has no function this.' + name);
    return self[name];
  };
  const revived = (state) => {
    const self = construct(main, []);
    const names = keys(state);
    for (let i = 0; i < names.length; i++) self[names[i]] = state[names[i]];
    return self;
  };
  const call = attempting((text) => finish(apply(main, undefined, read(text)), false));
  const stepping = (name) => attempting((text) => {
    const given = read(text), state = given[0], value = given[1], ms = given[2];
    const self = state === null ? construct(main, []) : revived(state);
    if (state === null && self.init !== undefined) apply(methodOf(self, 'init'), self, []);
    apply(methodOf(self, name), self, [value, new DateOf(ms)]);
    return finish(self, true);
  });
  const computeResult = attempting((text) => {
    const self = revived(read(text));
    return finish(apply(methodOf(self, 'computeResult'), self, []), false);
  });
  const check = attempting(() => {
    const self = construct(main, []);
    methodOf(self, 'accumulate');
    methodOf(self, 'computeResult');
    return typeof self.deaccumulate === 'function' ? 'true' : 'false';
  });
  return { call, accumulate: stepping('accumulate'), deaccumulate: stepping('deaccumulate'), computeResult, check };
}
return prepare;
})()`;
