-- LAG counts back among earlier events within (t − limit, t]; a default stands for no event, not for a NULL; `*` gives the whole event.
SELECT id, LAG(v) OVER (LIMIT DURATION(second, 10)) AS one, LAG(v, 2) OVER (LIMIT DURATION(second, 10)) AS two, LAG(v, 1, -1) OVER (LIMIT DURATION(second, 10)) AS fallback,
  LAG(*) OVER (LIMIT DURATION(second, 3)) AS event, LAG(v, 1) OVER (LIMIT DURATION(minute, 1) WHEN v > 1) AS big
INTO all_events FROM input TIMESTAMP BY t
SELECT id, LAG(id, 1, 0) OVER (PARTITION BY k LIMIT DURATION(minute, 1)) AS before INTO by_key FROM input TIMESTAMP BY t WHERE LAG(id) OVER (PARTITION BY k LIMIT DURATION(minute, 1)) IS NOT NULL
> send
{"id":1,"k":"a","v":1,"t":"2024-01-01T00:00:00Z"}
{"id":2,"k":"b","v":2,"t":"2024-01-01T00:00:05Z"}
{"id":3,"k":"a","v":null,"t":"2024-01-01T00:00:09Z"}
{"id":4,"k":"a","v":4,"t":"2024-01-01T00:00:10Z"}
{"id":5,"k":"b","v":5,"t":"2024-01-01T00:00:20Z"}
> rows all_events
{"id":1,"one":null,"two":null,"fallback":-1,"event":null,"big":null}
{"id":2,"one":1,"two":null,"fallback":1,"event":null,"big":null}
{"id":3,"one":2,"two":1,"fallback":2,"event":null,"big":2}
{"id":4,"one":null,"two":2,"fallback":null,"event":{"id":3,"k":"a","v":null,"t":"2024-01-01T00:00:09Z"},"big":2}
{"id":5,"one":null,"two":null,"fallback":-1,"event":null,"big":4}
> rows by_key
{"id":3,"before":1}
{"id":4,"before":3}
{"id":5,"before":2}
