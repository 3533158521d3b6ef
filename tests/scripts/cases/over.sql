-- Aggregates per event over the last while, this event included if it satisfies WHEN; exactly the limit ago is past.
SELECT id, COUNT(*) OVER (LIMIT DURATION(second, 10)) AS n, COUNT(v) OVER (LIMIT DURATION(second, 10)) AS values_seen, SUM(v) OVER (PARTITION BY k LIMIT DURATION(second, 10)) AS sum,
  AVG(v) OVER (LIMIT DURATION(second, 10) WHEN k = 'a') AS avg, MIN(v) OVER (LIMIT DURATION(second, 10)) AS low, MAX(v) OVER (LIMIT DURATION(second, 10)) AS high,
  Collect(v) OVER (LIMIT DURATION(second, 10)) AS list, TopOne(id) OVER (ORDER BY v DESC LIMIT DURATION(second, 10)) AS best,
  CollectTop(1, id) OVER (PARTITION BY k ORDER BY v LIMIT DURATION(second, 10) WHEN v > 1) AS least
FROM input TIMESTAMP BY t
> send
{"id":1,"k":"a","v":4,"t":"2024-01-01T00:00:00Z"}
{"id":2,"k":"b","v":1,"t":"2024-01-01T00:00:05Z"}
{"id":3,"k":"a","v":null,"t":"2024-01-01T00:00:09Z"}
{"id":4,"k":"a","v":2,"t":"2024-01-01T00:00:10Z"}
> rows
{"id":1,"n":1,"values_seen":1,"sum":4,"avg":4,"low":4,"high":4,"list":[4],"best":1,"least":[{"rank":1,"value":1}]}
{"id":2,"n":2,"values_seen":2,"sum":1,"avg":4,"low":1,"high":4,"list":[4,1],"best":1,"least":[]}
{"id":3,"n":3,"values_seen":2,"sum":4,"avg":4,"low":1,"high":4,"list":[4,1,null],"best":1,"least":[{"rank":1,"value":1}]}
{"id":4,"n":3,"values_seen":2,"sum":2,"avg":2,"low":1,"high":2,"list":[1,null,2],"best":4,"least":[{"rank":1,"value":4}]}
