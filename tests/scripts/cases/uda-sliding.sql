-- Sliding and session windows of a user-defined aggregate, and one that fails for what it has gathered: the row that breaks it is set aside.
SELECT k, uda.trend(v) AS trend, COUNT(*) AS n, System.Timestamp() AS at INTO slides FROM input TIMESTAMP BY t GROUP BY k, SlidingWindow(second, 5)
SELECT k, uda.trend(v) AS trend, COUNT(*) AS n, System.Timestamp() AS at INTO sessions FROM input TIMESTAMP BY t GROUP BY k, SessionWindow(second, 5, 60) OVER (PARTITION BY k)
> function trend
function main() {
  this.init = function () { this.text = ''; this.last = null; };
  this.accumulate = function (value) {
    if (this.last === 99) throw new Error('nothing may follow 99');
    this.text += this.last === null ? '' : value > this.last ? '+' : '-';
    this.last = value;
  };
  this.deaccumulate = function () { throw new Error('never called'); };
  this.computeResult = function () { return this.text; };
}
> send
{"k": "a", "v": 1, "t": "2024-01-01T00:00:01Z"}
{"k": "a", "v": 3, "t": "2024-01-01T00:00:03Z"}
{"k": "a", "v": 2, "t": "2024-01-01T00:00:04Z"}
{"k": "b", "v": 99, "t": "2024-01-01T00:00:20Z"}
{"k": "b", "v": 1, "t": "2024-01-01T00:00:22Z"}
> rows slides
{"k":"a","trend":"","n":1,"at":"2024-01-01T00:00:01.0000000Z"}
{"k":"a","trend":"+","n":2,"at":"2024-01-01T00:00:03.0000000Z"}
{"k":"a","trend":"+-","n":3,"at":"2024-01-01T00:00:04.0000000Z"}
{"k":"a","trend":"-","n":2,"at":"2024-01-01T00:00:06.0000000Z"}
{"k":"a","trend":"","n":1,"at":"2024-01-01T00:00:08.0000000Z"}
{"k":"b","trend":"","n":1,"at":"2024-01-01T00:00:20.0000000Z"}
{"k":"b","trend":"","n":1,"at":"2024-01-01T00:00:22.0000000Z"}
> rows sessions
{"k":"a","trend":"+-","n":3,"at":"2024-01-01T00:00:09.0000000Z"}
{"k":"b","trend":"","n":1,"at":"2024-01-01T00:00:27.0000000Z"}
> dead
udf-failed
