import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { writeProblem } from '../context/private-file.ts'
import { type Places, SCRIPTS, type Shell } from './shells.ts'

const REMARK = '# Completion of 1claw; written by `1claw completion install`.'

/**
 * Writes the script, and once a line in the shell's startup file that loads it. Returns the changed files.
 * @throws Problem `usage` naming the file that cannot be written
 */
export function installed(shell: Shell, { script, startup }: Places): string[] {
  const changed: string[] = []
  if (textIn(script) !== SCRIPTS[shell]) {
    write(script, () => writeFileSync(script, SCRIPTS[shell]))
    changed.push(script)
  }
  const before = startup && textIn(startup.file)
  if (startup && !before?.split('\n').includes(startup.line)) {
    const gap = before === undefined || before === '' || before.endsWith('\n') ? '' : '\n'
    write(startup.file, () => appendFileSync(startup.file, `${gap}${REMARK}\n${startup.line}\n`))
    changed.push(startup.file)
  }
  return changed
}

function write(file: string, work: () => void): void {
  try {
    mkdirSync(dirname(file), { recursive: true })
    work()
  } catch (error) {
    throw writeProblem(file, error) ?? error
  }
}

function textIn(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
