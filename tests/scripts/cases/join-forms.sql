-- Joins: boundaries are counted, not lengths; bounds may be negative; other conditions decide too; several matches give several rows.
SELECT a.id AS a, b.id AS b, System.Timestamp() AS e INTO minutes FROM input a TIMESTAMP BY t JOIN input b TIMESTAMP BY t ON DATEDIFF(minute, a, b) = 1
SELECT a.id AS a, b.id AS b INTO before FROM input a TIMESTAMP BY t JOIN input b TIMESTAMP BY t ON DATEDIFF(second, a, b) BETWEEN -30 AND -1
SELECT a.id AS a, b.id AS b INTO open_ended FROM input a TIMESTAMP BY t JOIN input b TIMESTAMP BY t ON DATEDIFF(second, b, a) < 0 AND DATEDIFF(second, a, b) <= 40 AND a.v < b.v
SELECT a.id AS a, b.id AS b, System.Timestamp() AS e INTO lefts FROM input a TIMESTAMP BY t LEFT JOIN input b TIMESTAMP BY t ON a.k = b.k AND DATEDIFF(second, a, b) BETWEEN 1 AND 40 AND b.v > 1
SELECT a.id AS a, System.Timestamp() AS e INTO past FROM input a TIMESTAMP BY t LEFT JOIN input b TIMESTAMP BY t ON DATEDIFF(second, a, b) BETWEEN -20 AND -10 WHERE b.id IS NULL
> send
{"id":1,"k":"x","v":1,"t":"2024-01-01T00:00:01Z"}
{"id":2,"k":"x","v":2,"t":"2024-01-01T00:00:30Z"}
{"id":3,"k":"x","v":3,"t":"2024-01-01T00:00:59Z"}
{"id":4,"k":null,"v":4,"t":"2024-01-01T00:01:00Z"}
> rows minutes
{"a":1,"b":4,"e":"2024-01-01T00:01:00.0000000Z"}
{"a":2,"b":4,"e":"2024-01-01T00:01:00.0000000Z"}
{"a":3,"b":4,"e":"2024-01-01T00:01:00.0000000Z"}
> rows before
{"a":2,"b":1}
{"a":3,"b":2}
{"a":4,"b":2}
{"a":4,"b":3}
> rows open_ended
{"a":1,"b":2}
{"a":2,"b":3}
{"a":2,"b":4}
{"a":3,"b":4}
> rows lefts
{"a":1,"b":2,"e":"2024-01-01T00:00:30.0000000Z"}
{"a":2,"b":3,"e":"2024-01-01T00:00:59.0000000Z"}
{"a":3,"b":null,"e":"2024-01-01T00:01:39.0000000Z"}
{"a":4,"b":null,"e":"2024-01-01T00:01:40.0000000Z"}
> rows past
{"a":1,"e":"2024-01-01T00:00:01.0000000Z"}
{"a":2,"e":"2024-01-01T00:00:30.0000000Z"}
{"a":3,"e":"2024-01-01T00:00:59.0000000Z"}
{"a":4,"e":"2024-01-01T00:01:00.0000000Z"}
