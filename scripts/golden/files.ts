import { endpoints } from '../../src/contract/all.ts'
import { openapiDocument } from '../../src/contract/schema/openapi.ts'
import { chainRegistry } from './chains.ts'
import { cliReference } from './cli-reference.ts'
import { commandTree, helpTexts } from './commands.ts'
import { completionGrammar } from './completion.ts'
import { decisionIndex } from './decisions.ts'
import { manifestOf } from './manifest.ts'
import { packageJson } from './package.ts'
import { problemTable } from './problems.ts'
import { clientRoutes, routeTable } from './routes.ts'
import { declaredColumns, schemaTable } from './schema.ts'

/** A committed file that is generated from the sources, with its expected content. */
export interface GeneratedFile {
  /** Below the root of the repository. */
  readonly path: string
  readonly text: () => Promise<string>
}

/** Every generated file: the golden ones, which make a change of a public surface visible, and those that the product reads. */
export function generatedFiles(root: string): Record<string, GeneratedFile> {
  let manifest: ReturnType<typeof manifestOf> | undefined
  const commands = () => {
    manifest ??= manifestOf(root)
    return manifest
  }
  return {
    manifest: { path: 'oclif.manifest.json', text: async () => json(await commands()) },
    completion: { path: 'bin/completion.json', text: async () => completionGrammar(root, await commands()) },
    openapi: { path: 'docs/openapi.json', text: async () => json(openapiDocument(packageJson(root).version)) },
    client: { path: 'src/client/routes.ts', text: async () => clientRoutes(endpoints) },
    chains: { path: 'server/modules/chains/registry.ts', text: chainRegistry },
    routes: { path: 'test/golden/routes.txt', text: async () => routeTable(endpoints) },
    schema: { path: 'test/golden/schema.txt', text: async () => schemaTable(declaredColumns(root)) },
    problems: { path: 'test/golden/problems.txt', text: async () => problemTable() },
    commands: { path: 'test/golden/commands.txt', text: async () => commandTree(await commands()) },
    reference: { path: 'docs/cli.md', text: async () => cliReference(root, await commands()) },
    decisions: { path: 'docs/decisions/README.md', text: async () => decisionIndex(root) },
    help: { path: 'bin/help.txt', text: async () => helpTexts(root, await commands()) },
  }
}

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`
