-- UNION outside of a step, in parentheses, with one INTO for all sides. Equal rows stay, also groups of one window and key.
(SELECT k, v INTO all_of_them FROM input TIMESTAMP BY t) UNION ALL SELECT k, v FROM other TIMESTAMP BY t UNION (SELECT k, v FROM input TIMESTAMP BY t WHERE v > 1)
SELECT k, COUNT(*) AS n INTO counts FROM input TIMESTAMP BY t GROUP BY k, TumblingWindow(second, 10)
UNION SELECT k, COUNT(*) FROM other TIMESTAMP BY t GROUP BY k, TumblingWindow(second, 10)
SELECT v, System.Timestamp() AS time INTO times FROM input TIMESTAMP BY t
> send input
{"k":"x","v":1,"t":"2024-01-01T00:00:01Z"}
{"k":"x","v":2,"t":"2024-01-01T00:00:02Z"}
{"k":"x","v":3,"t":"2024-01-01T00:00:01Z"}
> send other
{"k":"x","v":1,"t":"2024-01-01T00:00:01Z"}
{"k":"x","v":1,"t":"2024-01-01T00:00:01Z"}
{"k":"x","v":1,"t":"2024-01-01T00:00:01Z"}
> rows all_of_them
{"k":"x","v":1}
{"k":"x","v":1}
{"k":"x","v":1}
{"k":"x","v":1}
{"k":"x","v":2}
{"k":"x","v":2}
{"k":"x","v":3}
{"k":"x","v":3}
> rows counts
{"k":"x","n":3}
{"k":"x","n":3}
> rows times
{"v":1,"time":"2024-01-01T00:00:01.0000000Z"}
{"v":2,"time":"2024-01-01T00:00:02.0000000Z"}
{"v":3,"time":"2024-01-01T00:00:01.0000000Z"}
