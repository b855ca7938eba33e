import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { programFile } from '../program-file.ts'
import type { Facts } from './facts.ts'
import { JOBS, type JobName } from './jobs/all.ts'
import type { Job, Place } from './jobs/job.ts'
import { ensureFactorsOpen } from './jobs/keys.ts'
import { openParts, type Parts } from './parts.ts'
import type { Copy, Scene } from './scene.ts'
import { valuesIn } from './values.ts'

const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/1claw/chaos', import.meta.url))

/** Concurrent rounds: a starting process mostly waits for the disk. */
const AT_ONCE = 3
/** The maximum number of processes that end by themselves for each killed one. */
const TRIES = 5

/** The number of rounds of kills: a few, or the value of `ONECLAW_CHAOS_ROUNDS`. */
export function roundsOf(few: number): number {
  return Number(process.env['ONECLAW_CHAOS_ROUNDS'] ?? few)
}

/** When a process is killed: at a step of its job, or after a time. */
interface Death {
  readonly step?: number
  readonly afterMs?: number
}

/** Returns the number of steps of the job; undefined if it was killed. */
async function runChild(job: JobName, { config, elsewhere }: Copy, facts: Facts, death: Death): Promise<number | undefined> {
  const file = join(config.dataDir, '..', 'order.json')
  const place = ({ dataDir, databaseUrl }: Copy['config']) => ({ dataDir, databaseUrl })
  const dieAt = death.step ?? null
  await writeFile(file, JSON.stringify({ job, ...place(config), elsewhere: place(elsewhere), facts, dieAt }))
  const child = spawn(process.execPath, [await programFile('chaos-child'), file], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // A round spends most of its time on the start of the process.
    env: { ...process.env, NODE_COMPILE_CACHE: CACHE },
  })
  const exited = once(child, 'exit')
  let steps: number | undefined
  createInterface({ input: child.stdout }).on('line', line => {
    if (line === 'begins') {
      if (death.afterMs !== undefined) void pause(death.afterMs).then(() => child.kill('SIGKILL'))
    } else steps = Number(line.split(' ')[1])
  })
  const [code, signal] = (await exited) as [number | null, string | null]
  if (code !== 0 && signal !== 'SIGKILL') throw new Error(`${job} ended with ${code}.`)
  return steps
}

/** The results of the rounds, for figures. */
export interface Tally {
  readonly steps: number
  readonly killed: number
  /** Processes that ended before they were killed; each was followed by another. */
  readonly finished: number
}

/**
 * Lets a job run in a process that is killed at a random step or moment, once a round, each time with the same data. After each death
 * everything must open, the job must complete, and everything must open again.
 */
export async function killOften(name: JobName, scene: Scene, rounds: number): Promise<Tally> {
  const job: Job = JOBS[name]
  const { facts } = scene
  const whole = await withCopy(scene, job, copy => undisturbed(job, copy, facts))
  const { steps } = whole
  let finished = 0
  const oneRound = async (round: number, tries = 0): Promise<void> => {
    // Most kills are at a step, so all steps are equally likely; some are at a random moment, to hit the middle of a step.
    const isByStep = steps > 0 && round % 4 < 3
    // The job takes longer in the child process, whose code is cold, than here; or it is much faster, if the machine was busy here.
    const longest = (2 * whole.ms) / 2 ** tries
    const death = isByStep ? { step: 1 + Math.floor(Math.random() * steps) } : { afterMs: Math.random() * longest }
    const isKilled = await withCopy(scene, job, async copy => {
      const taken = await runChild(name, copy, facts, death)
      const where = `round ${round}, ${JSON.stringify(death)} of ${steps} steps`
      await afterDeath(job, copy, facts).catch((error: unknown) => {
        throw new Error(`${name}: ${where}: ${String(error)}`, { cause: error })
      })
      return taken === undefined
    })
    if (isKilled) return
    // It ended before the kill, which does not count as a round.
    if (++finished > TRIES * rounds) throw new Error(`${name} ends before it can be killed.`)
    return oneRound(round, tries + 1)
  }
  const waiting = Array.from({ length: rounds }, (_, round) => round)
  const worker = async () => {
    for (let round = waiting.shift(); round !== undefined; round = waiting.shift()) await oneRound(round)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return { steps, killed: rounds, finished }
}

/** Runs the whole job in this process. Returns its number of steps and its duration. */
async function undisturbed(job: Job, copy: Copy, facts: Facts): Promise<{ readonly steps: number; readonly ms: number }> {
  const { elsewhere } = copy
  let steps = 0
  const step = () => void steps++
  const done = await withParts(
    copy,
    async parts => {
      steps = 0
      const began = performance.now()
      await job.start({ parts, facts, elsewhere })
      return { steps, ms: performance.now() - began }
    },
    step,
  )
  await withParts(copy, async parts => {
    await job.ensureDone({ parts, facts, elsewhere })
    await ensureOpen(parts, job, facts)
  })
  return done
}

async function afterDeath(job: Job, copy: Copy, facts: Facts): Promise<void> {
  const { elsewhere } = copy
  await withParts(copy, async parts => {
    await ensureOpen(parts, job, facts)
    await job.finish({ parts, facts, elsewhere })
    await job.ensureDone({ parts, facts, elsewhere })
    await ensureOpen(parts, job, facts)
    const grant = { orgId: facts.orgId } as never
    const { ok, faults } = await parts.services.verifyAudit(grant, true)
    if (!ok) throw new Error(`The audit log is not sound: ${JSON.stringify(faults)}`)
  })
}

async function ensureOpen(parts: Parts, job: Job, facts: Facts): Promise<void> {
  const found = await valuesIn(parts, facts.customerKeys)
  for (const [place, value] of Object.entries(facts.values)) {
    const now = found[place]
    if (now === undefined && job.mayBeGone?.(facts, placeOf(place))) continue
    if (now !== value) throw new Error(`${place} is ${now === undefined ? 'gone' : 'another value'}.`)
  }
  await ensureFactorsOpen({ parts })
}

function placeOf(place: string): Place {
  const [vault = '', path = '', , version] = place.split(' ')
  return { vault, path, version: Number(version) }
}

async function withCopy<T>(scene: Scene, job: Job, work: (copy: Copy) => Promise<T>): Promise<T> {
  const copy = await scene.copy(job.settings)
  try {
    return await work(copy)
  } finally {
    await copy.remove()
  }
}

async function withParts<T>(copy: Copy, work: (parts: Parts) => Promise<T>, step = () => {}): Promise<T> {
  const parts = await openParts(copy.config, { step })
  try {
    return await work(parts)
  } finally {
    await parts.close()
  }
}
