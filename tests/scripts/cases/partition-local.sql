-- Grouped by the partition, nothing leaves it; steps over such a step still meet.
WITH perPartition AS (SELECT PartitionId AS p, k, COUNT(*) AS n FROM input TIMESTAMP BY t PARTITION BY PartitionId GROUP BY PartitionId, k, TumblingWindow(second, 10))
SELECT p, k, n INTO local_counts FROM perPartition
SELECT SUM(n) AS n, System.Timestamp() AS e INTO totals FROM perPartition GROUP BY TumblingWindow(second, 20)
SELECT p, MAX(n) AS top INTO tops FROM perPartition GROUP BY p, SlidingWindow(second, 5)
SELECT id, LAG(id, 1, 0) OVER (PARTITION BY PartitionId LIMIT DURATION(minute, 1)) AS before INTO lags FROM input TIMESTAMP BY t
SELECT PartitionId AS p, COUNT(*) AS n INTO sessions FROM input TIMESTAMP BY t GROUP BY PartitionId, SessionWindow(second, 5, 60) OVER (PARTITION BY PartitionId)
WITH lags AS (SELECT PartitionId AS p, id, LAG(id, 1, 0) OVER (PARTITION BY PartitionId LIMIT DURATION(minute, 1)) AS before FROM input TIMESTAMP BY t)
SELECT p, SUM(before) AS s INTO over_lags FROM lags GROUP BY p, TumblingWindow(second, 10)
> together
> send
{"id":1,"k":"a","t":"2024-01-01T00:00:01Z"}
{"id":2,"k":"b","t":"2024-01-01T00:00:03Z"}
{"id":3,"k":"a","t":"2024-01-01T00:00:02Z"}
{"id":4,"k":"a","t":"2024-01-01T00:00:12Z"}
> rows local_counts
{"p":0,"k":"a","n":2}
{"p":0,"k":"b","n":1}
{"p":0,"k":"a","n":1}
> rows totals
{"n":4,"e":"2024-01-01T00:00:20.0000000Z"}
> rows tops
{"p":0,"top":2}
{"p":0,"top":1}
> rows lags
{"id":1,"before":0}
{"id":3,"before":1}
{"id":2,"before":3}
{"id":4,"before":2}
> rows sessions
{"p":0,"n":3}
{"p":0,"n":1}
> rows over_lags
{"p":0,"s":4}
{"p":0,"s":2}
