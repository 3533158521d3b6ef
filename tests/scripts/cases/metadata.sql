-- Metadata by path, and the columns that a hub adds: read by name, not part of `*`.
SELECT v, GetMetadataPropertyValue(input, '[User].[priority]') AS priority, GetMetadataPropertyValue(input, 'User.deep.er') AS deep, GetMetadataPropertyValue(input, '[EventHub].[nothing]') AS nothing,
  GetMetadataPropertyValue(input, '[User]') AS user_properties, EventEnqueuedUtcTime AS arrived, EventProcessedUtcTime AS processed INTO facts FROM input
SELECT * INTO everything FROM input
SELECT v, PartitionId AS p INTO placed FROM input
> together
> send
{"v":1} @2024-01-01T00:00:05Z
  ~ {"User":{"priority":"high","deep":{"er":2}},"EventHub":{"SequenceNumber":7}}
{"v":2} @2024-01-01T00:00:06Z
> rows facts
{"v":1,"priority":"high","deep":2,"nothing":null,"user_properties":{"priority":"high","deep":{"er":2}},"arrived":"2024-01-01T00:00:05.0000000Z","processed":"2024-01-01T00:00:05.0000000Z"}
{"v":2,"priority":null,"deep":null,"nothing":null,"user_properties":null,"arrived":"2024-01-01T00:00:06.0000000Z","processed":"2024-01-01T00:00:06.0000000Z"}
> rows everything
{"v":1}
{"v":2}
> rows placed
{"v":1,"p":0}
{"v":2,"p":0}
