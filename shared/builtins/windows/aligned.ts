import type { WindowSpec } from './spec';
import type { Ticks } from '../../values/value';
import { alignUp, greatestCommonDivisor } from './alignment';

/**
 * Windows whose ends are known beforehand: tumbling, hopping and snapshot. Rows are folded into panes that the windows share; a window is the
 * union of the panes that end in (end - size, end].
 */
export interface AlignedWindows {
  /** End of the pane that a row of this time belongs to. */
  paneOf(t: Ticks): Ticks;
  /** The first window end at or after a pane's end. */
  firstEnd(pane: Ticks): Ticks;
  /** How long a pane is; 0 for an instant. */
  pane: Ticks;
  /** From one window end to the next; 0 when every pane is a window of its own. */
  hop: Ticks;
  size: Ticks;
}

/** undefined for windows that depend on their rows (sliding, session). */
export function alignedWindows(spec: WindowSpec): AlignedWindows | undefined {
  switch (spec.kind) {
    case 'tumbling':
      return periodic(spec.size, spec.size, spec.offset);
    case 'hopping':
      return periodic(spec.size, spec.hop, spec.offset);
    case 'snapshot':
      return { paneOf: (t) => t, firstEnd: (pane) => pane, pane: 0, hop: 0, size: 0 };
    default:
      return undefined;
  }
}

function periodic(size: Ticks, hop: Ticks, offset: Ticks): AlignedWindows {
  const pane = greatestCommonDivisor(size, hop);
  return { paneOf: (t) => alignUp(t, pane, offset), firstEnd: (end) => alignUp(end, hop, offset), pane, hop, size };
}
