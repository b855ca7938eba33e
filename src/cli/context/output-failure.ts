import { fs } from './builtins.ts'
import { reasonOf } from './system-error.ts'

/**
 * The exit code when standard output could not be written, which is reported on stderr. A reader that has seen enough (`| head`) is not an
 * error.
 */
export function outputFailed(error: unknown): number {
  if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return 0
  try {
    fs.writeSync(2, `error: standard output: ${reasonOf(error)}.\n`)
  } catch {
    // This cannot be reported either.
  }
  return 1
}

/** Whether a write to one of our streams failed. */
export function isOfOutput(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall === 'write' && !('path' in error)
}
