/**
 * The newest signed head of each organisation's trail that this machine has seen, just as `known_hosts` keeps the keys of servers: if a
 * server cuts off its trail together with the checkpoints, this machine still notices.
 */
import { join } from 'node:path'
import type { SignedHead } from '../../crypto/audit-chain.ts'
import { fs } from '../context/builtins.ts'
import { locked } from '../context/lock.ts'
import { replaceFile } from '../context/private-file.ts'
import { textIn } from '../context/text-file.ts'

export interface KnownHeads {
  readonly file: string
  /** The heads of an organisation on a server; of every organisation there if the server names none because it shows no trail at all. */
  of(origin: string, orgId: string | undefined): readonly SignedHead[]
  /** Keeps a newer head; returns false if the folder cannot be written. */
  remember(origin: string, head: SignedHead): Promise<boolean>
}

type Heads = Readonly<Record<string, Readonly<Record<string, SignedHead>>>>

/** The file `audit-heads.json` in the configuration folder; nothing in it is secret. An invalid file counts as empty. */
export function knownHeads(dir: string | undefined): KnownHeads {
  const file = join(dir ?? '', 'audit-heads.json')
  const all = () => (dir === undefined ? {} : read(file))
  return {
    file,
    of(origin, orgId) {
      const heads = all()[origin] ?? {}
      return orgId === undefined ? Object.values(heads) : Object.values(heads).filter(head => head.org_id === orgId)
    },
    async remember(origin, head) {
      if (dir === undefined) return false
      try {
        fs.mkdirSync(dir, { recursive: true, mode: 0o700 })
        await locked(file, () => keep(file, origin, head))
        return true
      } catch {
        return false
      }
    },
  }
}

function keep(file: string, origin: string, head: SignedHead): void {
  const all = read(file)
  const known = all[origin]?.[head.org_id]
  if (known && known.seq >= head.seq) return
  replaceFile(file, JSON.stringify({ ...all, [origin]: { ...all[origin], [head.org_id]: head } }))
}

function read(file: string): Heads {
  try {
    return JSON.parse(textIn(file) ?? '{}') as Heads
  } catch {
    return {}
  }
}
