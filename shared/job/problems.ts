import { WeirError, messageOf } from '../errors';

/** Gathers what is wrong, so that all of it is reported at once. */
export class Problems {
  private readonly messages: string[] = [];

  /** undefined when `make` throws. */
  attempt<T>(make: () => T): T | undefined {
    try {
      return make();
    } catch (error) {
      this.messages.push(messageOf(error));
      return undefined;
    }
  }

  throwIfAny(code: string, what: string): void {
    if (this.messages.length > 0) throw new WeirError(code, `${what}:\n${this.messages.map((message) => `  ${message}`).join('\n')}`, 'stop');
  }
}
