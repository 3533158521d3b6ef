-- Several SELECTs into one output: rows of the same event, instant, window and key stay apart.
SELECT k, v INTO out FROM input TIMESTAMP BY t
SELECT k, v + 10 AS v INTO out FROM input TIMESTAMP BY t WHERE v > 1
SELECT k, COUNT(*) AS v INTO out FROM input TIMESTAMP BY t GROUP BY k, TumblingWindow(second, 10)
SELECT k, SUM(v) + 100 AS v INTO out FROM input TIMESTAMP BY t GROUP BY k, TumblingWindow(second, 10)
SELECT k, v + 1000 AS v INTO out FROM input TIMESTAMP BY t WHERE System.Timestamp() > '2024-01-01T00:00:01Z'
SELECT k, v + LAG(v, 1, 5000) OVER (LIMIT DURATION(second, 1)) AS v INTO out FROM input TIMESTAMP BY t
> send
{"k":"a","v":1,"t":"2024-01-01T00:00:01Z"}
{"k":"a","v":2,"t":"2024-01-01T00:00:03Z"}
> rows out
{"k":"a","v":1}
{"k":"a","v":2}
{"k":"a","v":12}
{"k":"a","v":2}
{"k":"a","v":103}
{"k":"a","v":1002}
{"k":"a","v":5001}
{"k":"a","v":5002}
