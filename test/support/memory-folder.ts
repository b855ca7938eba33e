import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const MEMORY = '/dev/shm'
const ROOM = 4 * 1024 ** 3

/**
 * Puts the temporary files of a run into memory if the system allows it: each commit of SQLite waits for the disk, and tests make tens of
 * thousands. Does nothing if TMPDIR is set. Returns the function that removes them.
 */
export function temporaryFilesInMemory(): () => void {
  const folder = process.env['TMPDIR'] === undefined ? makeFolder() : undefined
  if (folder === undefined) return () => {}
  process.env['TMPDIR'] = folder
  return () => {
    delete process.env['TMPDIR']
    rmSync(folder, { recursive: true, force: true })
  }
}

function makeFolder(): string | undefined {
  try {
    const { bavail, bsize } = statfsSync(MEMORY)
    if (bavail * bsize < ROOM) return undefined
    const folder = mkdtempSync(join(MEMORY, '1c-'))
    // PostgreSQL can run as another user, who must be able to enter the folder.
    chmodSync(folder, 0o711)
    if (runsPrograms(folder)) return folder
    rmSync(folder, { recursive: true, force: true })
  } catch {
    // This system has no such folder; the disk is used.
  }
  return undefined
}

/** Whether programs can be run from there: containers often forbid it, and some tests need it. */
function runsPrograms(folder: string): boolean {
  const file = join(folder, 'program')
  writeFileSync(file, '#!/bin/sh\n', { mode: 0o700 })
  try {
    execFileSync(file)
    return true
  } catch {
    return false
  } finally {
    rmSync(file)
  }
}
