-- User-defined functions: values go in and out by their types; a row that one fails for is set aside.
SELECT id, udf.Describe(value, System.Timestamp()) AS seen, udf.hex2Int(hex) AS n INTO out
FROM input TIMESTAMP BY t
WHERE udf.hex2Int(hex) > 0
> function describe
function main(value, time) {
  return { kind: value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value, at: time, later: new Date(time.getTime() + 1000), next: value + 1 };
}
> function hex2Int
function hex2Int(hex) {
  if (hex === 'bad') throw new Error('not hexadecimal');
  return parseInt(hex, 16);
}
> send
{"id": 1, "value": 1, "hex": "B4", "t": "2024-01-01T00:00:01Z"}
{"id": 2, "value": "a", "hex": "11B", "t": "2024-01-01T00:00:02Z"}
{"id": 3, "hex": "121", "t": "2024-01-01T00:00:03Z"}
{"id": 4, "value": 1, "hex": "bad", "t": "2024-01-01T00:00:04Z"}
{"id": 5, "value": 1, "hex": "zz", "t": "2024-01-01T00:00:05Z"}
{"id": 6, "value": 0.5, "hex": "1", "t": "2024-01-01T00:00:06Z"}
> rows out
{"id":1,"seen":{"kind":"number","at":"2024-01-01T00:00:01.0000000Z","later":"2024-01-01T00:00:02.0000000Z","next":2},"n":180}
{"id":2,"seen":{"kind":"string","at":"2024-01-01T00:00:02.0000000Z","later":"2024-01-01T00:00:03.0000000Z","next":"a1"},"n":283}
{"id":3,"seen":{"kind":"null","at":"2024-01-01T00:00:03.0000000Z","later":"2024-01-01T00:00:04.0000000Z","next":1},"n":289}
{"id":6,"seen":{"kind":"number","at":"2024-01-01T00:00:06.0000000Z","later":"2024-01-01T00:00:07.0000000Z","next":1.5},"n":1}
> dead
udf-failed
