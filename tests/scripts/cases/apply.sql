-- APPLY: a row per element or property. CROSS drops what has none, OUTER keeps it; a record is no array.
SELECT i.id, x.ArrayIndex AS at, x.ArrayValue AS value INTO elements FROM input i TIMESTAMP BY t CROSS APPLY GetArrayElements(i.list) AS x
SELECT i.id, x.ArrayValue AS value INTO outer_elements FROM input i TIMESTAMP BY t OUTER APPLY GetArrayElements(i.list) AS x WHERE i.id > 2
SELECT id, p.PropertyName AS name, p.PropertyValue AS value INTO properties FROM input TIMESTAMP BY t CROSS APPLY GetRecordProperties(rec) AS p
SELECT i.id, y.ArrayValue AS inner INTO nested FROM input i TIMESTAMP BY t CROSS APPLY GetArrayElements(i.deep) AS x CROSS APPLY GetArrayElements(x.ArrayValue.list) AS y
SELECT i.id, COUNT(*) AS n, MAX(x.ArrayValue) AS top INTO grouped FROM input i TIMESTAMP BY t CROSS APPLY GetArrayElements(i.list) AS x GROUP BY i.id, TumblingWindow(second, 10)
> send
{"id":1,"list":[10,20],"rec":{"a":1,"b":null},"t":"2024-01-01T00:00:01Z"}
{"id":2,"list":["x"],"deep":[{"list":[1,2]},{"list":[]},{"list":[3]}],"t":"2024-01-01T00:00:02Z"}
{"id":3,"list":[],"rec":{},"t":"2024-01-01T00:00:03Z"}
{"id":4,"list":null,"t":"2024-01-01T00:00:04Z"}
{"id":5,"rec":null,"t":"2024-01-01T00:00:05Z"}
{"id":6,"list":{"a":1},"t":"2024-01-01T00:00:06Z"}
> rows elements
{"id":1,"at":0,"value":10}
{"id":1,"at":1,"value":20}
{"id":2,"at":0,"value":"x"}
> rows outer_elements
{"id":3,"value":null}
{"id":4,"value":null}
{"id":5,"value":null}
> rows properties
{"id":1,"name":"a","value":1}
{"id":1,"name":"b","value":null}
> rows nested
{"id":2,"inner":1}
{"id":2,"inner":2}
{"id":2,"inner":3}
> rows grouped
{"id":1,"n":2,"top":20}
{"id":2,"n":1,"top":"x"}
> dead
invalid-argument-type
