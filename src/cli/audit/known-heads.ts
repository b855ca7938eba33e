/**
 * The newest signed head of each organisation's trail that this machine has seen, as `known_hosts` keeps the keys of servers: who cuts
 * the trail off together with its checkpoints on the server cannot cut it off here.
 */
import { join } from 'node:path'
import type { SignedHead } from '../../crypto/audit-chain.ts'
import { fs } from '../context/builtins.ts'
import { replaceFile } from '../context/private-file.ts'
import { contentOf } from '../context/settings.ts'

export interface KnownHeads {
  readonly file: string
  /** Those of an organisation on a server; of every organisation there when the server names none, because it shows no trail at all. */
  of(origin: string, orgId: string | undefined): readonly SignedHead[]
  /** Keeps the head when it is newer than the one that is known; answers false where the folder cannot be written. */
  remember(origin: string, head: SignedHead): boolean
}

type Heads = Readonly<Record<string, Readonly<Record<string, SignedHead>>>>

/** The file `audit-heads.json` of the configuration folder; nothing in it is secret. One that cannot be understood counts as empty. */
export function knownHeads(dir: string): KnownHeads {
  const file = join(dir, 'audit-heads.json')
  return {
    file,
    of(origin, orgId) {
      const heads = read(file)[origin] ?? {}
      return orgId === undefined ? Object.values(heads) : Object.values(heads).filter(head => head.org_id === orgId)
    },
    remember(origin, head) {
      const all = read(file)
      const known = all[origin]?.[head.org_id]
      if (known && known.seq >= head.seq) return true
      try {
        fs.mkdirSync(dir, { recursive: true, mode: 0o700 })
        replaceFile(file, JSON.stringify({ ...all, [origin]: { ...all[origin], [head.org_id]: head } }))
        return true
      } catch {
        return false
      }
    },
  }
}

function read(file: string): Heads {
  try {
    return JSON.parse(contentOf(file) ?? '{}') as Heads
  } catch {
    return {}
  }
}
