/** `1claw __complete`, which shell scripts call at TAB: without oclif, network or keychain. */
import { fs } from '../context/builtins.ts'
import { configDir } from '../context/config-dir.ts'
import { settingsStore } from '../context/settings.ts'
import { targetOf } from '../context/target.ts'
import { workingFolder } from '../context/working-folder.ts'
import { type Completion, completion, type Known } from './candidates.ts'
import { grammar } from './grammar.ts'
import { knownNames, ownerOf } from './index-file.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Prints one candidate a line, with a tab before its description; `:files` if files are allowed. An error prints nothing: a shell must not
 * show errors while somebody types.
 * @param words those before the cursor, then `+` and the typed part of the word at the cursor
 */
export function complete(env: Environment, words: readonly string[]): void {
  try {
    fs.writeSync(1, printed(completionOf(env, words)))
  } catch {
    // Nothing to offer.
  }
}

/** The candidates at the cursor. */
export function completionOf(env: Environment, words: readonly string[]): Completion {
  const current = (words.at(-1) ?? '').slice(1)
  const before = words.slice(0, -1)
  return completion(grammar(), before, current, knownBy(env, flagValue(before, 'profile')))
}

function printed({ candidates, files }: Completion): string {
  const lines = candidates.map(({ word, description }) => (description ? `${word}\t${description}` : word))
  return [...lines, ...(files ? [':files'] : [])].map(line => `${line.replace(/[\r\n]/g, ' ')}\n`).join('')
}

/** Even if the profile or server is unknown, commands can be completed. */
function knownBy(env: Environment, profile: string | undefined): Known {
  const none: Known = { vaults: [], agents: [], profiles: [], paths: () => [], references: () => [] }
  try {
    const dir = configDir(env)
    const settings = settingsStore(dir)
    const target = targetOf({ env, cwd: workingFolder(), settings }, { profile })
    const names = knownNames(dir, ownerOf(target))
    const idOf = (vault: string) => Object.entries(names.vaults).find(([, name]) => name === vault)?.[0] ?? vault
    return {
      vaults: Object.values(names.vaults).toSorted(),
      agents: names.agents,
      profiles: Object.keys(settings.read().profiles),
      paths: vault => names.secrets[idOf(vault ?? target.vault ?? '')] ?? [],
      references: () =>
        Object.entries(names.secrets).flatMap(([id, paths]) => {
          const vault = encodeURIComponent(names.vaults[id] ?? id)
          return paths.map(path => `1claw://${vault}/${path}`)
        }),
    }
  } catch {
    return none
  }
}

function flagValue(words: readonly string[], name: string): string | undefined {
  const at = words.findIndex(word => word === `--${name}` || word.startsWith(`--${name}=`))
  if (at === -1) return undefined
  const word = words[at] ?? ''
  return word.includes('=') ? word.slice(word.indexOf('=') + 1) : words[at + 1]
}
