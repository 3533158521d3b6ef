-- Rows of one instant stay apart, whatever comes between them: out of order, from an APPLY, from a left join that tells of its loners later.
SELECT id, System.Timestamp() AS e INTO stamped FROM input TIMESTAMP BY t
SELECT id, System.Timestamp() AS e, tag.ArrayValue AS tag INTO tagged FROM input TIMESTAMP BY t CROSS APPLY GetArrayElements(tags) AS tag
SELECT a.id, b.id AS other, System.Timestamp() AS e INTO pairs FROM input a TIMESTAMP BY t LEFT JOIN input b TIMESTAMP BY t ON a.seeks = b.id AND DATEDIFF(second, a, b) BETWEEN 0 AND 5
> send
{"id":1,"seeks":9,"tags":["x","y"],"t":"2024-01-01T00:00:01Z"}
{"id":2,"seeks":3,"tags":["x"],"t":"2024-01-01T00:00:04Z"}
{"id":3,"seeks":4,"tags":["x","x"],"t":"2024-01-01T00:00:06Z"}
{"id":4,"tags":[],"t":"2024-01-01T00:00:08Z"}
{"id":5,"tags":["z"],"t":"2024-01-01T00:00:01Z"}
> rows stamped
{"id":1,"e":"2024-01-01T00:00:01.0000000Z"}
{"id":5,"e":"2024-01-01T00:00:01.0000000Z"}
{"id":2,"e":"2024-01-01T00:00:04.0000000Z"}
{"id":3,"e":"2024-01-01T00:00:06.0000000Z"}
{"id":4,"e":"2024-01-01T00:00:08.0000000Z"}
> rows tagged
{"id":1,"e":"2024-01-01T00:00:01.0000000Z","tag":"x"}
{"id":1,"e":"2024-01-01T00:00:01.0000000Z","tag":"y"}
{"id":5,"e":"2024-01-01T00:00:01.0000000Z","tag":"z"}
{"id":2,"e":"2024-01-01T00:00:04.0000000Z","tag":"x"}
{"id":3,"e":"2024-01-01T00:00:06.0000000Z","tag":"x"}
{"id":3,"e":"2024-01-01T00:00:06.0000000Z","tag":"x"}
> rows pairs
{"id":2,"other":3,"e":"2024-01-01T00:00:06.0000000Z"}
{"id":3,"other":4,"e":"2024-01-01T00:00:08.0000000Z"}
{"id":1,"other":null,"e":"2024-01-01T00:00:06.0000000Z"}
{"id":5,"other":null,"e":"2024-01-01T00:00:06.0000000Z"}
{"id":4,"other":null,"e":"2024-01-01T00:00:13.0000000Z"}
