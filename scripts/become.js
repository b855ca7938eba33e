import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'

/** Something is missing that these scripts cannot install; the message says what to do. */
export class NotReady extends Error {
  constructor(message, exitCode = 1) {
    super(message)
    this.exitCode = exitCode
  }
}

/** The Node that package.json pins, as npm installs it. */
export const pinnedNode = root =>
  process.platform === 'win32'
    ? // The entry in `.bin` is a shell script there, which cannot be spawned.
      join(root, 'node_modules', 'node', 'bin', 'node.exe')
    : join(root, 'node_modules', '.bin', 'node')

/** The environment in which `node` is the pinned one, also for grandchildren. */
export function environment(root) {
  const bin = dirname(pinnedNode(root))
  const path = process.env.PATH ?? ''
  return { ...process.env, PATH: path.split(delimiter)[0] === bin ? path : bin + delimiter + path }
}

/**
 * Runs a program to its end. A signal to this process is passed on once and ends the preparation.
 * @returns its exit code and, when `quiet`, what it printed instead of showing it.
 */
export function run(command, args, { quiet = false, env = process.env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'] })
    let output = ''
    for (const stream of quiet ? [child.stdout, child.stderr] : []) stream.on('data', chunk => (output += chunk))
    const release = passSignals(child)
    child.on('error', error => {
      release()
      resolve({ code: error.code === 'ENOENT' ? 127 : 126, output: error.message })
    })
    child.on('close', (code, signal) => {
      const received = release()
      if (received) reject(new NotReady('Interrupted.', 128 + constants.signals[received]))
      else resolve({ code: code ?? 128 + constants.signals[signal], output })
    })
  })
}

/** Becomes the program, on the pinned Node.js: the process stays the same, so signals and the exit code need no forwarding. */
export function become(root, program) {
  const node = pinnedNode(root)
  if (process.execve) process.execve(node, ['node', ...program], environment(root))
  supervise(spawn(node, program, { env: environment(root), stdio: 'inherit' }))
}

/** The first run of a checkout is started by a Node.js too old for `execve`; then this process supervises the program. */
function supervise(child) {
  const release = passSignals(child)
  child.on('error', error => {
    release()
    console.error(error.message)
    process.exitCode = 126
  })
  child.on('exit', (code, signal) => {
    release()
    if (signal) process.kill(process.pid, signal)
    else process.exitCode = code
  })
}

/**
 * npm passes on a Ctrl-C although the terminal has sent it to the whole foreground group: a second one within this time is the same one.
 */
const ECHO_MS = 500

/** Passes on signals to the child until released; the release returns the first signal. */
function passSignals(child) {
  let first
  const last = new Map()
  const pass = signal => {
    first ??= signal
    const echo = Date.now() - (last.get(signal) ?? 0) < ECHO_MS
    last.set(signal, Date.now())
    // From a terminal, the child already has this signal.
    if (!echo && !(signal === 'SIGINT' && process.stdin.isTTY)) child.kill(signal)
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, pass)
  return () => {
    for (const signal of signals) process.off(signal, pass)
    return first
  }
}
