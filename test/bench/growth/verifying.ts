/** Verification of the audit log, and the removal of its first events. */
import { readConfig } from '../../../server/config/config.ts'
import { assemble } from '../../../server/main.ts'
import { load } from '../load.ts'
import { ask, LIVEZ } from './asking.ts'
import { type Figure, type Figures, GOALS, milliseconds, within } from './figure.ts'
import type { Installation } from './installation.ts'

interface Verdict {
  readonly ok: boolean
  readonly checked: number
  readonly removed?: { readonly to: number }
}

type Verifier = Pick<Installation, 'server' | 'token'>

async function verify({ server, token }: Verifier, query: string): Promise<{ readonly verdict: Verdict; readonly ms: number }> {
  const { status, body, ms } = await ask(server, token, `/v1/audit/verify${query}`, 'POST')
  const verdict = JSON.parse(body) as Verdict
  if (status !== 200 || !verdict.ok) throw new Error(`The audit log is not sound: ${body}`)
  return { verdict, ms }
}

/** The time to verify every event, the time if nothing is new, and how long another client waits during that. */
export async function verifying(installation: Verifier): Promise<Figures> {
  let isDone = false
  const all = verify(installation, '?full=true').finally(() => {
    isDone = true
  })
  let slowest = 0
  while (!isDone) slowest = Math.max(slowest, (await load(installation.server, 1, LIVEZ, 1)).p99)
  const { verdict, ms } = await all
  const text = `${verdict.checked} in ${milliseconds(ms)}, /livez p99 ${slowest} ms`
  return {
    'verification of every event': { text, value: slowest, most: GOALS.livez },
    'verification since the last': within((await verify(installation, '')).ms, GOALS.verifyNew),
  }
}

const DAY_MS = 86_400_000

/**
 * Removes the events up to the checkpoint that was signed at `signedAt` from a closed installation; returns its duration in milliseconds.
 */
export async function cut(dataDir: string, signedAt: number): Promise<number> {
  const env = { ONECLAW_LOG_LEVEL: 'silent', ONECLAW_AUDIT_RETENTION_DAYS: '1', ONECLAW_AUDIT_ARCHIVE: 'none' }
  // The clock is a day after that checkpoint.
  const { services, close } = await assemble(readConfig({ dataDir }, env), () => signedAt + DAY_MS + 1)
  try {
    const began = performance.now()
    await services.removeOldEvents()
    return performance.now() - began
  } finally {
    await close()
  }
}

/** Afterwards the audit log is sound and says what was removed. */
export async function verifyingCut(installation: Verifier, ms: number): Promise<Figure> {
  const { verdict } = await verify(installation, '?full=true')
  const removed = verdict.removed?.to
  if (removed === undefined) throw new Error('Nothing was removed from the audit log.')
  return { text: `${removed} in ${milliseconds(ms)}, ${verdict.checked} left are sound` }
}
