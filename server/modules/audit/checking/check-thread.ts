import { openReadConnection } from '../../../db/read-connection.ts'
import { auditStore } from '../../../stores/audit/audit.ts'
import { lowerPriority } from '../../../threads/lower-priority.ts'
import { writeArchive } from '../retention/archive.ts'
import { allFaults } from './all-faults.ts'
import { checkStretch, type Rows } from './stretch.ts'
import type { Answer, Question } from './threads.ts'

/**
 * The thread that checks long ranges of the audit log. It reads through its own connection at a lower priority, so neither requests nor
 * commits wait for it.
 */
lowerPriority()

/** Events read at a time. */
const PAGE = 1000

export default async function answerOf(question: Question): Promise<Answer> {
  const database = await openReadConnection(question.place, handle => ({ audit: auditStore(handle, () => undefined) }))
  const rows: Rows = (...wanted) => database.read(({ audit }) => audit.following(...wanted))
  const told = new Int32Array(question.stop)
  const stopped = () => Atomics.load(told, 0) !== 0
  try {
    if ('file' in question) return { ...(await writeArchive(question, rows, stopped)), stopped: stopped() }
    if ('heads' in question) return { report: await allFaults(question, rows, stopped), stopped: stopped() }
    return { ...(await checkStretch(question.stretch, question.proofs, rows, { page: PAGE, stopped })), stopped: stopped() }
  } finally {
    await database.close()
  }
}
