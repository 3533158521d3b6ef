import type { Command } from './command';
import { conformance } from './conformance/command';
import { explain } from './explain/command';
import { publish } from './publish/command';
import { redriveCommand } from './redrive/command';
import { run } from './run';
import { test } from './test/command';
import { emulators, up } from './up/command';

/** Everything that `weir` can be asked for, in the order of its help. */
export const COMMANDS: readonly Command[] = [up, emulators, run, test, publish, redriveCommand, explain, conformance];
