import { availableParallelism } from 'node:os'
import { setImmediate } from 'node:timers/promises'
import { Problem } from '../../../../src/problem.ts'
import type { Database, DatabasePlace } from '../../../db/database.ts'
import type { AuditStore } from '../../../stores/audit/audit.ts'
import { threadPool } from '../../../threads/thread-pool.ts'
import type { Archived, ArchiveQuestion } from '../retention/archive.ts'
import type { FaultsQuestion, FaultsReport } from './all-faults.ts'
import { checkStretch, type Position, type Proofs, type Stretch, type StretchEnd } from './stretch.ts'

/** The job for a thread that checks a range. */
export interface CheckQuestion {
  readonly place: DatabasePlace
  readonly stretch: Stretch
  readonly proofs: Proofs
  /** One Int32: any value but 0 ends the check. */
  readonly stop: SharedArrayBuffer
}

export type Question = CheckQuestion | FaultsQuestion | ArchiveQuestion

export type Answer = { readonly stopped: boolean } & (StretchEnd | Archived | { readonly report: FaultsReport })

export interface Checking {
  /**
   * Whether every event of a range is valid. A short range is checked here, a long one by several threads at the same time.
   * @throws Problem `server.busy` if the server stops before the end
   */
  check(stretch: Stretch, proofs: Proofs): Promise<StretchEnd>
  /** Names every fault of a chain, in a thread. @throws Problem `server.busy` as `check` */
  faults(question: Omit<FaultsQuestion, 'place' | 'stop'>): Promise<FaultsReport>
  /** Writes a range to a file and checks it, in a thread. Throws like `check` and `writeArchive`. */
  archive(question: Omit<ArchiveQuestion, 'place' | 'stop'>): Promise<Archived>
  /** Ends running checks. */
  stop(): Promise<void>
}

/** Up to this many events are checked on the calling thread: starting another one takes as long. */
const FEW = 1000
/** The number of events read at a time here; other work runs in between. */
const PAGE = 250
/** The number of events that justifies another thread. */
const SHORTEST_PART = 20_000
const MOST_PARTS = 4
/** Threads end when idle, because checks are minutes apart. */
const THREADS = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 96, idleMs: 1000 }

/** Checks of the audit log. A range is split into at most as many parts as there are processors, and at most four. */
export function checking(
  database: Pick<Database<{ audit: AuditStore }>, 'place' | 'read'>,
  { parts = Math.min(MOST_PARTS, availableParallelism()), shortestPart = SHORTEST_PART } = {},
): Checking {
  const ask = threadPool<Question, Answer>('check-thread', import.meta.url, THREADS)
  const stop = new SharedArrayBuffer(4)
  const running = new Set<Promise<unknown>>()
  const rows = (...wanted: Parameters<AuditStore['following']>) => database.read(({ audit }) => audit.following(...wanted))

  async function inThread<Expected extends Answer>(question: Question): Promise<Expected> {
    const answer = ask(question)
    const settled = answer.catch(() => {})
    running.add(settled)
    settled.finally(() => running.delete(settled))
    const found = (await answer) as Expected
    if (found.stopped) throw new Problem('server.busy', 'The server is stopping; the audit log was not checked completely.')
    return found
  }

  /** Further starting points, a few events apart. The previous part ends at each of them and so proves it. */
  async function splits({ orgId, from, to }: Stretch): Promise<Position[]> {
    const count = Math.max(1, Math.min(parts, Math.floor((to - from.seq) / shortestPart)))
    const found: Position[] = []
    for (let part = 1; part < count; part++) {
      const before = from.seq + Math.floor(((to - from.seq) * part) / count) - 1
      const [row] = await rows(orgId, before, to, 1)
      if (row) found.push({ seq: row.seq, id: row.id, hash: row.integrity_hash })
    }
    return found
  }

  async function checkInParts(stretch: Stretch, proofs: Proofs): Promise<StretchEnd> {
    const begins = [stretch.from, ...(await splits(stretch))]
    const ends = await Promise.all(
      begins.map((from, part) => {
        const to = begins[part + 1]?.seq ?? stretch.to
        const pinned = proofs.pinned.filter(([seq]) => seq > from.seq && seq <= to)
        const own = { orgId: stretch.orgId, from, to }
        const question = { place: database.place, stretch: own, proofs: { ...proofs, pinned }, stop }
        return inThread<Answer & StretchEnd>(question)
      }),
    )
    for (const [part, { end, fault }] of ends.entries()) {
      if (fault) return { end, fault }
      const next = begins[part + 1]
      if (next && (next.id !== end.id || next.hash !== end.hash)) {
        return { end, fault: { seq: next.seq, why: `event ${next.seq}: it was changed in the meantime` } }
      }
    }
    return { end: ends.at(-1)?.end ?? stretch.from }
  }

  return {
    check(stretch, proofs) {
      if (stretch.to - stretch.from.seq > FEW) return checkInParts(stretch, proofs)
      return checkStretch(stretch, proofs, rows, { page: PAGE, turn: setImmediate })
    },
    async faults(question) {
      const { report } = await inThread<Answer & { report: FaultsReport }>({ ...question, place: database.place, stop })
      return report
    },
    archive: question => inThread<Answer & Archived>({ ...question, place: database.place, stop }),
    async stop() {
      Atomics.store(new Int32Array(stop), 0, 1)
      await Promise.all(running)
    },
  }
}
