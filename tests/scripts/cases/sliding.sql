-- A sliding window gives a row whenever its content changes, and none when it is empty.
SELECT k, COUNT(*) AS n, System.Timestamp() AS e FROM input TIMESTAMP BY t GROUP BY k, SlidingWindow(second, 10)
> send
{"k":"x","t":"2024-01-01T00:00:00Z"}
{"k":"x","t":"2024-01-01T00:00:04Z"}
{"k":"x","t":"2024-01-01T00:00:10Z"}
{"k":"y","t":"2024-01-01T00:00:03Z"}
> rows
{"k":"x","n":1,"e":"2024-01-01T00:00:00.0000000Z"}
{"k":"x","n":2,"e":"2024-01-01T00:00:04.0000000Z"}
{"k":"x","n":2,"e":"2024-01-01T00:00:10.0000000Z"}
{"k":"x","n":1,"e":"2024-01-01T00:00:14.0000000Z"}
{"k":"y","n":1,"e":"2024-01-01T00:00:03.0000000Z"}
