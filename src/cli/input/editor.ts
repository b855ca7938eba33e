import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Problem } from '../../problem.ts'

/**
 * Opens an editor on a file with this text that only its owner can read, in memory where Linux offers that, and gives back what was saved.
 * `command` is run by the shell, as git does: `EDITOR="code --wait"` works.
 */
export async function edited(command: string, text = ''): Promise<string> {
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), '1claw-'))
  const file = join(folder, 'value')
  try {
    writeFileSync(file, text, { mode: 0o600 })
    await run(command, file)
    return readFileSync(file, 'utf8')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function run(command: string, file: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(`${command} "${file}"`, { stdio: 'inherit', shell: true })
    const failed = () => reject(new Problem('cancelled', `The editor (${command}) failed; nothing was written.`))
    child.on('error', failed)
    child.on('close', code => (code === 0 ? resolve() : failed()))
  })
}

/** The editor that the environment names. */
export function editorCommand(env: Readonly<Record<string, string | undefined>>): string {
  return env['VISUAL'] || env['EDITOR'] || (process.platform === 'win32' ? 'notepad' : 'vi')
}
