import { Problem } from '../../problem.ts'
import { crypto, fs } from './builtins.ts'

/** It is never held longer than reading and writing a file takes. */
const LIMIT_MS = 10_000
/** The limit for a holder on another machine, which cannot be checked. */
const FORGOTTEN_MS = 60_000

/**
 * Does the work while no other run works on the same file: `<file>.lock` exists during the work. A lock of a dead run is removed.
 * @throws Problem `config.invalid` when another run holds it for too long, or the folder cannot be written; and whatever the work throws
 */
export async function locked<T>(file: string, work: () => T | Promise<T>, limitMs = LIMIT_MS): Promise<T> {
  const lock = `${file}.lock`
  const mine = `${process.pid} ${hostname()} ${crypto().randomUUID()}`
  const deadline = performance.now() + limitMs
  while (!taken(lock, mine)) {
    if (isLeftBehind(lock)) continue
    if (performance.now() > deadline) {
      throw new Problem('config.invalid', `${file} is being changed by another run of 1claw, since ${limitMs / 1000} s now.`, {
        hint: `If no other run is active, remove ${lock}.`,
      })
    }
    await new Promise(resolve => setTimeout(resolve, 10 + Math.random() * 30))
  }
  try {
    return await work()
  } finally {
    if (contentOf(lock) === mine) fs.rmSync(lock, { force: true })
  }
}

function taken(lock: string, mine: string): boolean {
  try {
    fs.writeFileSync(lock, mine, { mode: 0o600, flag: 'wx' })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

/** Removes the lock of a dead run. True if it is worth retrying at once. */
function isLeftBehind(lock: string): boolean {
  const content = contentOf(lock)
  if (content === undefined) return true
  if (!isAbandoned(lock, content)) return false
  // Renamed first: another run that found it abandoned must not remove the lock of a newer run.
  const aside = `${lock}.${crypto().randomUUID()}`
  try {
    fs.renameSync(lock, aside)
    if (contentOf(aside) !== content) fs.linkSync(aside, lock)
    fs.rmSync(aside, { force: true })
  } catch {
    fs.rmSync(aside, { force: true })
  }
  return true
}

function isAbandoned(lock: string, content: string): boolean {
  const [pid, host] = content.split(' ')
  if (pid && host === hostname()) return !isAlive(Number(pid))
  // The system creates the file and writes it in two steps: an empty one has just been created.
  const age = Date.now() - (fs.statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? 0)
  return age > FORGOTTEN_MS
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function hostname(): string {
  return process.getBuiltinModule('node:os').hostname()
}

function contentOf(lock: string): string | undefined {
  try {
    return fs.readFileSync(lock, 'utf8')
  } catch {
    return undefined
  }
}
