-- Level 1.2: as 1.1, and booleans are bit.
SELECT *, DeviceId AS Copy INTO all_of_it FROM input TIMESTAMP BY T
SELECT DEVICEID AS DeviceId, Nested.Inner AS Inner, Flag, GetType(Flag) AS FlagType INTO named FROM input TIMESTAMP BY t
> level 1.2
> send
{"DeviceId":"a","Nested":{"Inner":1},"Flag":true,"T":"2024-01-01T00:00:01Z"}
{"DeviceId":"b","deviceid":"c","Nested":null,"Flag":false,"T":"2024-01-01T00:00:02Z"}
> rows all_of_it
{"DeviceId":"a","Nested":{"Inner":1},"Flag":true,"T":"2024-01-01T00:00:01Z","Copy":"a"}
{"DeviceId":"b","deviceid":"c","Nested":null,"Flag":false,"T":"2024-01-01T00:00:02Z","Copy":"b"}
> rows named
{"DeviceId":"a","Inner":1,"Flag":true,"FlagType":"bit"}
{"DeviceId":"b","Inner":null,"Flag":false,"FlagType":"bit"}
