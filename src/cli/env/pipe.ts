import { spawnSync } from 'node:child_process'
import { constants, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'

/** A pipe as a shell makes one. Anyone who opens it closes both ends. */
export interface PipeEnds {
  /** Does not block. */
  readonly read: number
  readonly write: number
  /** What reads from `read`, where something does already. */
  readonly source?: Readable
}

/** Where a folder for a moment can be made, memory first. */
export function roomyFolder(): string | undefined {
  for (const parent of ['/dev/shm', tmpdir()]) {
    try {
      if (existsSync(parent)) return mkdtempSync(join(parent, '1claw-'))
    } catch {
      // Read-only, as containers have it; perhaps the next one is not.
    }
  }
  return undefined
}

/**
 * Node gives a program a socket for a pipe, and a socket cannot be opened as `/dev/stdout`. A named pipe, which loses its name at once,
 * is a pipe in all respects. Nothing where none can be made: Windows, or no folder that can be written.
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
