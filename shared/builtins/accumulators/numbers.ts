/** A growing list of doubles in one piece of memory. As text: its bytes (little-endian) in base64, which is as exact and a tenth of the time of decimal digits. */
export class Numbers {
  values = new Float64Array(16);
  length = 0;

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = new Float64Array(this.values.length * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length++] = value;
  }

  encode(): string {
    return Buffer.from(this.values.buffer, 0, this.length * 8).toString('base64');
  }

  static decode(text: string): Numbers {
    const bytes = Buffer.from(text, 'base64');
    const numbers = new Numbers();
    numbers.length = bytes.length / 8;
    numbers.values = new Float64Array(Math.max(16, numbers.length));
    new Uint8Array(numbers.values.buffer).set(bytes);
    return numbers;
  }
}
