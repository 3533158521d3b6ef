-- Offsets shift the ends of windows; Offset(millisecond, -1) makes (start, end] include the start and not the end. Hops may have another unit.
SELECT COUNT(*) AS n, System.Timestamp() AS e INTO shifted FROM input TIMESTAMP BY t GROUP BY TumblingWindow(second, 10, 3)
SELECT COUNT(*) AS n, System.Timestamp() AS e INTO back FROM input TIMESTAMP BY t GROUP BY Tumbling(Duration(second, 10), Offset(millisecond, -1))
SELECT COUNT(*) AS n, System.Timestamp() AS e INTO hops FROM input TIMESTAMP BY t GROUP BY Hopping(Duration(minute, 1), Hop(second, 30), Offset(second, 5))
SELECT COUNT(*) AS n, System.Timestamp() AS e INTO odd FROM input TIMESTAMP BY t GROUP BY HoppingWindow(second, 7, 5)
> send
{"t":"2024-01-01T00:00:03Z"}
{"t":"2024-01-01T00:00:10Z"}
{"t":"2024-01-01T00:00:13Z"}
{"t":"2024-01-01T00:00:14Z"}
> rows shifted
{"n":1,"e":"2024-01-01T00:00:03.0000000Z"}
{"n":2,"e":"2024-01-01T00:00:13.0000000Z"}
{"n":1,"e":"2024-01-01T00:00:23.0000000Z"}
> rows back
{"n":1,"e":"2024-01-01T00:00:09.9990000Z"}
{"n":3,"e":"2024-01-01T00:00:19.9990000Z"}
> rows hops
{"n":1,"e":"2024-01-01T00:00:05.0000000Z"}
{"n":4,"e":"2024-01-01T00:00:35.0000000Z"}
{"n":3,"e":"2024-01-01T00:01:05.0000000Z"}
> rows odd
{"n":1,"e":"2024-01-01T00:00:05.0000000Z"}
{"n":1,"e":"2024-01-01T00:00:10.0000000Z"}
{"n":3,"e":"2024-01-01T00:00:15.0000000Z"}
{"n":1,"e":"2024-01-01T00:00:20.0000000Z"}
