-- Every aggregate over one window; NULLs are ignored, but counted by COUNT(*) and ranked lowest by ORDER BY.
SELECT COUNT(*) AS rows, COUNT(i) AS events, COUNT(v) AS n, COUNT(DISTINCT v) AS kinds, COUNT(DISTINCT s) AS texts, SUM(v) AS sum, AVG(v) AS avg, MIN(v) AS low, MAX(v) AS high,
  STDEV(v) AS stdev, STDEVP(v) AS stdevp, VAR(v) AS var, VARP(v) AS varp, SUM(v) / COUNT(v) AS whole, MIN(s) AS firstText, MAX(s) AS lastText, SUM(missing) AS nothing
INTO plain FROM input i TIMESTAMP BY t GROUP BY TumblingWindow(second, 10)
SELECT PERCENTILE_CONT(0.5) OVER (ORDER BY v) AS median, PERCENTILE_DISC(0.5) OVER (ORDER BY v) AS disc, PERCENTILE_CONT(0.25) OVER (ORDER BY v DESC) AS upper, PERCENTILE_DISC(1) OVER (ORDER BY v) AS top,
  PERCENTILE_CONT(0.5) OVER (ORDER BY missing) AS nothing
INTO percentiles FROM input TIMESTAMP BY t GROUP BY TumblingWindow(second, 10)
SELECT Collect(v) AS all_of_them, CollectTop(2, s) OVER (ORDER BY v DESC, s) AS best, CollectTop(9, v) OVER (ORDER BY v) AS worst, TopOne(s) OVER (ORDER BY v) AS least, TopOne() OVER (ORDER BY v DESC) AS record
INTO lists FROM input TIMESTAMP BY t WHERE s <> 'd' GROUP BY TumblingWindow(second, 10)
SELECT COUNT(DISTINCT i) AS different, GetArrayLength(Collect()) AS records INTO twins FROM twins i GROUP BY System.Timestamp()
> send
{"s":"b","v":4,"t":"2024-01-01T00:00:01Z"}
{"s":"A","v":2,"t":"2024-01-01T00:00:02Z"}
{"s":"c","v":null,"t":"2024-01-01T00:00:03Z"}
{"s":"d","v":2,"t":"2024-01-01T00:00:04Z"}
{"s":"a","v":8,"t":"2024-01-01T00:00:05Z"}
> send twins
{"x":1,"y":[1]}
{"y":[1],"x":1.0}
{"x":1,"y":[2]}
> rows plain
{"rows":5,"events":5,"n":4,"kinds":3,"texts":5,"sum":16,"avg":4,"low":2,"high":8,"stdev":2.8284271247461903,"stdevp":2.449489742783178,"var":8,"varp":6,"whole":4,"firstText":"A","lastText":"d","nothing":null}
> rows percentiles
{"median":3,"disc":2,"upper":5,"top":8,"nothing":null}
> rows lists
{"all_of_them":[4,2,null,8],"best":[{"rank":1,"value":"a"},{"rank":2,"value":"b"}],"worst":[{"rank":1,"value":null},{"rank":2,"value":2},{"rank":3,"value":4},{"rank":4,"value":8}],"least":"c","record":{"s":"a","v":8,"t":"2024-01-01T00:00:05Z"}}
> rows twins
{"different":2,"records":3}
