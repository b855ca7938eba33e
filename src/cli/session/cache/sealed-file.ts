import { dirname } from 'node:path'
import { cmekKey, writtenCmekKey } from '../../../crypto/cmek.ts'
import { Problem } from '../../../problem.ts'
import { crypto, fs } from '../../context/builtins.ts'
import type { Context } from '../../context/context.ts'
import { locked } from '../../context/lock.ts'
import { replaceFile } from '../../context/private-file.ts'
import type { StoreKind } from '../../context/settings.ts'
import { textIn } from '../../context/text-file.ts'
import { bounded, type Contents, EMPTY } from './contents.ts'
import { cacheFile, cacheFiles, cacheFolder, type Owner } from './owner.ts'

/** The cache of one owner: a file of this machine, sealed under a key in the credential store. */
export interface Cache {
  readonly file: string
  /**
   * The content; undefined if there is none.
   * @throws Problem `check.failed` for a file that does not open, which is then deleted
   */
  read(): Promise<Contents | undefined>
  /** Changes the current content of the file; `undefined` deletes it. */
  change(next: (contents: Contents) => Contents | undefined): Promise<void>
}

type Place = Pick<Context, 'credentials' | 'now'> & { readonly settings: Pick<Context['settings'], 'dir'> }

/** The format of the content. A cache of another format counts as empty, and is replaced. */
const FORMAT = 1

interface Sealed {
  readonly format: number
  readonly owner: Owner
  readonly contents: Contents
}

export function sealedCache(context: Place, dir: string, kind: Exclude<StoreKind, 'none'>, owner: Owner): Cache {
  const file = cacheFile(dir, owner)
  /** Read once in a run: a keychain takes a tenth of a second. */
  let known: string | undefined

  async function written(): Promise<string | undefined> {
    known ??= await (await context.credentials(kind)).get(accountOf(owner.profile))
    return known
  }

  /** Created for the first value. Called under the lock, so two concurrent first values get one key. */
  async function ensured(): Promise<string> {
    const kept = await written()
    if (kept !== undefined) return kept
    known = writtenCmekKey(crypto().randomBytes(32))
    await (await context.credentials(kind)).set(accountOf(owner.profile), known)
    return known
  }

  async function read(): Promise<Contents | undefined> {
    const sealed = textIn(file)
    if (sealed === undefined) return undefined
    const key = await written()
    const text = key && (await (await keyOf(key)).decrypt(sealed))
    const opened = text === undefined ? undefined : (JSON.parse(text) as Sealed)
    // A file of another owner under this name would also open: all files of a profile have the same key.
    if (opened && JSON.stringify(opened.owner) === JSON.stringify(owner)) {
      return opened.format === FORMAT ? opened.contents : undefined
    }
    fs.rmSync(file, { force: true })
    throw new Problem('check.failed', `The cache ${file} was modified or is encrypted with another key. It was removed.`)
  }

  return {
    file,
    read,
    change(next) {
      fs.mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
      return locked(cacheFolder(dir), async () => {
        const contents = next((await read().catch(ignoringChanged)) ?? EMPTY)
        if (!contents) return fs.rmSync(file, { force: true })
        const sealed: Sealed = { format: FORMAT, owner, contents: bounded(contents, context.now()) }
        replaceFile(file, await (await keyOf(await ensured())).encrypt(JSON.stringify(sealed)))
      })
    },
  }
}

/** If the file was changed from outside, the next reader reports it; this writes it again. */
function ignoringChanged(error: unknown): undefined {
  if (!(error instanceof Problem) || error.code !== 'check.failed') throw error
}

/** Deletes everything that a profile has cached, no matter who used it, and its key. Returns the number of files. */
export async function dropCaches(context: Place, profile: string, kind: StoreKind | undefined): Promise<number> {
  const { dir } = context.settings
  // Without a cache there is no key, so the keychain is not opened.
  if (dir === undefined || cacheFiles(dir, profile).length === 0) return 0
  return locked(cacheFolder(dir), async () => {
    const files = cacheFiles(dir, profile)
    for (const file of files) fs.rmSync(file, { force: true })
    if (kind && kind !== 'none') await (await context.credentials(kind)).delete(accountOf(profile))
    return files.length
  })
}

function accountOf(profile: string): string {
  return `cache:${profile}`
}

/** The cipher and format of values under a customer key: AES-256-GCM. */
function keyOf(written: string) {
  return cmekKey(Buffer.from(written, 'base64'))
}
