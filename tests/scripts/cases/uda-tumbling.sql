-- A user-defined aggregate gets the rows of a window in the order of their times, from all partitions; other aggregates may stand beside it.
SELECT k, uda.TWA(v) AS mean, COUNT(*) AS n, MAX(v) AS most, System.Timestamp() AS at INTO out
FROM input TIMESTAMP BY t GROUP BY k, TumblingWindow(second, 10) HAVING uda.twa(v) < 100
> function twa
function main() {
  this.init = function () { this.sum = 0; };
  this.accumulate = function (value, time) {
    const ms = time.getTime();
    if (value < 0) throw new RangeError("below zero");
    if (this.last === undefined) this.first = ms;
    else this.sum += this.last * (ms - this.lastTime);
    this.last = value;
    this.lastTime = ms;
  };
  this.computeResult = function () { return this.lastTime > this.first ? this.sum / (this.lastTime - this.first) : this.last; };
}
> send
{"k": "a", "v": 1, "t": "2024-01-01T00:00:01Z"}
{"k": "a", "v": 5, "t": "2024-01-01T00:00:09Z"}
{"k": "b", "v": 7, "t": "2024-01-01T00:00:04Z"}
{"k": "a", "v": 3, "t": "2024-01-01T00:00:03Z"}
{"k": "a", "v": -1, "t": "2024-01-01T00:00:05Z"}
{"k": "c", "v": -1, "t": "2024-01-01T00:00:05Z"}
{"k": "b", "v": 100, "t": "2024-01-01T00:00:14Z"}
{"k": "a", "v": 2, "t": "2024-01-01T00:00:10Z"}
> rows out
{"k":"a","mean":2.7777777777777777,"n":4,"most":5,"at":"2024-01-01T00:00:10.0000000Z"}
{"k":"b","mean":7,"n":1,"most":7,"at":"2024-01-01T00:00:10.0000000Z"}
> dead
udf-failed
