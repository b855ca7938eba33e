import { constants, setPriority } from 'node:os'

/** For a thread that must not hold up the one that answers. Linux alone has priorities of threads: elsewhere this would be the whole server's. */
export function lowerPriority(): void {
  if (process.platform !== 'linux') return
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // Forbidden by the one who runs us: then it takes its turn like everything else.
  }
}
