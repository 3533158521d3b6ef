-- A fence is reference data: points within it, the distance to a depot, fences that overlap.
SELECT i.id, f.name INTO inside FROM input i TIMESTAMP BY t JOIN fences f ON ST_WITHIN(CreatePoint(i.lat, i.lon), f.shape) = 1
SELECT i.id, f.name INTO outside FROM input i TIMESTAMP BY t LEFT JOIN fences f ON ST_WITHIN(CreatePoint(i.lat, i.lon), f.shape) = 1 WHERE f.name IS NULL
SELECT id, ROUND(ST_DISTANCE(CreatePoint(lat, lon), CreatePoint(0.0, 0.0)) / 1000, 1) AS km INTO distances FROM input TIMESTAMP BY t
> send
{"id":1,"lat":1,"lon":1,"t":"2024-01-01T00:00:01Z"}
{"id":2,"lat":0,"lon":5,"t":"2024-01-01T00:00:02Z"}
{"id":3,"lat":null,"lon":5,"t":"2024-01-01T00:00:03Z"}
> reference fences
{"name":"square","shape":"POLYGON((0 0, 2 0, 2 2, 0 2, 0 0))"}
{"name":"record","shape":{"type":"Polygon","coordinates":[[[0,0],[3,0],[3,3],[0,3],[0,0]]]}}
> rows inside
{"id":1,"name":"square"}
{"id":1,"name":"record"}
> rows outside
{"id":2,"name":null}
{"id":3,"name":null}
> rows distances
{"id":1,"km":156.9}
{"id":2,"km":556.6}
{"id":3,"km":null}
