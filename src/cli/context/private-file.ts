import { Problem } from '../../problem.ts'
import { crypto, fs } from './builtins.ts'
import { codeOf, isFull, reasonOf } from './system-error.ts'

/** Where `--out-file` sends it: a file, or stdout (undefined) without the flag and for `-`. */
export function outFileOf({ 'out-file': file }: { readonly 'out-file'?: string | undefined }): string | undefined {
  return file === '-' ? undefined : file
}

/**
 * Writes a file that only its owner may read (0600, or with another `mode`), whole or not at all. A device or pipe (`/dev/stdout`) is written through, and a
 * symbolic link is followed, never replaced; not what another user has put there.
 * @throws Problem naming the file: `usage` when it cannot be there, `internal` when the disk is full.
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
 * In a folder that everybody may write to, somebody else's link would choose the file that is replaced, and somebody else's pipe would get
 * the content. The rule is that of Linux for such folders (`protected_symlinks`, `protected_fifos`), in every folder.
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
    // What `umask` has taken away as well.
    fs.chmodSync(draft, mode)
    fs.renameSync(draft, file)
  } catch (error) {
    fs.rmSync(draft, { force: true })
    throw error
  }
}

/** A name beside the file that nobody can guess, and so nobody can have put a link there. */
export function draftOf(file: string): string {
  return `${file}.${crypto().randomBytes(8).toString('hex')}.tmp`
}

/** A failure to write, told of the file that was asked for and not of the draft beside it; nothing for what is no refusal of the system. */
export function writeProblem(path: string, error: unknown): Problem | undefined {
  if (codeOf(error) === undefined) return undefined
  return new Problem(isFull(error) ? 'internal' : 'usage', `${path} cannot be written: ${reasonOf(error)}.`, { cause: error })
}
