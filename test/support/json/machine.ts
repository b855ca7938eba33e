import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import type { Profile } from '../../../src/cli/context/settings.ts'
import { realContext } from '../../../src/cli/session/real-context.ts'
import { fakeWorld } from '../fake-context.ts'
import { commandOf, runCommand } from '../run-command.ts'
import { steady } from './steady.ts'

// biome-ignore lint/suspicious/noExplicitAny: the golden file judges the answer
export type Answer = any

export interface Typed {
  readonly stdin?: string | ((stderr: string) => string)
  /** The expected exit code; 0 if absent. */
  readonly exit?: number | 'any'
  /** More arguments, which can contain spaces. */
  readonly more?: readonly string[]
}

/** One person or agent at a machine of their own. */
export interface Machine {
  readonly folder: string
  /** Runs a command with JSON output and records both. Returns the document, or the text if it is not JSON. */
  type(line: string, typed?: Typed): Promise<Answer>
}

/** Everything typed on all machines, and the ids of the commands. */
export interface Record {
  readonly ids: Set<string>
  text(): string
  machine(env: Readonly<globalThis.Record<string, string>>): Machine
}

type Places = readonly (readonly [place: string, name: string])[]

/**
 * @param place folder with a subfolder for each machine
 * @param more places, and the names that replace them in the record
 */
export function record(url: string, place: string, more: Places): Record {
  const ids = new Set<string>()
  let written = ''

  function machine(env: Readonly<globalThis.Record<string, string>>): Machine {
    const folder = mkdtempSync(join(place, 'machine-'))
    const stores = { keychain: new Map<string, string>(), file: new Map<string, string>() }
    let settings: { current: string; profiles: globalThis.Record<string, Profile> } = { current: 'default', profiles: {} }
    return {
      folder,
      async type(line, { stdin, exit = 0, more: last = [] } = {}) {
        const words = [...line.split(' '), ...last]
        const { id } = await commandOf(words)
        ids.add(id)
        const world = fakeWorld({
          env: { HOME: folder, ONECLAW_API_URL: url, ...env },
          cwd: folder,
          configDir: join(folder, 'config'),
          settings,
          stores,
          keychain: 'works',
        })
        const { connect, sleep } = realContext()
        const context = {
          ...world.context,
          ...{ connect, sleep, now: Date.now },
          stdin: {
            isTTY: false,
            async *[Symbol.asyncIterator]() {
              if (stdin !== undefined) yield Buffer.from(typeof stdin === 'string' ? stdin : stdin(world.stderr()))
            },
          },
        }
        await runCommand(context, ...words, '--json')
        settings = world.settings() as typeof settings
        if (exit !== 'any' && world.exitCode() !== exit) {
          const said = `${world.stderr()}${world.stdout()}`
          throw new Error(
            `1claw ${words.join(' ')} --json\nended with ${world.exitCode()}: ${said}\nafter\n${written.slice(-1500)}`,
          )
        }
        const answer = world.stdout() || (exit === 0 ? '' : world.stderr())
        const places: Places = [[folder, '~'], ...more, [place, '/srv'], [url, 'http://127.0.0.1:8271']]
        const typed = [...line.split(' '), ...last.map(word => `'${word}'`)].join(' ')
        const code = exit === 0 || exit === 'any' ? '' : `(exit code ${exit})\n`
        written += `${steady(`$ 1claw ${typed} --json`, places)}\n${code}${steady(answer, places) || '(no answer)\n'}`
        return documentOf(world.stdout())
      },
    }
  }
  return { ids, machine, text: () => written }
}

function documentOf(text: string): Answer {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
