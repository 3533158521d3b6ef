-- HAVING filters groups by aggregates, by aliases, and by group keys, which come before aliases of the same name; without GROUP BY it is a WHERE.
SELECT k, COUNT(*) AS n INTO by_alias FROM input TIMESTAMP BY t GROUP BY k, TumblingWindow(second, 10) HAVING n >= 2
SELECT k, COUNT(*) AS [Count] INTO by_aggregate FROM input TIMESTAMP BY t GROUP BY k, TumblingWindow(second, 10) HAVING MAX(v) > 4 AND [Count] = 1
SELECT v + 10 AS v, COUNT(*) AS n INTO by_key FROM input TIMESTAMP BY t GROUP BY v, TumblingWindow(second, 10) HAVING v < 3
SELECT k INTO plain FROM input TIMESTAMP BY t HAVING v = 5
> send
{"k":"a","v":1,"t":"2024-01-01T00:00:01Z"}
{"k":"a","v":2,"t":"2024-01-01T00:00:02Z"}
{"k":"b","v":5,"t":"2024-01-01T00:00:03Z"}
> rows by_alias
{"k":"a","n":2}
> rows by_aggregate
{"k":"b","Count":1}
> rows by_key
{"v":11,"n":1}
{"v":12,"n":1}
> rows plain
{"k":"b"}
