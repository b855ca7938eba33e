import { flushCompileCache } from 'node:module'
import type { Context } from '../context/context.ts'
import type { FlagValues, HotSpec } from '../flags/flag-spec.ts'

/** On the fast path because of memory rather than time: a server keeps everything that it has loaded, and oclif would take 18 MB. */
export const SERVE = {
  id: 'serve',
  args: [],
  flags: {
    host: { type: 'string', value: 'address', description: 'Address to listen on (127.0.0.1).' },
    port: { type: 'integer', min: 0, max: 65535, value: 'n', description: 'Port to listen on (8271). 0 selects a free port.' },
    'data-dir': { type: 'string', value: 'folder', description: 'Folder of the database and keys.' },
    dev: {
      type: 'boolean',
      description: 'Development mode: loopback only, SQLite, software keys, and a signed-in `dev` profile.',
    },
  },
} as const satisfies HotSpec

type ServeFlags = FlagValues<(typeof SERVE)['flags']>

/**
 * Runs the server until it is stopped. The compile cache is written as soon as it listens: Node.js writes it at the end of a process, which a
 * killed server does not reach, so the next start would compile everything again.
 */
export async function serve(context: Context, { host, port, dev, 'data-dir': dataDir }: ServeFlags): Promise<void> {
  const { ensureServerPackages } = await import('./server-packages.ts')
  ensureServerPackages(context.env)
  const server = await import('../../../server/main.ts')
  const given = {
    ...(host !== undefined && { host }),
    ...(port !== undefined && { port }),
    ...(dataDir !== undefined && { dataDir }),
    ...(dev && { dev }),
  }
  const code = await server.serve(given, {
    ready: async ({ url, dev: session }) => {
      if (session) await signIn(context, session)
      context.stdout.write(`1claw is listening on ${url}\n${session ? firstSteps(session) : ''}`)
      flushCompileCache()
    },
    sealed: ({ url }) => {
      context.stdout.write(`1claw is sealed and listening on ${url}\n  Unseal    1claw keys unseal --api-url ${url}\n`)
      flushCompileCache()
    },
  })
  context.exitWith(code)
}

/** What to do next: open it, try it, find its data, stop it. */
function firstSteps({ consoleUrl, dataDir }: DevLogin): string {
  return [
    `  Console   ${consoleUrl}  (signed in; works once, within ten minutes)`,
    '  Try       1claw secrets get hello',
    `  Data      ${dataDir}`,
    '  Stop      Ctrl+C',
    '',
  ].join('\n')
}

interface DevLogin {
  readonly url: string
  readonly token: string
  readonly email: string
  readonly userId: string
  readonly orgId: string
  readonly expiresAt: string
  readonly vaultId: string
  readonly consoleUrl: string
  readonly dataDir: string
}

/** `--dev` signs the profile `dev` in, so the next command works. */
async function signIn(context: Context, { url, token, email, userId, orgId, expiresAt, vaultId }: DevLogin): Promise<void> {
  const [{ remember }, { withProfile }] = await Promise.all([import('../login/remember.ts'), import('../context/settings.ts')])
  const target = { profileName: 'dev', profile: {}, apiUrl: url }
  const facts = { email, user_id: userId, org_id: orgId, expires_at: expiresAt }
  await remember(context, target, { stored: { kind: 'token', token }, facts }, 'file')
  await context.settings.update(settings => withProfile(settings, 'dev', { vault: vaultId }))
}
