import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { accepts, varyBy } from './call/encoding.ts'

/** A built file, ready to be sent. */
interface PageFile {
  readonly type: string
  readonly plain: Buffer
  /** Compressed at the first use; undefined if the result is not smaller. */
  readonly gzipped: () => Promise<Buffer | undefined>
  /** Created by the build, for scripts and styles. */
  readonly brotli?: Buffer
}

/** The built web console, all of it in memory. */
export interface Pages {
  /** `null` if the console has not been built. */
  readonly document: PageFile | null
  /** The same for the page of a share, which has its own small document. */
  readonly share: PageFile | null
  /** By file name below `/assets/`. */
  readonly assets: ReadonlyMap<string, PageFile>
}

/** The first segments of the console's signed-in sections, with everything below them. */
const SECTIONS = [
  'secrets',
  'vaults',
  'agents',
  'requests',
  'shares',
  'api-keys',
  'audit',
  'members',
  'ip-rules',
  'billing',
  'settings',
  'server',
  'account',
] as const

/** The addresses of the console's pages. They share one document, which distinguishes them itself. */
const PATHS: readonly string[] = [
  '/',
  '/open',
  '/cli/verify',
  '/enroll/:token',
  '/verify-email/:token',
  '/reset-password/:token',
  '/reset-mfa/:token',
  '/invite/:token',
  '/forgot-password',
  '/sign-in/oidc',
  ...SECTIONS.flatMap(name => [`/${name}`, `/${name}/*`]),
]

/** Routes of the API that a browser opens as a page: links that people receive. */
const PAGES_OF_ROUTES: readonly (string | undefined)[] = ['/v1/share/:share_id']

const MEDIA_TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
}

/** Only our own files, no inline code or style, no frame around the approval (clickjacking), no form that leaves the page. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const HEADERS = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
} as const

const NOT_BUILT = 'The web console of this server has not been built. Run `npm run build` and start the server again.\n'

/**
 * Reads the built console (`dist/console`) into memory. A folder without a build is not an error here: the pages report it when they are
 * requested. Throws if the build has a file of a kind that the console does not use.
 */
export async function loadPages(dir: string): Promise<Pages> {
  const document = await load(join(dir, 'index.html')).catch(missing)
  const share = await load(join(dir, 'share.html')).catch(missing)
  if (!document) return { document, share, assets: new Map() }
  const names = (await readdir(join(dir, 'assets'))).filter(name => !name.endsWith('.br'))
  const assets = await Promise.all(names.map(async name => [name, await load(join(dir, 'assets', name))] as const))
  return { document, share, assets: new Map(assets) }
}

function missing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null
  throw error
}

async function load(path: string): Promise<PageFile> {
  const plain = await readFile(path)
  const type = MEDIA_TYPES[extname(path)]
  if (!type) throw new Error(`The console has no media type for ${path}.`)
  const brotli = await readFile(`${path}.br`).catch(missing)
  return { type, plain, gzipped: gzippedOnce(plain), ...(brotli && { brotli }) }
}

function gzippedOnce(plain: Buffer): PageFile['gzipped'] {
  const make = async () => {
    const gzipped = await promisify(gzip)(plain, { level: 9 })
    return gzipped.length < plain.length ? gzipped : undefined
  }
  let made: ReturnType<typeof make> | undefined
  return () => {
    made ??= make()
    return made
  }
}

/**
 * Serves the console: its document at each of its paths and every built file at its exact name, so no address is ever turned into a path of
 * the disk. Without a build the pages answer 503 and say how to create one.
 */
export function mountPages(app: FastifyInstance, pages: Pages): void {
  for (const path of PATHS) app.get(path, WITH_HEAD, (request, reply) => sendDocument(request, reply, pages))
  for (const [name, file] of pages.assets) {
    app.get(`/assets/${name}`, WITH_HEAD, (request, reply) => {
      reply.headers(HEADERS).header('cache-control', 'public, max-age=31536000, immutable')
      return send(request, reply, file)
    })
  }
  const icon = [...pages.assets].find(([name]) => name.startsWith('favicon'))
  // Browsers request it wherever no document has named another one, for example with JSON.
  if (icon) app.get('/favicon.ico', WITH_HEAD, (request, reply) => send(request, reply.headers(HEADERS), icon[1]))
}

/** Monitors and link checkers use HEAD. */
const WITH_HEAD = { exposeHeadRoute: true } as const

/** Shows a page about the error to people who mistyped an address; false for programs, and if there is no page to show. */
export function answerLost(request: FastifyRequest, reply: FastifyReply, pages: Pages): boolean {
  if (request.method !== 'GET' || !pages.document || !namesPage(request)) return false
  void sendDocument(request, reply.code(404), pages)
  return true
}

/**
 * Answers browsers with the document if a route of the API is also the address of a page, before anything else is done for the request. So
 * a person who follows the link, and a scanner that only looks at it, has not called the operation. Call this before adding the routes.
 */
export function answerBrowsers(app: FastifyInstance, pages: Pages): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (request.method !== 'GET' || !PAGES_OF_ROUTES.includes(request.routeOptions.url)) return done()
    varyBy(reply, 'accept')
    if (opensPage(request)) void sendDocument(request, reply, { document: pages.share })
    else done()
  })
}

/**
 * Accept, RFC 9110 §12.5.1. Only a client that names JSON, as what it accepts or sends, or that sends a token or the passphrase, is a program
 * that opens the share: client libraries send `Content-Type: application/json` even without a body. Scanners of mail and chat look at every
 * link, and accept anything.
 */
function opensPage(request: FastifyRequest): boolean {
  const { accept = '', authorization, 'content-type': sent = '', 'x-share-passphrase': passphrase } = request.headers
  if (weightOf(accept, 'text/html') > 0) return namesPage(request)
  const namesJson = [accept, sent].some(types => weightOf(types, 'application/json') > 0)
  return !namesJson && authorization === undefined && passphrase === undefined
}

/** Whether the client prefers a page to JSON, as browsers do. Programs often accept anything. */
function namesPage({ headers: { accept = '' } }: FastifyRequest): boolean {
  return weightOf(accept, 'text/html') > weightOf(accept, 'application/json')
}

function weightOf(accept: string, type: string): number {
  for (const choice of accept.split(',')) {
    const [name = '', ...parameters] = choice.split(';').map(part => part.trim().toLowerCase())
    const weight = parameters.find(parameter => parameter.startsWith('q='))
    if (name === type) return weight === undefined ? 1 : Number(weight.slice(2)) || 0
  }
  return 0
}

async function sendDocument(
  request: FastifyRequest,
  reply: FastifyReply,
  { document }: Pick<Pages, 'document'>,
): Promise<FastifyReply> {
  reply.headers(HEADERS).header('cache-control', 'no-store')
  return document ? send(request, reply, document) : reply.code(503).type('text/plain; charset=utf-8').send(NOT_BUILT)
}

async function send(request: FastifyRequest, reply: FastifyReply, file: PageFile): Promise<FastifyReply> {
  const accepted = request.headers['accept-encoding']
  varyBy(reply, 'accept-encoding').type(file.type)
  if (file.brotli && accepts('br', accepted)) return reply.header('content-encoding', 'br').send(file.brotli)
  const gzipped = accepts('gzip', accepted) ? await file.gzipped() : undefined
  return gzipped ? reply.header('content-encoding', 'gzip').send(gzipped) : reply.send(file.plain)
}
