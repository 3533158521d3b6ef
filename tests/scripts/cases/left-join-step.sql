-- What a left join tells of its loners keeps its time, also for a window behind it, wherever the bounds lie.
WITH alone AS (
  SELECT a.id FROM input a TIMESTAMP BY t LEFT JOIN other b TIMESTAMP BY t ON a.id = b.id AND DATEDIFF(second, a, b) BETWEEN -10 AND -5 WHERE b.id IS NULL
), unanswered AS (
  SELECT a.id FROM input a TIMESTAMP BY t LEFT JOIN other b TIMESTAMP BY t ON a.id = b.id AND DATEDIFF(second, a, b) BETWEEN 0 AND 5 WHERE b.id IS NULL
)
SELECT COUNT(*) AS n, System.Timestamp() AS e INTO without_past FROM alone GROUP BY TumblingWindow(second, 10)
SELECT COUNT(*) AS n, System.Timestamp() AS e INTO without_answer FROM unanswered GROUP BY TumblingWindow(second, 10)
> send other
{"id":1,"t":"2024-01-01T00:00:01Z"}
{"id":3,"t":"2024-01-01T00:00:14Z"}
{"id":9,"t":"2024-01-01T00:01:00Z"}
> send
{"id":1,"t":"2024-01-01T00:00:08Z"}
{"id":2,"t":"2024-01-01T00:00:09Z"}
{"id":3,"t":"2024-01-01T00:00:12Z"}
{"id":4,"t":"2024-01-01T00:00:18Z"}
> rows without_past
{"n":1,"e":"2024-01-01T00:00:10.0000000Z"}
{"n":2,"e":"2024-01-01T00:00:20.0000000Z"}
> rows without_answer
{"n":2,"e":"2024-01-01T00:00:20.0000000Z"}
{"n":1,"e":"2024-01-01T00:00:30.0000000Z"}
