/** Waits until `condition` holds; fails with `what` after `ms`. */
export async function waitFor(what: string, condition: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> {
  for (const deadline = Date.now() + ms; !(await condition()); ) {
    if (Date.now() > deadline) throw new Error(`After ${ms} ms still not: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
