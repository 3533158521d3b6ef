-- Two inputs, each with a window of its own, and a join of three: columns that nobody reads behind the first scan do not disturb the others.
SELECT a.k, COUNT(*) AS n INTO first FROM input a TIMESTAMP BY t WHERE a.unread <> 1 GROUP BY a.k, TumblingWindow(second, 10)
SELECT b.k, COUNT(*) AS n INTO second FROM other b TIMESTAMP BY t WHERE b.unread <> 1 GROUP BY b.k, TumblingWindow(second, 10)
SELECT a.v AS a, b.v AS b, c.v AS c INTO third FROM input a TIMESTAMP BY t
JOIN input b TIMESTAMP BY t ON a.k = b.k AND DATEDIFF(second, a, b) BETWEEN 1 AND 5
JOIN other c TIMESTAMP BY t ON b.k = c.k AND DATEDIFF(second, b, c) BETWEEN 1 AND 5
> send input
{"k":"x","v":1,"unread":0,"t":"2024-01-01T00:00:01Z"}
{"k":"x","v":2,"unread":1,"t":"2024-01-01T00:00:03Z"}
> send other
{"k":"x","v":3,"unread":0,"t":"2024-01-01T00:00:05Z"}
{"k":"x","v":4,"unread":0,"t":"2024-01-01T00:00:09Z"}
> rows first
{"k":"x","n":1}
> rows second
{"k":"x","n":2}
> rows third
{"a":1,"b":2,"c":3}
