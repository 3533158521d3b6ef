-- Sliding and session windows of a user-defined aggregate, and one that fails for what it has gathered: the row that breaks it is set aside.
-- From an aggregate with deaccumulate rows are taken away; where that fails (the 99), it is reported, and the rest is gathered anew.
SELECT k, uda.trend(v) AS trend, COUNT(*) AS n, System.Timestamp() AS at INTO slides FROM input TIMESTAMP BY t GROUP BY k, SlidingWindow(second, 5)
SELECT k, uda.mean(v) AS mean, COUNT(*) AS n, uda.MEAN(v + 1) AS more, System.Timestamp() AS at INTO means FROM input TIMESTAMP BY t GROUP BY k, SlidingWindow(second, 5)
SELECT k, uda.trend(v) AS trend, COUNT(*) AS n, System.Timestamp() AS at INTO sessions FROM input TIMESTAMP BY t GROUP BY k, SessionWindow(second, 5, 60) OVER (PARTITION BY k)
> function trend
function main() {
  this.init = function () { this.text = ''; this.last = null; };
  this.accumulate = function (value) {
    if (this.last === 99) throw new Error('nothing may follow 99');
    this.text += this.last === null ? '' : value > this.last ? '+' : '-';
    this.last = value;
  };
  this.computeResult = function () { return this.text; };
}
> function mean
function main() {
  this.init = function () { this.sum = 0; this.n = 0; this.steps = 0; };
  this.accumulate = function (value) { this.sum += value; this.n += 1; this.steps += 1; };
  this.deaccumulate = function (value, time) {
    if (value === 99) throw new Error('99 stays');
    this.sum -= value;
    this.n -= 1;
    this.steps += 1;
  };
  this.computeResult = function () { return { mean: this.sum / this.n, steps: this.steps }; };
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
> rows means
{"k":"a","mean":{"mean":1,"steps":1},"n":1,"more":{"mean":2,"steps":1},"at":"2024-01-01T00:00:01.0000000Z"}
{"k":"a","mean":{"mean":2,"steps":2},"n":2,"more":{"mean":3,"steps":2},"at":"2024-01-01T00:00:03.0000000Z"}
{"k":"a","mean":{"mean":2,"steps":3},"n":3,"more":{"mean":3,"steps":3},"at":"2024-01-01T00:00:04.0000000Z"}
{"k":"a","mean":{"mean":2,"steps":5},"n":1,"more":{"mean":3,"steps":5},"at":"2024-01-01T00:00:08.0000000Z"}
{"k":"a","mean":{"mean":2.5,"steps":4},"n":2,"more":{"mean":3.5,"steps":4},"at":"2024-01-01T00:00:06.0000000Z"}
{"k":"b","mean":{"mean":1,"steps":1},"n":1,"more":{"mean":2,"steps":1},"at":"2024-01-01T00:00:25.0000000Z"}
{"k":"b","mean":{"mean":50,"steps":2},"n":2,"more":{"mean":51,"steps":2},"at":"2024-01-01T00:00:22.0000000Z"}
{"k":"b","mean":{"mean":99,"steps":1},"n":1,"more":{"mean":100,"steps":1},"at":"2024-01-01T00:00:20.0000000Z"}
> dead
udf-failed
