-- What IoT Hub notes on a message: as the column IoTHub, and by GetMetadataPropertyValue.
SELECT
  v,
  IoTHub.ConnectionDeviceId AS device,
  GetMetadataPropertyValue(devices, 'IoTHub.ConnectionDeviceGenerationId') AS generation,
  GetMetadataPropertyValue(devices, '[IoTHub].[MessageId]') AS id,
  devices.IoTHub.CorrelationId AS correlation,
  DATEDIFF(second, IoTHub.EnqueuedTime, EventEnqueuedUtcTime) AS seconds
INTO output FROM devices
-- The device as the key of a group and of a stream of its own; the payload's own IoTHub is hidden.
SELECT IoTHub.ConnectionDeviceId AS device, COUNT(*) AS n, SUM(v) AS total
INTO perDevice FROM devices TIMESTAMP BY t GROUP BY IoTHub.ConnectionDeviceId, TumblingWindow(second, 10)
SELECT IoTHub INTO whole FROM devices WHERE v = 1
> send devices iotHub
{"v":1,"t":"2024-01-01T00:00:01Z"} @2024-01-01T00:00:04Z
  ~ {"iothub-connection-device-id":"d1","iothub-connection-auth-generation-id":637,"iothub-enqueuedtime":"2024-01-01T00:00:02Z","message-id":"m1","correlation-id":"c1"}
{"v":2,"t":"2024-01-01T00:00:02Z"} @2024-01-01T00:00:04Z
  ~ {"iothub-connection-device-id":"d2","iothub-connection-auth-generation-id":"638","iothub-enqueuedtime":1704067203000}
{"v":3,"t":"2024-01-01T00:00:03Z","IoTHub":{"ConnectionDeviceId":"forged"}} @2024-01-01T00:00:04Z
  ~ {"iothub-connection-device-id":"d1","iothub-connection-auth-generation-id":"637","iothub-enqueuedtime":"2024-01-01T00:00:03Z"}
{"v":4,"t":"2024-01-01T00:00:04Z","IoTHub":{"ConnectionDeviceId":"forged"}} @2024-01-01T00:00:04Z
> rows output
{"v":1,"device":"d1","generation":"637","id":"m1","correlation":"c1","seconds":2}
{"v":2,"device":"d2","generation":"638","id":null,"correlation":null,"seconds":1}
{"v":3,"device":"d1","generation":"637","id":null,"correlation":null,"seconds":1}
{"v":4,"device":null,"generation":null,"id":null,"correlation":null,"seconds":null}
> rows perDevice
{"device":"d1","n":2,"total":4}
{"device":"d2","n":1,"total":2}
{"device":null,"n":1,"total":4}
> rows whole
{"IoTHub":{"MessageId":"m1","CorrelationId":"c1","ConnectionDeviceId":"d1","ConnectionDeviceGenerationId":"637","EnqueuedTime":"2024-01-01T00:00:02.0000000Z"}}
