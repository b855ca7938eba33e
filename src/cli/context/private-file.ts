import { Problem } from '../../problem.ts'
import { crypto, fs } from './builtins.ts'
import { codeOf, isFull, reasonOf } from './system-error.ts'

/** The target of `--out-file`: a file, or stdout (undefined) without the flag and for `-`. */
export function outFileOf({ 'out-file': file }: { readonly 'out-file'?: string | undefined }): string | undefined {
  return file === '-' ? undefined : file
}

/**
 * Writes a file that only its owner may read (0600, or another `mode`), completely or not at all. A device or pipe (`/dev/stdout`) is
 * written through, and a symbolic link is followed, never replaced, unless another user owns it.
 * @throws Problem naming the file: `usage` when it cannot be there, `internal` when the disk is full
 */
export function replaceFile(path: string, content: string | Uint8Array, mode = 0o600): void {
  ensureOwnPlace(path)
  const there = fs.statSync(path, { throwIfNoEntry: false })
  try {
    if (there && !there.isFile()) fs.writeFileSync(path, content)
    else replaceRegular(there ? fs.realpathSync(path) : path, content, mode)
  } catch (error) {
    throw writeProblem(path, error) ?? error
  }
}

/**
 * In a folder that everyone may write to, somebody else's link would choose the file to replace, and somebody else's pipe would receive the
 * content. This applies Linux's rule for such folders (`protected_symlinks`, `protected_fifos`) to every folder.
 */
function ensureOwnPlace(path: string): void {
  const me = process.geteuid?.()
  const there = fs.lstatSync(path, { throwIfNoEntry: false })
  if (me === undefined || !there || there.isFile() || there.uid === me || there.uid === 0) return
  const kind = there.isSymbolicLink() ? 'a symbolic link' : 'no file and'
  throw new Problem('usage', `${path} is ${kind} of another user (uid ${there.uid}), who would choose where this goes.`, {
    hint: 'Write to a folder that only you can write to.',
  })
}

function replaceRegular(file: string, content: string | Uint8Array, mode: number): void {
  const draft = draftOf(file)
  try {
    fs.writeFileSync(draft, content, { mode: 0o600, flag: 'wx' })
    // Permissions that `umask` has removed as well.
    fs.chmodSync(draft, mode)
    fs.renameSync(draft, file)
  } catch (error) {
    fs.rmSync(draft, { force: true })
    throw error
  }
}

/** An unguessable name next to the file, so that nobody can have put a link there. */
export function draftOf(file: string): string {
  return `${file}.${crypto().randomBytes(8).toString('hex')}.tmp`
}

/** A write failure, reported for the requested file and not its draft; nothing if it is not an error of the system. */
export function writeProblem(path: string, error: unknown): Problem | undefined {
  if (codeOf(error) === undefined) return undefined
  return new Problem(isFull(error) ? 'internal' : 'usage', `${path} cannot be written: ${reasonOf(error)}.`, { cause: error })
}
