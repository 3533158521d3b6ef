/** Names of functions for inputs: letters, digits and hyphens; two inputs never share one. `quakes` → `ingest-quakes`. */
export function functionNames(prefix: string, inputs: readonly string[]): Map<string, string> {
  const taken = new Set<string>();
  return new Map(
    inputs.map((input) => {
      const plain = `${prefix}-${input.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 80)}`;
      let name = plain;
      for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${plain}-${n}`;
      taken.add(name.toLowerCase());
      return [input, name];
    }),
  );
}
