-- Reference data joins by key; apply opens arrays.
SELECT i.id, r.name, item.ArrayValue AS tag FROM input i TIMESTAMP BY t JOIN rooms r ON i.room = r.room CROSS APPLY GetArrayElements(i.tags) AS item
> send
{"id":1,"room":"x","tags":["p","q"],"t":"2024-01-01T00:00:00Z"}
{"id":2,"room":"z","tags":["p"],"t":"2024-01-01T00:00:00Z"}
{"id":3,"room":"y","tags":[],"t":"2024-01-01T00:00:00Z"}
> reference rooms
{"room":"x","name":"kitchen"}
{"room":"y","name":"hall"}
> rows
{"id":1,"name":"kitchen","tag":"p"}
{"id":1,"name":"kitchen","tag":"q"}
