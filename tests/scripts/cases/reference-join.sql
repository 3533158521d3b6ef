-- Reference data: several matches, none, further conditions; a key must have the same type, and NULL is no key. The row keeps the event's time.
SELECT i.id, r.v, System.Timestamp() AS e INTO inner_rows FROM input i TIMESTAMP BY t JOIN rooms r ON i.k = r.k
SELECT i.id, r.v INTO left_rows FROM input i TIMESTAMP BY t LEFT JOIN rooms r ON i.k = r.k AND r.v > i.id
SELECT r.v, COUNT(*) AS n INTO grouped FROM input i TIMESTAMP BY t JOIN rooms r ON r.k = i.k GROUP BY r.v, TumblingWindow(second, 10)
WITH first AS (SELECT i.id, i.k, r.v FROM input i TIMESTAMP BY t JOIN rooms r ON i.k = r.k)
SELECT f.id, s.color INTO chained FROM first f JOIN colors s ON f.v = s.v
> send
{"id":1,"k":"x","t":"2024-01-01T00:00:01Z"}
{"id":2,"k":7,"t":"2024-01-01T00:00:02Z"}
{"id":3,"k":null,"t":"2024-01-01T00:00:03Z"}
{"id":4,"k":"X","t":"2024-01-01T00:00:04Z"}
> reference rooms
{"k":"x","v":1}
{"k":"x","v":2}
{"k":"7","v":3}
{"k":7.0,"v":4}
{"k":null,"v":5}
> reference colors
{"v":2,"color":"red"}
{"v":4,"color":"blue"}
> rows inner_rows
{"id":1,"v":1,"e":"2024-01-01T00:00:01.0000000Z"}
{"id":1,"v":2,"e":"2024-01-01T00:00:01.0000000Z"}
{"id":2,"v":4,"e":"2024-01-01T00:00:02.0000000Z"}
> rows left_rows
{"id":1,"v":2}
{"id":2,"v":4}
{"id":3,"v":null}
{"id":4,"v":null}
> rows grouped
{"v":1,"n":1}
{"v":2,"n":1}
{"v":4,"n":1}
> rows chained
{"id":1,"color":"red"}
{"id":2,"color":"blue"}
