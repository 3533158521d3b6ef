-- A row that cannot be computed is set aside alone: it opens no group, is not remembered by LAG or OVER, and takes no other row with it.
SELECT k, COUNT(*) AS n, SUM(CAST(v AS bigint)) AS s INTO grouped FROM input TIMESTAMP BY t GROUP BY k, TumblingWindow(second, 10)
SELECT k, COUNT(*) AS n, SUM(CAST(v AS bigint)) AS s INTO sliding FROM input TIMESTAMP BY t GROUP BY k, SlidingWindow(second, 1)
SELECT COUNT(*) AS n INTO sessions FROM input TIMESTAMP BY t GROUP BY SessionWindow(second, 10, 100) OVER (PARTITION BY CAST(v AS bigint))
SELECT id, LAG(id) OVER (LIMIT DURATION(minute, 1)) AS before, SUM(v) OVER (LIMIT DURATION(minute, 1)) AS lately INTO running FROM input TIMESTAMP BY t
SELECT a.id, b.id AS other INTO pairs FROM input a TIMESTAMP BY t JOIN input b TIMESTAMP BY t ON DATEDIFF(second, a, b) BETWEEN 1 AND 2 AND CAST(a.v AS bigint) + CAST(b.v AS bigint) > 0
> send
{"id":1,"k":"a","v":"1","t":"2024-01-01T00:00:01Z"}
{"id":2,"k":"b","v":"x","t":"2024-01-01T00:00:02Z"}
{"id":3,"k":"a","v":"2","t":"2024-01-01T00:00:03Z"}
> rows grouped
{"k":"a","n":2,"s":3}
> rows sliding
{"k":"a","n":1,"s":1}
{"k":"a","n":1,"s":2}
> rows sessions
{"n":1}
{"n":1}
> rows running
{"id":1,"before":null,"lately":1}
{"id":3,"before":1,"lately":3}
> rows pairs
{"id":1,"other":3}
> dead
cast-failed
invalid-argument-type
