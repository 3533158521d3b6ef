-- A row meets the reference data that holds at its time: an event at its own, a window at its end; before the first snapshot it is the first.
WITH perRoom AS (SELECT room, COUNT(*) AS n FROM input TIMESTAMP BY t GROUP BY room, TumblingWindow(hour, 1))
SELECT i.id, r.name INTO events FROM input i TIMESTAMP BY t LEFT JOIN rooms r ON i.room = r.room
SELECT p.n, r.name, System.Timestamp() AS windowEnd INTO windows FROM perRoom p JOIN rooms r ON p.room = r.room
> send
{"id":1,"room":"x","t":"2023-12-31T23:59:59Z"}
{"id":2,"room":"x","t":"2024-01-01T00:59:59.999Z"}
{"id":3,"room":"x","t":"2024-01-01T01:00:00Z"}
{"id":4,"room":"y","t":"2024-01-01T00:30:00Z"}
{"id":5,"room":"y","t":"2024-01-01T01:30:00Z"}
> reference rooms @2024-01-01T00:00:00Z
{"room":"x","name":"kitchen"}
> reference rooms @2024-01-01T01:00:00Z
{"room":"x","name":"study"}
{"room":"y","name":"hall"}
> rows events
{"id":1,"name":"kitchen"}
{"id":2,"name":"kitchen"}
{"id":3,"name":"study"}
{"id":4,"name":null}
{"id":5,"name":"hall"}
> rows windows
{"n":1,"name":"kitchen","windowEnd":"2024-01-01T00:00:00.0000000Z"}
{"n":2,"name":"study","windowEnd":"2024-01-01T01:00:00.0000000Z"}
{"n":1,"name":"hall","windowEnd":"2024-01-01T01:00:00.0000000Z"}
{"n":1,"name":"hall","windowEnd":"2024-01-01T02:00:00.0000000Z"}
