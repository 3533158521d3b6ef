-- UNION keeps duplicates: both sides may have a row of the same window and key.
WITH both AS (
  SELECT k, COUNT(*) AS n FROM input TIMESTAMP BY t GROUP BY k, TumblingWindow(second, 5)
  UNION
  SELECT k, SUM(v) AS n FROM input TIMESTAMP BY t GROUP BY k, TumblingWindow(second, 5)
)
SELECT k, n, System.Timestamp() AS e FROM both
> send
{"k":"a","v":1,"t":"2024-01-01T00:00:01Z"}
{"k":"a","v":1,"t":"2024-01-01T00:00:02Z"}
{"k":"b","v":7,"t":"2024-01-01T00:00:03Z"}
{"k":"a","v":4,"t":"2024-01-01T00:00:11Z"}
> rows
{"k":"a","n":2,"e":"2024-01-01T00:00:05.0000000Z"}
{"k":"a","n":2,"e":"2024-01-01T00:00:05.0000000Z"}
{"k":"b","n":1,"e":"2024-01-01T00:00:05.0000000Z"}
{"k":"b","n":7,"e":"2024-01-01T00:00:05.0000000Z"}
{"k":"a","n":1,"e":"2024-01-01T00:00:15.0000000Z"}
{"k":"a","n":4,"e":"2024-01-01T00:00:15.0000000Z"}
