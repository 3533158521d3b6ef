-- Tumbling windows are (start, end]: an event on the boundary belongs to the window that ends there.
SELECT device, COUNT(*) AS n, SUM(v) AS s, AVG(v) AS a, MIN(v) AS lo, MAX(v) AS hi, System.Timestamp() AS e
FROM input TIMESTAMP BY t GROUP BY device, TumblingWindow(second, 10)
> send
{"device":"a","v":1,"t":"2024-01-01T00:00:01Z"}
{"device":"a","v":2.5,"t":"2024-01-01T00:00:10Z"}
{"device":"b","v":7,"t":"2024-01-01T00:00:10.0000001Z"}
{"device":"a","v":null,"t":"2024-01-01T00:00:05Z"}
{"device":"b","v":3,"t":"2024-01-01T00:00:20Z"}
{"device":null,"v":3,"t":"2024-01-01T00:00:21Z"}
> rows
{"device":"a","n":3,"s":3.5,"a":1.75,"lo":1,"hi":2.5,"e":"2024-01-01T00:00:10.0000000Z"}
{"device":"b","n":2,"s":10,"a":5,"lo":3,"hi":7,"e":"2024-01-01T00:00:20.0000000Z"}
{"device":null,"n":1,"s":3,"a":3,"lo":3,"hi":3,"e":"2024-01-01T00:00:30.0000000Z"}
