import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import type { Client } from '../../src/client/client.ts'
import { apiOf, newPerson, signUp } from './console.ts'
import { ROOT } from './house/files.ts'
import { bareEnvironment, PROGRAM, startProgram } from './program.ts'
import { CLIENT, githubActions, workloadIssuer } from './workload-issuer.ts'

const run = promisify(execFile)

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  /** Both streams, as in the log of a job. */
  readonly log: string
}

/** A server that trusts an issuer, a vault with a few secrets, an agent for the jobs, and a packed file to install. */
export async function ciScene() {
  const folder = mkdtempSync(join(tmpdir(), 'claw-ci-'))
  const issuer = await workloadIssuer()
  const github = await githubActions(issuer)
  const server = await startProgram(join(folder, 'data'), { ONECLAW_AGENT_ISSUERS: issuer.issuer })
  const owner = apiOf(server.url, await signUp(server.url, newPerson()))
  const { id: vault } = await owner.call('vaults.create', { body: { name: 'shop' } })
  const values = { 'dev/db-url': 'dev$HOME', 'prod/db-url': `it's "p$HOME"`, 'prod/pem': 'first\nsecond line' }
  for (const [path, value] of Object.entries(values))
    await owner.call('secrets.put', { params: { vault_id: vault, path }, body: { value } })
  const body = { name: 'ci', auth_method: 'oidc_client_credentials', oidc_issuer: issuer.issuer, oidc_client_id: CLIENT } as const
  const agent = (await owner.call('agents.register', { body })).agent.id
  const reader = await owner.call('agents.register', { body: { name: 'reader' } })
  for (const principal_id of [agent, reader.agent.id]) await allow(owner, vault, principal_id)
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  writeFileSync(join(bin, '1claw'), `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`, { mode: 0o755 })
  const key = reader.api_key ?? ''
  return {
    folder,
    url: server.url,
    vault,
    agent,
    /** The key of an agent that reads everything. */
    key,
    github,
    token: () => issuer.token(server.url),
    packed: await packed(folder),

    /** A folder with a copy of an example. */
    copied(example: string): string {
      const place = mkdtempSync(join(folder, 'copy-'))
      cpSync(join(ROOT, 'examples', example), place, { recursive: true })
      return place
    },

    /** Runs a program; `1claw` is on its path unless a step has to install it. */
    async run(words: readonly string[], env: Record<string, string> = {}, cwd = folder, path = `${bin}:`): Promise<Ended> {
      const { NO_COLOR: _, ...bare } = bareEnvironment()
      const own = { HOME: folder, PATH: `${path}${dirname(process.execPath)}:/usr/bin:/bin` }
      const [program = '', ...args] = words
      const child = spawn(program, args, { cwd, env: { ...bare, ...own, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
      const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
      return { code: code as number | null, stdout, log: stdout + stderr }
    },

    async close() {
      await server.stop()
      await Promise.all([issuer.close(), github.close()])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export type CiScene = Awaited<ReturnType<typeof ciScene>>

async function allow(owner: Client, vault_id: string, principal_id: string): Promise<void> {
  const body = { secret_path_pattern: '**', principal_type: 'agent', principal_id, permissions: ['read'] } as const
  await owner.call('policies.create', { params: { vault_id }, body: { ...body, permissions: ['read'] } })
}

/**
 * A file like that of `npm pack`, for a package whose program is the one built here. The real one is installed in `rough/install.test.ts`.
 */
async function packed(folder: string): Promise<string> {
  const place = join(folder, 'package')
  mkdirSync(place)
  writeFileSync(join(place, 'package.json'), JSON.stringify({ name: '1claw', version: '9.9.9', bin: { '1claw': 'run.js' } }))
  writeFileSync(join(place, 'run.js'), `#!/usr/bin/env node\nimport(${JSON.stringify(PROGRAM)})\n`)
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: place })
  return join(folder, readdirSync(folder).find(name => name.endsWith('.tgz')) ?? 'nothing was packed')
}
