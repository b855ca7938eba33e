import { readFileSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { Problem } from '../../../src/problem.ts'

/** A head of a chain that was signed. */
export interface AnchoredHead {
  readonly seq: number
  readonly hash: string
}

/** The newest heads of the chains, stored outside the database, so that a writer to the database cannot restore an older state. */
export interface Anchor {
  head(orgId: string): AnchoredHead | undefined
  /** Keeps a newer head; `save` writes it. */
  remember(orgId: string, head: AnchoredHead): void
  /** Writes the heads that were kept since the last call, completely or not at all. */
  save(): Promise<void>
}

interface AnchorFile {
  /** Names the key of the MACs, see `keyName`. */
  readonly key: string
  readonly heads: Readonly<Record<string, AnchoredHead>>
}

/**
 * The anchor in a file of the data folder. `key` names the key of the MACs: with another key, the file belongs to other data.
 * @throws Problem `config.invalid` if the file belongs to other data or is damaged; a person must then decide
 */
export function fileAnchor(file: string, key: string): Anchor {
  const known = read(file)
  if (known && known.key !== key) {
    throw new Problem(
      'config.invalid',
      `${file} remembers an audit log that was written with another key than this database has.`,
      {
        hint: 'If the database was replaced on purpose (a restored backup), move that file away and start again. Otherwise somebody removed the key of the audit log: keep both and investigate.',
      },
    )
  }
  const heads = new Map(Object.entries(known?.heads ?? {}))
  let changed = known === undefined
  let last: Promise<void> = Promise.resolve()
  return {
    head: orgId => heads.get(orgId),
    remember(orgId, head) {
      if ((heads.get(orgId)?.seq ?? 0) >= head.seq) return
      heads.set(orgId, head)
      changed = true
    },
    save() {
      // Writes run one after the other, because they use the same draft file.
      last = last
        .catch(() => {})
        .then(async () => {
          if (!changed) return
          changed = false
          await replace(file, JSON.stringify({ key, heads: Object.fromEntries(heads) } satisfies AnchorFile))
        })
      return last
    },
  }
}

/** For a database without a data folder, as in tests. */
export function memoryAnchor(): Anchor {
  const heads = new Map<string, AnchoredHead>()
  return {
    head: orgId => heads.get(orgId),
    remember: (orgId, head) => void heads.set(orgId, head),
    save: async () => {},
  }
}

function read(file: string): AnchorFile | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as AnchorFile
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new Problem('config.invalid', `${file} cannot be read: ${(error as Error).message}.`, {
      hint: 'It remembers the newest signed events of the audit log. Bring it back from a backup, or move it away after you have found out why it is damaged.',
    })
  }
}

async function replace(file: string, text: string): Promise<void> {
  const draft = `${file}.tmp`
  const handle = await open(draft, 'w', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(draft, file)
}
