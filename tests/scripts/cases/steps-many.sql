-- One step for several readers, steps over steps, UNION of steps that live in different stages, a step joined with its source.
WITH raw AS (SELECT k, v FROM input TIMESTAMP BY t WHERE v > 0),
counts AS (SELECT k, COUNT(*) AS v FROM raw GROUP BY k, TumblingWindow(second, 10)),
changes AS (SELECT k, v - LAG(v, 1, 0) OVER (PARTITION BY k LIMIT DURATION(minute, 1)) AS v FROM raw),
every AS (SELECT k, v FROM raw UNION SELECT k, v FROM counts UNION SELECT k, v FROM changes)
SELECT k, v INTO all_of_them FROM every
SELECT k, SUM(v) AS v, System.Timestamp() AS e INTO sums FROM every GROUP BY k, TumblingWindow(second, 10)
SELECT r.k, r.v, c.v AS n INTO with_count FROM raw r JOIN counts c ON r.k = c.k AND DATEDIFF(second, r, c) BETWEEN 0 AND 10
SELECT MAX(v) AS top INTO highest FROM counts GROUP BY System.Timestamp()
> send
{"k":"a","v":3,"t":"2024-01-01T00:00:01Z"}
{"k":"a","v":5,"t":"2024-01-01T00:00:02Z"}
{"k":"b","v":-1,"t":"2024-01-01T00:00:03Z"}
{"k":"b","v":2,"t":"2024-01-01T00:00:11Z"}
> rows all_of_them
{"k":"a","v":3}
{"k":"a","v":5}
{"k":"b","v":2}
{"k":"a","v":2}
{"k":"b","v":1}
{"k":"a","v":3}
{"k":"a","v":2}
{"k":"b","v":2}
> rows sums
{"k":"a","v":15,"e":"2024-01-01T00:00:10.0000000Z"}
{"k":"b","v":5,"e":"2024-01-01T00:00:20.0000000Z"}
> rows with_count
{"k":"a","v":3,"n":2}
{"k":"a","v":5,"n":2}
{"k":"b","v":2,"n":1}
> rows highest
{"top":2}
{"top":1}
