-- An aggregate over an aggregate, and the same step for two outputs.
WITH perSecond AS (SELECT k, COUNT(*) AS n FROM input TIMESTAMP BY t GROUP BY k, TumblingWindow(second, 1))
SELECT MAX(n) AS peak, SUM(n) AS total INTO peaks FROM perSecond GROUP BY TumblingWindow(second, 10)
SELECT k, n INTO busy FROM perSecond WHERE n > 1
> send
{"k":"a","t":"2024-01-01T00:00:00.5Z"}
{"k":"a","t":"2024-01-01T00:00:00.6Z"}
{"k":"b","t":"2024-01-01T00:00:00.7Z"}
{"k":"a","t":"2024-01-01T00:00:05Z"}
{"k":"a","t":"2024-01-01T00:00:10.5Z"}
> rows peaks
{"peak":2,"total":4}
{"peak":1,"total":1}
> rows busy
{"k":"a","n":2}
