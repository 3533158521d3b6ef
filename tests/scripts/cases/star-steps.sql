-- A step of `*` has its columns row by row; whatever can read an input can read it.
WITH s AS (SELECT * FROM input TIMESTAMP BY t),
late AS (SELECT * FROM s WHERE v > 1),
both AS (SELECT * FROM late UNION SELECT * FROM other TIMESTAMP BY t)
SELECT s.k, COUNT(*) AS n, MAX(s.rec.x) AS x INTO counts FROM s GROUP BY s.k, TumblingWindow(second, 10)
SELECT a.v AS a, b.v AS b INTO pairs FROM s a JOIN late b ON a.k = b.k AND DATEDIFF(second, a, b) BETWEEN 1 AND 5
SELECT v, LAG(rec.x) OVER (PARTITION BY k LIMIT DURATION(minute, 1)) AS before, LAG(*) OVER (PARTITION BY k LIMIT DURATION(second, 1)) AS event INTO lags FROM s
SELECT s.v, e.ArrayValue AS item INTO items FROM s CROSS APPLY GetArrayElements(s.list) AS e
SELECT b.k, b.v, r.name INTO named FROM both b LEFT JOIN rooms r ON b.k = r.k
SELECT k, TopOne() OVER (ORDER BY v DESC) AS best INTO tops FROM both GROUP BY k, TumblingWindow(second, 10)
> send
{"k":"a","v":1,"rec":{"x":5},"list":[1],"t":"2024-01-01T00:00:01Z"}
{"k":"a","v":2,"rec":null,"t":"2024-01-01T00:00:04Z"}
{"k":"b","v":3,"t":"2024-01-01T00:00:05Z"}
> send other
{"k":"b","v":9,"t":"2024-01-01T00:00:06Z"}
> reference rooms
{"k":"a","name":"hall"}
> rows counts
{"k":"a","n":2,"x":5}
{"k":"b","n":1,"x":null}
> rows pairs
{"a":1,"b":2}
> rows lags
{"v":1,"before":null,"event":null}
{"v":2,"before":5,"event":null}
{"v":3,"before":null,"event":null}
> rows items
{"v":1,"item":1}
> rows named
{"k":"a","v":2,"name":"hall"}
{"k":"b","v":3,"name":null}
{"k":"b","v":9,"name":null}
> rows tops
{"k":"a","best":{"k":"a","v":2,"rec":null,"t":"2024-01-01T00:00:04Z"}}
{"k":"b","best":{"k":"b","v":9,"t":"2024-01-01T00:00:06Z"}}
