-- late: 5s, early: 5m, outOfOrder: 0s, action: drop
SELECT id FROM input TIMESTAMP BY t
> together
> send
{"id":1,"t":"2024-01-01T00:00:00Z"} @2024-01-01T00:00:05Z
{"id":2,"t":"2024-01-01T00:00:00Z"} @2024-01-01T00:00:05.001Z
{"id":3,"t":"2024-01-01T00:10:06Z"} @2024-01-01T00:00:06Z
{"id":4,"t":"2024-01-01T00:00:08Z"} @2024-01-01T00:00:08Z
{"id":5,"t":"2024-01-01T00:00:07Z"} @2024-01-01T00:00:09Z
> rows
{"id":1}
{"id":4}
> dead
early
late
out-of-order
