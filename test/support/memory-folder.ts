import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const MEMORY = '/dev/shm'
const ROOM = 4 * 1024 ** 3

/**
 * Puts the temporary files of a run into memory, where the system lets them be there: a commit of SQLite waits for the disk, and tests
 * make tens of thousands. Whoever has set TMPDIR has chosen. Returns what takes them away.
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
    // PostgreSQL may run as another user, who has to get through.
    chmodSync(folder, 0o711)
    if (runsPrograms(folder)) return folder
    rmSync(folder, { recursive: true, force: true })
  } catch {
    // No such thing on this system: the disk will do.
  }
  return undefined
}

/** Containers often forbid it there, and some tests need it. */
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
