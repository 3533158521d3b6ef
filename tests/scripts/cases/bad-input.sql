-- What cannot be read is set aside with its reason; the rest goes on.
SELECT id, CAST(v AS bigint) AS v FROM input TIMESTAMP BY t
> send
{"id":1,"v":"12","t":"2024-01-01T00:00:01Z"}
{"id":2,"v":"twelve","t":"2024-01-01T00:00:02Z"}
{"id":3
{"id":4,"v":"4"}
{"id":5,"v":"5","t":"yesterday"}
[1, 2]
{"id":6,"v":"6","v":"7","t":"2024-01-01T00:00:03Z"}
{"id":7,"v":99999999999999999999,"t":"2024-01-01T00:00:03Z"}
> rows
{"id":1,"v":12}
{"id":6,"v":7}
> dead
cast-failed
invalid-json
invalid-timestamp
not-an-object
number-out-of-range
