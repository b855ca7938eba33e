import { type Command, Plugin, settings } from '@oclif/core'
import { packageJson } from './package.ts'

/** The part of a manifest that is read here; oclif.manifest.json has more. */
export interface Manifest {
  version: string
  commands: Record<string, Command.Cached & { relativePath: string[] }>
}

/**
 * oclif reads this instead of loading every command at start-up. It is generated from the TypeScript sources, so it needs no build and
 * cannot belong to an old one; its paths are those of the build.
 * @throws the error of a command that cannot be loaded
 */
export async function manifestOf(root: string): Promise<Manifest> {
  settings.enableAutoTranspile = false
  const pjson = packageJson(root)
  const plugin = new Plugin({
    root,
    isRoot: true,
    pjson: { ...pjson, oclif: { ...pjson.oclif, commands: './commands' } },
    ignoreManifest: true,
    errorOnManifestCreate: true,
    respectNoCacheDefault: true,
  })
  await plugin.load()
  const { version, commands } = JSON.parse(JSON.stringify(plugin.manifest)) as Manifest
  const ids = Object.keys(commands).sort()
  return { version, commands: Object.fromEntries(ids.map(id => [id, built(commands[id] as Manifest['commands'][string])])) }
}

/** `commands/login.ts` → `dist/commands/login.js`, as path segments. */
function built(command: Manifest['commands'][string]): Manifest['commands'][string] {
  const relativePath = ['dist', ...command.relativePath.slice(0, -1), (command.relativePath.at(-1) ?? '').replace(/\.ts$/, '.js')]
  return { ...command, relativePath }
}
