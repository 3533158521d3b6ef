-- Level 1.0: all names are lower case, and an event whose names differ only in case is set aside. Booleans are 0 and 1, ISO 8601 text is datetime.
SELECT *, DeviceId AS Copy INTO all_of_it FROM input TIMESTAMP BY T
SELECT DEVICEID AS DeviceId, Nested.Inner AS Inner, Flag, GetType(Flag) AS FlagType INTO named FROM input TIMESTAMP BY t
> level 1.0
> send
{"DeviceId":"a","Nested":{"Inner":1},"Flag":true,"T":"2024-01-01T00:00:01Z"}
{"DeviceId":"b","deviceid":"c","Nested":null,"Flag":false,"T":"2024-01-01T00:00:02Z"}
> rows all_of_it
{"deviceid":"a","nested":{"inner":1},"flag":1,"t":"2024-01-01T00:00:01.0000000Z","copy":"a"}
> rows named
{"deviceid":"a","inner":1,"flag":1,"flagtype":"bigint"}
> dead
duplicate-name
