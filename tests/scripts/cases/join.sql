-- A join bounded by DATEDIFF; an order without a shipment within five minutes is found by the left join.
SELECT o.id, s.carrier INTO shipped FROM orders o TIMESTAMP BY t JOIN shipments s TIMESTAMP BY t ON o.id = s.id AND DATEDIFF(minute, o, s) BETWEEN 0 AND 5
SELECT o.id INTO missing FROM orders o TIMESTAMP BY t LEFT JOIN shipments s TIMESTAMP BY t ON o.id = s.id AND DATEDIFF(minute, o, s) BETWEEN 0 AND 5 WHERE s.id IS NULL
> send orders
{"id":1,"t":"2024-01-01T00:00:00Z"}
{"id":2,"t":"2024-01-01T00:01:00Z"}
{"id":3,"t":"2024-01-01T00:02:00Z"}
> send shipments
{"id":1,"carrier":"x","t":"2024-01-01T00:04:00Z"}
{"id":3,"carrier":"y","t":"2024-01-01T00:09:00Z"}
{"id":2,"carrier":"z","t":"2024-01-01T00:06:59Z"}
> rows shipped
{"id":1,"carrier":"x"}
{"id":2,"carrier":"z"}
> rows missing
{"id":3}
