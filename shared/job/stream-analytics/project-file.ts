import { messageOf } from '../../errors';
import { nearestName } from '../nearest';
import { isObject } from '../schema';

/** Takes what is wrong; all of it is reported at once. */
export type ReportProblem = (message: string) => void;

/**
 * One JSON file of a Stream Analytics project, read property by property, in any case as its own tools do. Whatever is wrong is reported with file and
 * property, and reading goes on.
 */
export class ProjectFile {
  private readonly values: ReadonlyMap<string, { name: string; value: unknown }>;

  constructor(
    /** Relative to the project. */
    readonly file: string,
    content: Readonly<Record<string, unknown>>,
    private readonly report: ReportProblem,
    private readonly path = '',
  ) {
    this.values = new Map(Object.entries(content).map(([name, value]) => [name.toLowerCase(), { name, value }]));
  }

  /** `Inputs/a.json, EventHubProperties.EventHubName`. */
  at(name: string): string {
    return `${this.file}, ${this.path}${this.values.get(name.toLowerCase())?.name ?? name}`;
  }

  problem(name: string, message: string): void {
    this.report(`${this.at(name)}: ${message}`);
  }

  /** undefined when absent, null or empty. */
  text(name: string): string | undefined {
    const value = this.value(name);
    if (value === undefined || value === '') return undefined;
    if (typeof value === 'string') return value;
    this.problem(name, `must be text, found ${JSON.stringify(value)}`);
    return undefined;
  }

  /** Reported when absent or no text; `''` then. */
  required(name: string, example: string): string {
    const value = this.value(name);
    if (value === undefined || value === '') this.problem(name, `is missing; for example ${JSON.stringify(example)}`);
    return this.text(name) ?? '';
  }

  /** One of the names of `choices` in any case, as the value it stands for; `fallback` when absent or none of them. */
  choice<T>(name: string, choices: Readonly<Record<string, T>>, fallback: T): T {
    const value = this.value(name);
    if (value === undefined || value === '') return fallback;
    const found = Object.keys(choices).find((known) => known.toLowerCase() === String(value).toLowerCase());
    if (found !== undefined) return choices[found] as T;
    this.problem(name, `must be one of ${Object.keys(choices).join(', ')}, found ${JSON.stringify(value)}${nearestName(String(value), Object.keys(choices))}`);
    return fallback;
  }

  /** A whole number, also as text, as some versions of the tools write it. */
  integer(name: string, { min, max, fallback }: { min: number; max: number; fallback: number }): number {
    const value = this.value(name);
    if (value === undefined || value === '') return fallback;
    const number = Number(value);
    if (Number.isInteger(number) && number >= min && number <= max) return number;
    this.problem(name, `must be a whole number from ${min} to ${max}, found ${JSON.stringify(value)}`);
    return fallback;
  }

  /** An object; an empty one when absent. */
  section(name: string): ProjectFile {
    const value = this.value(name);
    if (value !== undefined && !isObject(value)) this.problem(name, `must be an object, found ${JSON.stringify(value)}`);
    return new ProjectFile(this.file, isObject(value) ? value : {}, this.report, `${this.path}${name}.`);
  }

  /** The objects of a list; none when absent. */
  list(name: string): ProjectFile[] {
    const value = this.value(name);
    if (value === undefined) return [];
    if (Array.isArray(value) && value.every(isObject)) return value.map((item, i) => new ProjectFile(this.file, item, this.report, `${this.path}${name}[${i}].`));
    this.problem(name, `must be a list of objects, found ${JSON.stringify(value)}`);
    return [];
  }

  /** The texts of a list; undefined when absent or empty. */
  texts(name: string): string[] | undefined {
    const value = this.value(name);
    if (value === undefined || value === '') return undefined;
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.length > 0 ? value : undefined;
    this.problem(name, `must be a list of texts, found ${JSON.stringify(value)}`);
    return undefined;
  }

  /** Reports what `make` throws as a problem of the property. */
  attempt<T>(name: string, make: () => T): T | undefined {
    try {
      return make();
    } catch (error) {
      this.problem(name, messageOf(error));
      return undefined;
    }
  }

  /** undefined when absent or null. */
  private value(name: string): unknown {
    return this.values.get(name.toLowerCase())?.value ?? undefined;
  }
}
