import type { Connection, Context } from '../../src/cli/context/context.ts'
import type { Credential } from '../../src/cli/context/credential.ts'
import type { CredentialStore } from '../../src/cli/context/credential-store.ts'
import type { Settings } from '../../src/cli/context/settings.ts'
import type { Call, Client, Input, OperationId, RawRequest, Reply } from '../../src/client/client.ts'
import type { HttpReply } from '../../src/client/transport.ts'
import { Problem } from '../../src/problem.ts'

/** The replies of the server, by operation. A missing operation fails the test that calls it. */
export type Replies = { [Id in OperationId]?: (input: Input<Id>) => Reply<Id> | Promise<Reply<Id>> }

export interface Asked {
  readonly id: string
  readonly input: unknown
  readonly baseUrl: string
  readonly credential: Credential | undefined
}

interface WorldOptions {
  readonly replies?: Replies
  readonly raw?: (request: RawRequest) => HttpReply | Promise<HttpReply>
  readonly env?: Record<string, string>
  readonly cwd?: string
  readonly settings?: Partial<Settings>
  /** The configuration folder; if absent, a path that cannot be created. */
  readonly configDir?: string
  readonly stdin?: string | Uint8Array
  /** stdin, stdout and stderr are terminals. */
  readonly tty?: boolean
  /** The person's answers to the prompts, in order. */
  readonly answers?: readonly (string | boolean)[]
  readonly keychain?: 'works' | 'absent'
  readonly now?: number
  /** Whether the person uses a pager; yes if absent. */
  readonly pager?: boolean
  /** The stored state of another world on this machine. */
  readonly stores?: { readonly keychain: Map<string, string>; readonly file: Map<string, string> }
}

export const NOW = Date.parse('2026-03-01T12:00:00Z')
export const SERVER = 'https://claw.example.com'
export const VAULT_ID = '11111111-1111-4111-8111-111111111111'
export const USER_ID = '22222222-2222-4222-8222-222222222222'
export const AGENT_ID = '33333333-3333-4333-8333-333333333333'
export const ORG_ID = '44444444-4444-4444-8444-444444444444'

/** The account of the signed-in person. */
export const ME: Reply<'account.me'> = {
  id: USER_ID,
  email: 'me@example.com',
  auth_method: 'password',
  role: 'owner',
  email_verified: true,
  marketing_emails: false,
  totp_enabled: false,
  org_id: ORG_ID,
  created_at: '2026-03-01T12:00:00Z',
}

/** Signed in by a token in the environment, with a vault chosen. */
export const SIGNED_IN = { ONECLAW_TOKEN: 'token', ONECLAW_API_URL: SERVER, ONECLAW_VAULT_ID: VAULT_ID }

/** A world for one run: it never touches this machine. */
export function fakeWorld(options: WorldOptions = {}) {
  const asked: Asked[] = []
  const questions: string[] = []
  const opened: string[] = []
  const slept: number[] = []
  const paged: string[] = []
  const written = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] }
  const stores = options.stores ?? { keychain: new Map<string, string>(), file: new Map<string, string>() }
  const answers = [...(options.answers ?? [])]
  const tty = options.tty ?? false
  const configDir = options.configDir ?? '/dev/null/config'
  let settings: Settings = { current: 'default', profiles: {}, ...options.settings }
  let now = options.now ?? NOW
  let exitCode: number | undefined

  const output = (name: 'stdout' | 'stderr') => ({
    isTTY: tty,
    columns: tty ? 80 : 0,
    rows: tty ? 24 : 0,
    write: (chunk: string | Uint8Array) => void written[name].push(Buffer.from(chunk)),
  })

  async function answer(question: string): Promise<string | boolean> {
    questions.push(question)
    const next = answers.shift()
    if (next === undefined) throw new Error(`Nobody expected the question ${JSON.stringify(question)}.`)
    return next
  }

  function client({ baseUrl, credential }: Connection): Client {
    const call: Call = async (id, ...[input]) => {
      asked.push({ id, input, baseUrl, credential })
      const reply = options.replies?.[id] as ((input: unknown) => Reply<typeof id>) | undefined
      if (!reply) throw new Error(`Nobody expected the operation ${id}.`)
      return reply(input)
    }
    return {
      baseUrl,
      call,
      async raw(request) {
        // The command line requests the server's time.
        if (request.path === '/livez' && !options.raw)
          return { status: 200, headers: { date: new Date(now).toUTCString() }, body: '{}' }
        asked.push({ id: `${request.method} ${request.path}`, input: request.body, baseUrl, credential })
        if (!options.raw) throw new Error(`Nobody expected the request ${request.method} ${request.path}.`)
        return options.raw(request)
      },
      async close() {},
    }
  }

  function store(kind: 'keychain' | 'file'): CredentialStore {
    const broken = kind === 'keychain' && options.keychain !== 'works'
    const entries = () => {
      if (broken) throw new Problem('config.invalid', 'The OS keychain cannot be used: there is none.')
      return stores[kind]
    }
    return {
      place: kind === 'keychain' ? 'the OS keychain' : 'the encrypted file',
      get: async account => entries().get(account),
      set: async (account, secret) => void entries().set(account, secret),
      delete: async account => void entries().delete(account),
    }
  }

  const context = {
    env: options.env ?? {},
    cwd: options.cwd ?? '/nowhere',
    stdin: {
      isTTY: tty,
      async *[Symbol.asyncIterator]() {
        if (options.stdin !== undefined) yield Buffer.from(options.stdin)
      },
    },
    stdout: output('stdout'),
    stderr: output('stderr'),
    settings: {
      dir: configDir,
      read: () => settings,
      async update(change) {
        settings = change(settings)
      },
    },
    prompts: {
      confirm: async question => (await answer(question)) === true,
      hidden: async question => String(await answer(question)),
      text: async question => String(await answer(question)),
      async choose(question, choices) {
        const given = await answer(question)
        const choice = choices.find(({ value }) => value === given)
        if (!choice) throw new Error(`${JSON.stringify(given)} is none of the choices.`)
        return choice.value
      },
    },
    credentials: async kind => store(kind),
    connect: client,
    async page(text) {
      paged.push(text)
      return options.pager ?? true
    },
    openBrowser: async url => void opened.push(url),
    now: () => now,
    async sleep(ms) {
      slept.push(ms)
      now += ms
    },
    exitWith(code) {
      exitCode = code
    },
  } satisfies Context

  return {
    context,
    asked,
    questions,
    opened,
    slept,
    paged,
    stores,
    stdout: () => Buffer.concat(written.stdout).toString(),
    stdoutBytes: () => Buffer.concat(written.stdout),
    stderr: () => Buffer.concat(written.stderr).toString(),
    exitCode: () => exitCode ?? 0,
    settings: () => settings,
  }
}
