-- Several windows at once, told apart by their ids.
SELECT System.Window().Id AS w, COUNT(*) AS n, System.Timestamp() AS e FROM input TIMESTAMP BY t
GROUP BY Windows(Window('short', TumblingWindow(second, 5)), Window('long', TumblingWindow(second, 10)))
> send
{"t":"2024-01-01T00:00:01Z"}
{"t":"2024-01-01T00:00:07Z"}
> rows
{"w":"short","n":1,"e":"2024-01-01T00:00:05.0000000Z"}
{"w":"short","n":1,"e":"2024-01-01T00:00:10.0000000Z"}
{"w":"long","n":2,"e":"2024-01-01T00:00:10.0000000Z"}
