import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, isAbsolute, join, resolve } from 'node:path'
import { Problem } from '../../problem.ts'

/** The search path of `execvp` without a PATH. */
const DEFAULT_PATH = '/bin:/usr/bin'

type Environment = Readonly<Record<string, string | undefined>>

/** A program that can be run. */
export interface Program {
  /** Absolute. */
  readonly file: string
  /** Its path as `execvp` would pass it to the system: a script sees it as `$0`. */
  readonly named: string
}

/**
 * A program, looked up like `execvp` does: unchanged if it has a slash, otherwise in PATH of its future environment.
 * @throws Problem `exec.unknown` (127) if there is no such program, `exec.denied` (126) if it may not be executed
 */
export function programFile(command: string, env: Environment, cwd: string | undefined): Program {
  const isPath = command.includes('/') || (process.platform === 'win32' && command.includes('\\'))
  const folders = isPath ? [''] : (env['PATH'] ?? env['Path'] ?? DEFAULT_PATH).split(delimiter)
  const found = folders
    .flatMap(folder => extensions(command, env).map(end => (isPath ? command + end : join(folder, command + end))))
    .flatMap(named => (cwd === undefined && !isAbsolute(named) ? [] : [{ named, file: resolve(cwd ?? '/', named) }]))
  const states = command === '' ? [] : found.map(({ file }) => state(file))
  const usable = found[states.indexOf('executable')]
  if (usable !== undefined) return launchable(usable)
  if (states.includes('forbidden')) throw new Problem('exec.denied', `${command} is not executable.`)
  throw new Problem('exec.unknown', `${command} was not found.`, {
    hint: isPath ? 'Check its path.' : 'Check its name and your PATH.',
  })
}

/** Windows finds programs by extension. */
function extensions(command: string, env: Environment): string[] {
  if (process.platform !== 'win32' || /\.\w+$/.test(command)) return ['']
  return (env['PATHEXT'] ?? '.COM;.EXE;.BAT;.CMD').split(';')
}

function launchable(program: Program): Program {
  const { file } = program
  if (process.platform !== 'win32' || !/\.(?:bat|cmd)$/i.test(file)) return program
  throw new Problem('exec.denied', `${file} is a batch file, which cannot receive arguments exactly.`, {
    hint: 'Run it as: cmd /c <name>',
  })
}

function state(file: string): 'executable' | 'forbidden' | 'absent' {
  try {
    const stats = statSync(file)
    accessSync(file, constants.X_OK)
    return stats.isFile() ? 'executable' : 'forbidden'
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    return code === 'EACCES' ? 'forbidden' : 'absent'
  }
}
