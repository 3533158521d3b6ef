-- Snapshot: events of one instant. Beside another window System.Timestamp() is just a key: results of a step are batched by the time that they have.
WITH every AS (SELECT k, COUNT(*) AS n FROM input TIMESTAMP BY t GROUP BY k, System.Timestamp())
SELECT k, n, System.Timestamp() AS e INTO instants FROM every
SELECT SUM(n) AS n, System.Timestamp() AS e INTO batched FROM every GROUP BY System.Timestamp(), TumblingWindow(second, 10)
> send
{"k":"a","t":"2024-01-01T00:00:01Z"}
{"k":"a","t":"2024-01-01T00:00:01Z"}
{"k":"b","t":"2024-01-01T00:00:01Z"}
{"k":"a","t":"2024-01-01T00:00:01.0000001Z"}
> rows instants
{"k":"a","n":2,"e":"2024-01-01T00:00:01.0000000Z"}
{"k":"b","n":1,"e":"2024-01-01T00:00:01.0000000Z"}
{"k":"a","n":1,"e":"2024-01-01T00:00:01.0000001Z"}
> rows batched
{"n":3,"e":"2024-01-01T00:00:10.0000000Z"}
{"n":1,"e":"2024-01-01T00:00:10.0000000Z"}
