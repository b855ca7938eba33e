import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { extname } from 'node:path'
import { Problem } from '../../problem.ts'
import type { Context } from '../context/context.ts'
import { programFile } from '../env/program.ts'
import type { ClearRequest } from './clear-clipboard.ts'

/** Programs that fill a clipboard from stdin and print it. */
interface Clipboard {
  readonly copy: readonly string[]
  readonly paste: readonly string[]
}

const PBCOPY: Clipboard = { copy: ['pbcopy'], paste: ['pbpaste'] }
const WINDOWS: Clipboard = { copy: ['clip.exe'], paste: ['powershell.exe', '-NoProfile', '-Command', 'Get-Clipboard -Raw'] }
const WAYLAND: Clipboard = { copy: ['wl-copy'], paste: ['wl-paste', '--no-newline'] }
const X11: readonly Clipboard[] = [
  { copy: ['xclip', '-selection', 'clipboard', '-in'], paste: ['xclip', '-selection', 'clipboard', '-out'] },
  { copy: ['xsel', '--clipboard', '--input'], paste: ['xsel', '--clipboard', '--output'] },
]

type Surroundings = Pick<Context, 'env' | 'cwd'>

/** @throws Problem `config.invalid` if there is no clipboard, or no program for it. */
function clipboardOf({ env, cwd }: Surroundings): Clipboard {
  const candidates = [
    ...(process.platform === 'darwin' ? [PBCOPY] : []),
    ...(process.platform === 'win32' || env['WSL_DISTRO_NAME'] !== undefined ? [WINDOWS] : []),
    ...(env['WAYLAND_DISPLAY'] ? [WAYLAND] : []),
    ...(env['DISPLAY'] ? X11 : []),
  ]
  const found = candidates.find(({ copy: [program = ''] }) => isThere(program, env, cwd))
  if (found) return found
  throw new Problem('config.invalid', 'No clipboard is available here.', {
    hint:
      candidates.length > 0
        ? 'Install wl-clipboard, xclip or xsel.'
        : 'There is none over SSH or in a container. Use --out-file.',
  })
}

function isThere(program: string, env: Context['env'], cwd: string | undefined): boolean {
  try {
    return programFile(program, env, cwd).file !== ''
  } catch {
    return false
  }
}

/**
 * Copies a value, and starts a process that clears the clipboard after a while if it still holds the value. That process gets only the
 * value's hash, on stdin. It is returned for tests; nobody else waits for it.
 * @throws Problem `config.invalid` if there is no clipboard, or it cannot be filled.
 */
export function copied(surroundings: Surroundings, value: string, afterMs: number): ChildProcess {
  const { copy, paste } = clipboardOf(surroundings)
  const env = { ...surroundings.env }
  const [program = '', ...args] = copy
  const { status, error } = spawnSync(program, args, { env, input: value, stdio: ['pipe', 'ignore', 'ignore'] })
  if (error || status !== 0) throw new Problem('config.invalid', `The clipboard cannot be used: ${program} failed.`)
  const request: ClearRequest = { copy, paste, sha256: createHash('sha256').update(value).digest('hex'), afterMs }
  const child = spawn(process.execPath, [clearProgram()], { env, detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  child.stdin.on('error', () => {}).end(JSON.stringify(request))
  child.unref()
  return child
}

function clearProgram(): string {
  return `${import.meta.dirname}/clear-clipboard${extname(import.meta.filename)}`
}
