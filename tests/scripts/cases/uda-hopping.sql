-- A row counts in every window that it lies in; windows are computed from their own rows. System.Timestamp() is a window of its own.
SELECT uda.twa(v) AS mean, COUNT(*) AS n, System.Timestamp() AS at INTO hops FROM input TIMESTAMP BY t GROUP BY HoppingWindow(second, 10, 5)
SELECT uda.list(r) AS vs INTO instants FROM input r TIMESTAMP BY t GROUP BY System.Timestamp()
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
> function list
function main() {
  this.init = function () { this.items = []; this.seen = undefined; };
  this.accumulate = function (row, time) { this.items.push(row.v); this.seen = time; };
  this.computeResult = function () { return { items: this.items.sort(), at: this.seen }; };
}
> send
{"v": 1, "t": "2024-01-01T00:00:01Z"}
{"v": 3, "t": "2024-01-01T00:00:03Z"}
{"v": 5, "t": "2024-01-01T00:00:09Z"}
{"v": 4, "t": "2024-01-01T00:00:09Z"}
{"v": 2, "t": "2024-01-01T00:00:10Z"}
> rows hops
{"mean":1,"n":2,"at":"2024-01-01T00:00:05.0000000Z"}
{"mean":2.6666666666666665,"n":5,"at":"2024-01-01T00:00:10.0000000Z"}
{"mean":4,"n":3,"at":"2024-01-01T00:00:15.0000000Z"}
> rows instants
{"vs":{"items":[1],"at":"2024-01-01T00:00:01.0000000Z"}}
{"vs":{"items":[3],"at":"2024-01-01T00:00:03.0000000Z"}}
{"vs":{"items":[4,5],"at":"2024-01-01T00:00:09.0000000Z"}}
{"vs":{"items":[2],"at":"2024-01-01T00:00:10.0000000Z"}}
