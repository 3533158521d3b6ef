-- Windows() of all kinds at once. Without ids System.Window().Id is NULL; System.Timestamp() may be one of them. Re-aggregation joins by id.
SELECT System.Window().Id AS w, k, COUNT(*) AS n, System.Timestamp() AS e INTO plain FROM input TIMESTAMP BY t
GROUP BY k, Windows(System.Timestamp(), TumblingWindow(second, 10), SlidingWindow(second, 5), SessionWindow(second, 5, 60) OVER (PARTITION BY k))
SELECT System.Window().Id, COUNT(*) AS n INTO named FROM input TIMESTAMP BY t
GROUP BY Windows(Window('Ten', TumblingWindow(second, 10)), Window('hop', HoppingWindow(second, 10, 5)))
SELECT COUNT(*) AS n INTO one FROM input TIMESTAMP BY t GROUP BY Windows(TumblingWindow(second, 10)), k HAVING COUNT(*) > 1
> send
{"k":"a","t":"2024-01-01T00:00:01Z"}
{"k":"a","t":"2024-01-01T00:00:04Z"}
{"k":"b","t":"2024-01-01T00:00:12Z"}
> rows plain
{"w":null,"k":"a","n":1,"e":"2024-01-01T00:00:01.0000000Z"}
{"w":null,"k":"a","n":1,"e":"2024-01-01T00:00:04.0000000Z"}
{"w":null,"k":"b","n":1,"e":"2024-01-01T00:00:12.0000000Z"}
{"w":null,"k":"a","n":2,"e":"2024-01-01T00:00:10.0000000Z"}
{"w":null,"k":"b","n":1,"e":"2024-01-01T00:00:20.0000000Z"}
{"w":null,"k":"a","n":1,"e":"2024-01-01T00:00:01.0000000Z"}
{"w":null,"k":"a","n":2,"e":"2024-01-01T00:00:04.0000000Z"}
{"w":null,"k":"a","n":1,"e":"2024-01-01T00:00:06.0000000Z"}
{"w":null,"k":"b","n":1,"e":"2024-01-01T00:00:12.0000000Z"}
{"w":null,"k":"a","n":2,"e":"2024-01-01T00:00:09.0000000Z"}
{"w":null,"k":"b","n":1,"e":"2024-01-01T00:00:17.0000000Z"}
> rows named
{"Id":"Ten","n":2}
{"Id":"Ten","n":1}
{"Id":"hop","n":2}
{"Id":"hop","n":2}
{"Id":"hop","n":1}
{"Id":"hop","n":1}
> rows one
{"n":2}
