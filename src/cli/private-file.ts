import { chmodSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'

/**
 * Writes a file that only its owner may read (0600), whole or not at all. A device or pipe (`/dev/stdout`) is written through, and a
 * symbolic link is followed, never replaced. Throws what `node:fs` throws.
 */
export function replaceFile(path: string, content: string | Uint8Array): void {
  const there = statSync(path, { throwIfNoEntry: false })
  if (there && !there.isFile()) {
    writeFileSync(path, content)
    return
  }
  const file = there ? realpathSync(path) : path
  const draft = `${file}.${process.pid}.tmp`
  try {
    writeFileSync(draft, content, { mode: 0o600 })
    // `mode` counts only for a file that was not there.
    chmodSync(draft, 0o600)
    renameSync(draft, file)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
}
