-- Hopping windows share panes: each event is in size / hop windows, the first and last of them partial.
SELECT COUNT(*) AS n, System.Timestamp() AS e FROM input TIMESTAMP BY t GROUP BY HoppingWindow(second, 10, 5)
> send
{"t":"2024-01-01T00:00:01Z"}
{"t":"2024-01-01T00:00:05Z"}
{"t":"2024-01-01T00:00:06Z"}
{"t":"2024-01-01T00:00:31Z"}
> rows
{"n":2,"e":"2024-01-01T00:00:05.0000000Z"}
{"n":3,"e":"2024-01-01T00:00:10.0000000Z"}
{"n":1,"e":"2024-01-01T00:00:15.0000000Z"}
{"n":1,"e":"2024-01-01T00:00:35.0000000Z"}
{"n":1,"e":"2024-01-01T00:00:40.0000000Z"}
