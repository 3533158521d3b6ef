-- CREATE TABLE declares types: values convert when they are read; an event with a value that does not, or without a declared column, is set aside.
CREATE TABLE input (id bigint, v float, name nvarchar(max), t datetime, unread bigint);
SELECT id, v, v / 2 AS half, GetType(v) AS type, name INTO output FROM input TIMESTAMP BY t
> send
{"id":"1","v":"3","name":7,"t":"2024-01-01T00:00:01Z","unread":1}
{"id":2,"v":3,"name":null,"t":"2024-01-01T00:00:02Z","unread":null}
{"id":"three","v":1,"name":"x","t":"2024-01-01T00:00:03Z","unread":1}
{"id":4,"v":1,"name":"x","t":"2024-01-01T00:00:04Z","unread":"y"}
{"id":5,"v":1,"t":"2024-01-01T00:00:05Z","unread":1}
{"ID":6,"V":1,"NAME":"x","T":"2024-01-01T00:00:06Z","UNREAD":1}
> rows
{"id":1,"v":3,"half":1.5,"type":"float","name":"7"}
{"id":2,"v":3,"half":1.5,"type":"float","name":null}
{"id":6,"v":1,"half":0.5,"type":"float","name":"x"}
> dead
missing-column
type-conversion
