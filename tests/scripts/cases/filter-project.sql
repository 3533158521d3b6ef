-- A filter and a projection; comparisons with NULL are not true, text compares without case.
SELECT id, UPPER(place) AS place, mag * 2 AS doubled INTO strong FROM input TIMESTAMP BY t WHERE mag >= 4.5 AND type = 'QUAKE'
> send
{"id":"a","place":"Alaska","mag":5,"type":"quake","t":"2024-01-01T00:00:01Z"}
{"id":"b","place":"Texas","mag":2.5,"type":"quake","t":"2024-01-01T00:00:02Z"}
{"id":"c","place":"Chile","mag":null,"type":"quake","t":"2024-01-01T00:00:03Z"}
{"id":"d","place":"Peru","mag":6.25,"type":"Quake","t":"2024-01-01T00:00:04Z"}
{"id":"e","place":"Peru","mag":6.25,"type":"blast","t":"2024-01-01T00:00:05Z"}
> rows strong
{"id":"a","place":"ALASKA","doubled":10}
{"id":"d","place":"PERU","doubled":12.5}
