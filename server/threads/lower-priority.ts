import { constants, setPriority } from 'node:os'

/**
 * For a thread that must not delay the one that answers. Only Linux has priorities for threads: elsewhere this would change the whole
 * server's.
 */
export function lowerPriority(): void {
  if (process.platform !== 'linux') return
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // The environment forbids it: then the thread keeps its priority.
  }
}
