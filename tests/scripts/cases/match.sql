-- MATCH_RECOGNIZE: an attempt at every event, greedy, alternatives from the left; one row per match; a variable without DEFINE takes anything.
SELECT * INTO falls FROM input TIMESTAMP BY t MATCH_RECOGNIZE (
  LIMIT DURATION(second, 10) PARTITION BY k
  MEASURES First(A.id) AS start, Last(B.id) AS lowest, Min(B.v) AS low, Max(B.v) AS high, C.id AS end_id, Classifier() AS path
  AFTER MATCH SKIP TO NEXT ROW PATTERN (A B+ C) DEFINE B AS B.v < Last(A.v), C AS C.v > Last(B.v) ) AS m
SELECT * INTO either FROM input TIMESTAMP BY t MATCH_RECOGNIZE (
  LIMIT DURATION(second, 2) MEASURES First(id) AS start, Classifier() AS path
  PATTERN ((Up | Down) . Z?) DEFINE Up AS Up.v > 4, Down AS Down.v < 2, Z AS Z.v = 3 ) AS m
WITH everything AS (SELECT * FROM input TIMESTAMP BY t)
SELECT m.start, m.city INTO nested FROM everything MATCH_RECOGNIZE (
  LIMIT DURATION(second, 10) MEASURES First(A.id) AS start, Last(A.place.city) AS city PATTERN (A{2}) DEFINE A AS A.place.city = 'Rome' ) AS m
> send
{"id":1,"k":"x","v":5,"place":{"city":"Rome"},"t":"2024-01-01T00:00:01Z"}
{"id":2,"k":"x","v":4,"place":{"city":"Rome"},"t":"2024-01-01T00:00:02Z"}
{"id":3,"k":"y","v":1,"place":{"city":"Oslo"},"t":"2024-01-01T00:00:03Z"}
{"id":4,"k":"x","v":2,"place":null,"t":"2024-01-01T00:00:04Z"}
{"id":5,"k":"x","v":3,"place":{"city":"rome"},"t":"2024-01-01T00:00:06Z"}
{"id":6,"k":"y","v":0,"place":{"city":"Rome"},"t":"2024-01-01T00:00:12Z"}
{"id":7,"k":"y","v":9,"place":{"city":"Rome"},"t":"2024-01-01T00:00:14Z"}
> rows falls
{"start":1,"lowest":4,"low":2,"high":4,"end_id":5,"path":["A","B","B","C"]}
{"start":2,"lowest":4,"low":2,"high":2,"end_id":5,"path":["A","B","C"]}
> rows either
{"start":1,"path":["Up",""]}
{"start":3,"path":["Down",""]}
{"start":6,"path":["Down",""]}
> rows nested
{"start":1,"city":"Rome"}
{"start":5,"city":"Rome"}
{"start":6,"city":"Rome"}
