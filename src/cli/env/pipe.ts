import { spawnSync } from 'node:child_process'
import { constants, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'

/** A pipe like a shell's. The opener closes both ends. */
export interface PipeEnds {
  /** Does not block. */
  readonly read: number
  readonly write: number
  /** The reader of `read`, if there is one already. */
  readonly source?: Readable
}

/** Where a temporary folder can be created; folders in memory come first. */
export function roomyFolder(): string | undefined {
  for (const parent of ['/dev/shm', tmpdir()]) {
    try {
      if (existsSync(parent)) return mkdtempSync(join(parent, '1claw-'))
    } catch {
      // This folder is read-only, as in containers; the next one may not be.
    }
  }
  return undefined
}

/**
 * Node.js gives a program a socket as a pipe, and a socket cannot be opened as `/dev/stdout`. A named pipe, whose name is removed at once,
 * behaves like a pipe. Undefined if none can be made: on Windows, or without a writable folder.
 */
export function openPipe(): PipeEnds | undefined {
  const folder = process.platform === 'win32' ? undefined : roomyFolder()
  if (folder === undefined) return undefined
  const path = join(folder, 'pipe')
  try {
    if (spawnSync('mkfifo', ['-m', '600', path], { stdio: 'ignore' }).status !== 0) return undefined
    const read = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    return { read, write: openSync(path, constants.O_WRONLY) }
  } catch {
    return undefined
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
