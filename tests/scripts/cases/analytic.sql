-- LAG and LAST by key, ISFIRST per interval: computed before WHERE, over all events in order of time.
SELECT k, v, LAG(v, 1, 0) OVER (PARTITION BY k LIMIT DURATION(minute, 1)) AS before,
  LAST(v) OVER (PARTITION BY k LIMIT DURATION(minute, 1) WHEN v > 1) AS big,
  SUM(v) OVER (PARTITION BY k LIMIT DURATION(second, 10)) AS lately
FROM input TIMESTAMP BY t WHERE v > 0
> send
{"k":"a","v":1,"t":"2024-01-01T00:00:00Z"}
{"k":"a","v":0,"t":"2024-01-01T00:00:05Z"}
{"k":"b","v":5,"t":"2024-01-01T00:00:06Z"}
{"k":"a","v":3,"t":"2024-01-01T00:00:08Z"}
{"k":"a","v":1,"t":"2024-01-01T00:01:08Z"}
> rows
{"k":"a","v":1,"before":0,"big":null,"lately":1}
{"k":"a","v":3,"before":0,"big":3,"lately":4}
{"k":"a","v":1,"before":0,"big":null,"lately":1}
{"k":"b","v":5,"before":0,"big":5,"lately":5}
