-- Sessions: exactly the timeout still belongs; a session is cut at a multiple of the longest duration that is at least that duration after its start,
-- and goes on behind the cut. Without PARTITION BY all events are one stream of sessions, whatever the group keys.
SELECT u, COUNT(*) AS n, System.Timestamp() AS e INTO keyed FROM input TIMESTAMP BY t GROUP BY u, SessionWindow(second, 5, 10) OVER (PARTITION BY u)
SELECT u, COUNT(*) AS n, System.Timestamp() AS e INTO common FROM input TIMESTAMP BY t GROUP BY u, Session(Timeout(second, 5), MaxDuration(minute, 1))
> send
{"u":1,"t":"2024-01-01T00:00:03Z"}
{"u":1,"t":"2024-01-01T00:00:08Z"}
{"u":1,"t":"2024-01-01T00:00:12Z"}
{"u":1,"t":"2024-01-01T00:00:16Z"}
{"u":1,"t":"2024-01-01T00:00:20Z"}
{"u":1,"t":"2024-01-01T00:00:24Z"}
{"u":2,"t":"2024-01-01T00:00:29Z"}
{"u":2,"t":"2024-01-01T00:00:34.0000001Z"}
> rows keyed
{"u":1,"n":5,"e":"2024-01-01T00:00:20.0000000Z"}
{"u":1,"n":1,"e":"2024-01-01T00:00:29.0000000Z"}
{"u":2,"n":1,"e":"2024-01-01T00:00:34.0000000Z"}
{"u":2,"n":1,"e":"2024-01-01T00:00:39.0000001Z"}
> rows common
{"u":1,"n":6,"e":"2024-01-01T00:00:34.0000000Z"}
{"u":2,"n":1,"e":"2024-01-01T00:00:34.0000000Z"}
{"u":2,"n":1,"e":"2024-01-01T00:00:39.0000001Z"}
