-- Sessions per user: they end after a minute of silence.
SELECT u, COUNT(*) AS n, System.Timestamp() AS e FROM input TIMESTAMP BY t GROUP BY u, SessionWindow(minute, 1, 60) OVER (PARTITION BY u)
> send
{"u":1,"t":"2024-01-01T00:00:10Z"}
{"u":2,"t":"2024-01-01T00:00:20Z"}
{"u":1,"t":"2024-01-01T00:00:50Z"}
{"u":1,"t":"2024-01-01T00:05:00Z"}
> rows
{"u":1,"n":2,"e":"2024-01-01T00:01:50.0000000Z"}
{"u":2,"n":1,"e":"2024-01-01T00:01:20.0000000Z"}
{"u":1,"n":1,"e":"2024-01-01T00:06:00.0000000Z"}
