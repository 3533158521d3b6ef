-- LAST looks at the event itself too; ISFIRST is 1 for the first of a clock-aligned interval among the events that satisfy WHEN, 0 for all others.
SELECT id, LAST(v) OVER (LIMIT DURATION(minute, 1) WHEN v > 1) AS last, LAST(v, -1) OVER (LIMIT DURATION(second, 5) WHEN v > 2) AS fallback,
  ISFIRST(second, 10) AS first, ISFIRST(second, 10) OVER (PARTITION BY k) AS firstOfKey, ISFIRST(second, 10) OVER (WHEN v > 1) AS firstBig
FROM input TIMESTAMP BY t
> send
{"id":1,"k":"a","v":1,"t":"2024-01-01T00:00:01Z"}
{"id":2,"k":"b","v":2,"t":"2024-01-01T00:00:02Z"}
{"id":3,"k":"a","v":3,"t":"2024-01-01T00:00:10Z"}
{"id":4,"k":"a","v":1,"t":"2024-01-01T00:00:11Z"}
{"id":5,"k":"b","v":5,"t":"2024-01-01T00:00:16Z"}
> rows
{"id":1,"last":null,"fallback":-1,"first":1,"firstOfKey":1,"firstBig":0}
{"id":2,"last":2,"fallback":-1,"first":0,"firstOfKey":1,"firstBig":1}
{"id":3,"last":3,"fallback":3,"first":0,"firstOfKey":0,"firstBig":0}
{"id":4,"last":3,"fallback":3,"first":1,"firstOfKey":1,"firstBig":0}
{"id":5,"last":5,"fallback":5,"first":0,"firstOfKey":1,"firstBig":1}
