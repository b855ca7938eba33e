import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bareEnvironment, PROGRAM } from './program.ts'

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A person's shell with `1claw` on its path and its own home folder. It records what was typed and printed. */
export interface Shell {
  /** Runs one line of sh. `meanwhile` gets the output so far, to act on it elsewhere. */
  type(line: string, meanwhile?: (printed: () => string) => Promise<void>): Promise<Outcome>
  /** Records something that happens elsewhere, as a comment. */
  remark(text: string): void
  /** The session so far, as a person would have seen it, with `~` for the home folder. */
  transcript(): string
  close(): Promise<void>
}

/** Each line runs in its own process, so its exports are stored in a file. */
const REMEMBER = '[ -f "$HOME/.exports" ] && . "$HOME/.exports"; trap \'export -p > "$HOME/.exports"\' EXIT'

/** `keepsExports`: lines keep the exports of earlier ones, as in one session. */
export async function openShell(env: Record<string, string>, { keepsExports = false } = {}): Promise<Shell> {
  const home = await mkdtemp(join(tmpdir(), '1claw-home-'))
  const bin = join(home, 'bin')
  await mkdir(bin)
  await writeFile(join(bin, '1claw'), `#!/bin/sh\nexec ${process.execPath} ${PROGRAM} "$@"\n`)
  await chmod(join(bin, '1claw'), 0o755)
  const environment = { ...bareEnvironment(), HOME: home, XDG_CONFIG_HOME: join(home, 'config'), NO_COLOR: '1', ...env }
  let session = ''

  return {
    async type(line, meanwhile) {
      const child = spawn('sh', ['-c', keepsExports ? `${REMEMBER}\n${line}` : line], {
        cwd: home,
        env: { ...environment, PATH: `${bin}:${process.env['PATH']}` },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      let stdout = ''
      let stderr = ''
      let printed = ''
      child.stdout.setEncoding('utf8').on('data', text => {
        stdout += text
        printed += text
      })
      child.stderr.setEncoding('utf8').on('data', text => {
        stderr += text
        printed += text
      })
      const closed = once(child, 'close')
      await meanwhile?.(() => printed)
      const [code] = (await closed) as [number | null]
      session += `$ ${line}\n${printed}${printed === '' || printed.endsWith('\n') ? '' : '\n'}`
      return { code, stdout, stderr }
    },
    remark(text) {
      session += `# ${text}\n`
    },
    transcript: () => session.replaceAll(home, '~'),
    close: () => rm(home, { recursive: true, force: true }),
  }
}
