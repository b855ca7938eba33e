import { Problem } from '../../problem.ts'
import { crypto, fs } from './builtins.ts'

/** Nobody holds it longer than a file takes to be read and written. */
const LIMIT_MS = 10_000
/** Of a holder on another machine, about which nothing can be asked. */
const FORGOTTEN_MS = 60_000

/**
 * Does the work while no other run of this program does work on the same file: `<file>.lock` is there as long. What a run that died
 * has left behind is taken away.
 * @throws Problem `config.invalid` when another run holds it for too long, or the folder cannot be written; what the work throws.
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

/** Takes away the lock of a run that is gone. True when it is worth trying again at once. */
function isLeftBehind(lock: string): boolean {
  const content = contentOf(lock)
  if (content === undefined) return true
  if (!isAbandoned(lock, content)) return false
  // Moved first: anyone who else found it abandoned must not remove the lock of a run that has come in the meantime.
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
  // Written in two steps by the system: an empty one has just been made.
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
