import { fs } from './builtins.ts'

/**
 * Writes a file that only its owner may read (0600), whole or not at all. A device or pipe (`/dev/stdout`) is written through, and a
 * symbolic link is followed, never replaced. Throws what `node:fs` throws.
 */
export function replaceFile(path: string, content: string | Uint8Array): void {
  const there = fs.statSync(path, { throwIfNoEntry: false })
  if (there && !there.isFile()) {
    fs.writeFileSync(path, content)
    return
  }
  const file = there ? fs.realpathSync(path) : path
  const draft = `${file}.${process.pid}.tmp`
  try {
    fs.writeFileSync(draft, content, { mode: 0o600 })
    // `mode` counts only for a file that was not there.
    fs.chmodSync(draft, 0o600)
    fs.renameSync(draft, file)
  } catch (error) {
    fs.rmSync(draft, { force: true })
    throw error
  }
}
