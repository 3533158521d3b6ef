import { gzipSync } from 'node:zlib';
import { QueryError } from '../../../shared/errors';
import { createDecoder, type FormatOptions } from '../../../shared/formats/decoder';
import { texts, type Target } from '../target';

const JSON_CORPUS = texts('{"a":1,"b":{"c":[1,2.5e3,"x\\u00e9"]},"d":null,"e":true}', '[{"a":1},{"a":2}]', '{"a":1}\n{"a":2}\n', '\ufeff{"t":"2024-01-01T00:00:00Z","n":9007199254740993}', '{"a":"\\"\\\\\\n","a":2,"__proto__":{"x":1}}');
const CSV_CORPUS = texts('a,b,c\r\n1,"x ""y"", z",\r\n2\n', 'id,__proto__,constructor\n1,2,3\n', '\ufeffa\n\n"multi\nline"\n');

/** Any bytes give records or a reason. */
function decoder(name: string, corpus: readonly Buffer[], options: FormatOptions): Target {
  return {
    name,
    corpus,
    words: texts('{', '}', '[', ']', '"', ',', ':', 'null', 'true', '1e999', '-0', '\\ud800', '99999999999999999999999', '"__proto__"', '[[[[[[[[', '\n'),
    start: async () => {
      const decode = createDecoder(options);
      return {
        feed: (input) => {
          try {
            if (!Array.isArray(decode(input))) throw new Error('it gives no records');
          } catch (error) {
            if (!(error instanceof QueryError)) throw error;
          }
          if (Object.keys(Object.prototype).length > 0) throw new Error('the input has changed the prototype of all objects');
        },
        stop: async () => undefined,
      };
    },
  };
}

export const json = decoder('json', JSON_CORPUS, { format: 'json', booleansAsBit: true });
export const csv = decoder('csv', CSV_CORPUS, { format: 'csv', booleansAsBit: true });
export const gzip = decoder('gzip', JSON_CORPUS.map((body) => gzipSync(body)), { format: 'json', compression: 'gzip', booleansAsBit: true });
