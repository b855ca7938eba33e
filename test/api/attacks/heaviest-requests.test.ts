import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { endpoints } from '../../../src/contract/all.ts'
import type { EndpointSpec } from '../../../src/contract/schema/endpoint.ts'
import { type Heavy, heaviest, heavyBodies, limitOf } from '../../support/battery/heaviest.ts'
import { type Sent, urlOf } from '../../support/battery/recipe.ts'
import { recipeOf } from '../../support/battery/recipes.ts'
import { type Scene, setScene } from '../../support/battery/scene.ts'
import { ENGINES } from '../../support/databases.ts'
import { copyingAndParsing, longestTurn } from '../../support/long-turns.ts'

const LONGEST_MS = 50
/** A pause of the garbage collector, or of a busy machine, does not count: it is not there at every try. */
const TRIES = 12
/** Bytes; a machine whose memory is slow needs longer for a body of this size or more, which each step copies. */
const LARGE = 1_000_000
const AT_ONCE = 2

const HEAVY: readonly EndpointSpec[] = endpoints.filter(
  ({ id, query, body }: EndpointSpec) => (query || body) && !recipeOf(id).never,
)

/** One of each limit: bodies are parsed by the same code, whichever operation they are for. */
const LIMITS = new Map(HEAVY.filter(({ body }) => body).map(endpoint => [limitOf(endpoint), endpoint]))
/** These and the other ones with large bodies. */
const LARGEST = [...new Set([...LIMITS.values(), ...HEAVY.filter(endpoint => endpoint.body && endpoint.bodyLimit !== undefined)])]

describe.each(ENGINES)('the heaviest requests that the contract permits, two at once, on %s', engine => {
  let scene: Scene
  beforeAll(async () => {
    scene = await setScene(engine)
  }, 60_000)
  afterAll(() => scene?.world.close())

  it.each(HEAVY)('$id with everything at its limit delays others for less than 50 ms', { timeout: 180_000 }, async endpoint => {
    expect(await shortest(endpoint, sent => heaviest(endpoint, sent))).toBeLessThan(LONGEST_MS)
  })

  it.each(LARGEST)('$id with the largest bodies delays others for less than 50 ms', { timeout: 400_000 }, async endpoint => {
    const names = heavyBodies(endpoint, await recipeOf(endpoint.id).good(scene)).map(({ name }) => name)
    const delays: Record<string, number> = {}
    for (const name of names) {
      const longest = await shortest(endpoint, sent => heavyBodies(endpoint, sent).find(each => each.name === name))
      if (longest >= LONGEST_MS) delays[name] = Math.round(longest)
    }
    expect(names.length).toBeGreaterThan(0)
    expect(delays).toEqual({})
  })

  /**
   * The longest turn while the requests are answered, of the try that delayed others the least. It does not count what this machine needs to
   * join one large body and to parse another: one arrives while the other is parsed.
   */
  async function shortest(endpoint: EndpointSpec, heavy: (sent: Sent) => Heavy | undefined): Promise<number> {
    let least = Number.POSITIVE_INFINITY
    for (let tries = 0; tries < TRIES && least >= LONGEST_MS; tries++) {
      const requests: Request[] = []
      for (let n = 0; n < AT_ONCE; n++) {
        const sent = await recipeOf(endpoint.id).good(scene)
        requests.push(requestOf(endpoint, sent, heavy(sent) ?? { name: '', query: sent.query ?? '', body: undefined }))
      }
      const large = requests.find(({ payload }) => payload && payload.length >= LARGE)?.payload
      const floor = large ? copyingAndParsing(large) : 0
      least = Math.min(least, (await longestTurn(() => together(requests))) - floor)
    }
    return least
  }

  function requestOf(endpoint: EndpointSpec, sent: Sent, { query, body }: Heavy): Request {
    const token = sent.token ?? (endpoint.auth === 'agent' ? scene.agent.token : scene.owner.token)
    const isPublic = endpoint.auth === 'public'
    return {
      method: endpoint.method as 'GET',
      url: urlOf(endpoint, { ...sent, query }),
      headers: {
        accept: 'application/json',
        ...(!isPublic && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...sent.headers,
      },
      // Made before the time is taken: a client computes on its own.
      ...(body !== undefined && { payload: Buffer.from(body) }),
    }
  }

  async function together(requests: readonly Request[]): Promise<void> {
    const replies: Promise<{ readonly statusCode: number; readonly body: string }>[] = []
    for (const request of requests) {
      replies.push(scene.world.server.app.inject(request).then(({ statusCode, body }) => ({ statusCode, body })))
      // Each has a connection of its own, which is read in a turn of its own.
      await new Promise(resolve => setImmediate(resolve))
    }
    for (const { statusCode, body } of await Promise.all(replies)) {
      expect({ statusCode, said: statusCode >= 500 && statusCode !== 503 ? body : undefined }).toEqual({
        statusCode: expect.any(Number),
        said: undefined,
      })
    }
  }
})

interface Request {
  readonly method: 'GET'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly payload?: Buffer
}
