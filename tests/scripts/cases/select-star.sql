-- `*`, `alias.*` and `record.*` expand in order; of equal names the first stays. Aliases in all their forms; an alias may be the name of a column.
SELECT * INTO whole FROM input TIMESTAMP BY t
SELECT v + 1 AS v, *, 5 AS id INTO mixed FROM input TIMESTAMP BY t
SELECT rec.*, id INTO inner_record FROM input TIMESTAMP BY t
SELECT i.*, r.name INTO joined FROM input i TIMESTAMP BY t JOIN rooms r ON i.id = r.id
SELECT * INTO both FROM input i TIMESTAMP BY t JOIN rooms r ON i.id = r.id
SELECT id a, id AS 'b c', id AS [d e], f = id, "g" = v, v, rec.x, UPPER('z'), v * 2 INTO aliases FROM input TIMESTAMP BY t
WITH step AS (SELECT *, 1 AS one FROM input TIMESTAMP BY t)
SELECT id, one, rec.x, missing INTO stepped FROM step
SELECT * INTO again FROM step
> send
{"id":1,"v":2,"rec":{"id":9,"x":"y"},"t":"2024-01-01T00:00:01Z"}
> reference rooms
{"id":1,"name":"hall","v":"other"}
> rows whole
{"id":1,"v":2,"rec":{"id":9,"x":"y"},"t":"2024-01-01T00:00:01Z"}
> rows mixed
{"v":3,"id":1,"rec":{"id":9,"x":"y"},"t":"2024-01-01T00:00:01Z"}
> rows inner_record
{"id":9,"x":"y"}
> rows joined
{"id":1,"v":2,"rec":{"id":9,"x":"y"},"t":"2024-01-01T00:00:01Z","name":"hall"}
> rows both
{"id":1,"v":2,"rec":{"id":9,"x":"y"},"t":"2024-01-01T00:00:01Z","name":"hall"}
> rows aliases
{"a":1,"b c":1,"d e":1,"f":1,"g":2,"v":2,"x":"y","upper":"Z","column9":4}
> rows stepped
{"id":1,"one":1,"x":"y","missing":null}
> rows again
{"id":1,"v":2,"rec":{"id":9,"x":"y"},"t":"2024-01-01T00:00:01Z","one":1}
