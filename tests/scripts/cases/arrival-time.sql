-- late: 1s, outOfOrder: 0s, action: drop
-- Without TIMESTAMP BY an event has the time of its arrival, and no tolerance applies. The time may also be computed.
SELECT COUNT(*) AS n, System.Timestamp() AS e INTO arrivals FROM input GROUP BY TumblingWindow(second, 10)
SELECT id, System.Timestamp() AS e INTO stamped FROM other TIMESTAMP BY CASE WHEN ms IS NULL THEN text ELSE DATEADD(millisecond, ms, '1970-01-01T00:00:00Z') END
> together
> send
{"id":1} @2024-01-01T00:00:03Z
{"id":2} @2024-01-01T00:00:10Z
{"id":3} @2024-01-01T00:00:10.5Z
> send other
{"id":4,"ms":1704067200500} @2024-01-01T00:00:00.5Z
{"id":5,"text":"2024-01-01T03:00:01+03:00"} @2024-01-01T00:00:01Z
{"id":6,"text":"soon"} @2024-01-01T00:00:02Z
> rows arrivals
{"n":2,"e":"2024-01-01T00:00:10.0000000Z"}
{"n":1,"e":"2024-01-01T00:00:20.0000000Z"}
> rows stamped
{"id":4,"e":"2024-01-01T00:00:00.5000000Z"}
{"id":5,"e":"2024-01-01T00:00:01.0000000Z"}
> dead
invalid-timestamp
