-- late: 1m, outOfOrder: 2s, action: adjust
-- TIMESTAMP BY … OVER: every device has an order of its own. Its clock moves on with each of its events, also with those that a filter hides.
SELECT id, System.Timestamp() AS e INTO times FROM input TIMESTAMP BY t OVER device WHERE shown = 1
SELECT device, COUNT(*) AS n, System.Timestamp() AS e INTO counts FROM input TIMESTAMP BY t OVER device WHERE shown = 1 GROUP BY device, TumblingWindow(second, 10)
> together
> send
{"id":1,"device":"a","shown":1,"t":"2024-01-01T00:00:20Z"} @2024-01-01T00:00:20Z
{"id":2,"device":"b","shown":1,"t":"2024-01-01T00:00:05Z"} @2024-01-01T00:00:21Z
{"id":3,"device":"a","shown":1,"t":"2024-01-01T00:00:18Z"} @2024-01-01T00:00:22Z
{"id":4,"device":"a","shown":1,"t":"2024-01-01T00:00:15Z"} @2024-01-01T00:00:23Z
{"id":5,"device":"b","shown":0,"t":"2024-01-01T00:00:14Z"} @2024-01-01T00:00:24Z
{"id":6,"device":"b","shown":1,"t":"2024-01-01T00:00:06Z"} @2024-01-01T00:00:25Z
{"id":7,"device":null,"shown":1,"t":"2024-01-01T00:00:06Z"} @2024-01-01T00:00:26Z
> rows times
{"id":1,"e":"2024-01-01T00:00:20.0000000Z"}
{"id":2,"e":"2024-01-01T00:00:05.0000000Z"}
{"id":3,"e":"2024-01-01T00:00:18.0000000Z"}
{"id":4,"e":"2024-01-01T00:00:18.0000000Z"}
{"id":6,"e":"2024-01-01T00:00:12.0000000Z"}
> rows counts
{"device":"a","n":3,"e":"2024-01-01T00:00:20.0000000Z"}
{"device":"b","n":1,"e":"2024-01-01T00:00:10.0000000Z"}
{"device":"b","n":1,"e":"2024-01-01T00:00:20.0000000Z"}
> dead
invalid-timestamp-key
