import { describe, expect, it } from 'vitest'
import type { Session } from '../../../../../src/cli/session/session.ts'
import type { Effect, Happening } from '../../../../../src/cli/ui/state.ts'
import { initialState } from '../../../../../src/cli/ui/state.ts'
import { storeOf } from '../../../../../src/cli/ui/store.ts'
import { follower } from '../../../../../src/cli/ui/work/follow.ts'
import { workerOf } from '../../../../../src/cli/ui/work/work.ts'
import { Problem } from '../../../../../src/problem.ts'
import { fakeWorld, NOW, ORG_ID, type Replies, SERVER } from '../../../../support/fake-context.ts'
import { SHOP } from '../../../../support/ui-state.ts'

const TARGET = { vault: SHOP, path: 'db/url' }
const SECRET = { id: SHOP.id, path: 'db/url', type: 'generic', version: 3, created_at: '2026-03-01T11:00:00Z' }

/** Performs the reducer's requests in a separate world without a terminal. */
function working(replies: Replies) {
  const world = fakeWorld({ replies })
  const leaving = new AbortController()
  const client = world.context.connect({ baseUrl: SERVER })
  const happened: Happening[] = []
  const wished: Effect[] = []
  const first = initialState({ now: NOW, server: 'x', hideAfterMs: 30_000, places: [{ kind: 'secret', ...TARGET }] })
  const store = storeOf(first, world.context.now, effect => {
    wished.push(effect)
    if (effect.type === 'answer') worker.work(effect)
  })
  const session = { client } as Session
  const worker = workerOf({
    context: world.context,
    session,
    store: {
      ...store,
      dispatch(happening) {
        happened.push(happening)
        store.dispatch(happening)
      },
    },
    signal: leaving.signal,
    suspend: during => during(),
    stop: async () => {},
    leave: () => leaving.abort(),
  })
  return {
    world,
    store,
    client,
    happened,
    leaving,
    /** Does something, and waits until nothing is pending. */
    async doing(effect: Effect, meanwhile: () => void = () => {}) {
      worker.work(effect)
      await expect
        .poll(() => {
          meanwhile()
          return happened.filter(({ type }) => type === 'began').length - happened.filter(({ type }) => type === 'ended').length
        })
        .toBe(0)
    },
    reveal: () => {
      if (!happened.some(({ type }) => type === 'ended')) worker.work({ type: 'reveal', target: TARGET })
    },
    press: (text: string) => store.dispatch({ type: 'key', key: { name: 'text', text, ctrl: false, isAlone: true } }),
  }
}

describe('a failure in the interface', () => {
  it('is shown with what to do next', async () => {
    const work = working({
      'secrets.get': () => {
        throw new Problem('policy.denied', 'Insufficient permissions: read on db/url.', { hint: 'An owner can allow it.' })
      },
    })
    await work.doing({ type: 'reveal', target: TARGET })
    expect(work.store.state().message).toEqual({
      kind: 'error',
      text: 'Insufficient permissions: read on db/url.',
      hint: 'An owner can allow it.',
    })
  })

  it('from a bug is shown without its message, which may contain a value', async () => {
    const work = working({
      'secrets.get': () => {
        throw new TypeError('hunter2 is not iterable')
      },
    })
    await work.doing({ type: 'reveal', target: TARGET })
    expect(work.store.state().message).toMatchObject({ text: 'An internal error occurred (TypeError).' })
    expect(JSON.stringify(work.store.state())).not.toContain('hunter2')
  })

  it('leaves a list that can be loaded again', async () => {
    const work = working({
      'agents.list': () => {
        throw new Problem('server.unreachable', 'The server cannot be reached.')
      },
    })
    await work.doing({ type: 'load', list: { of: 'agents' } })
    expect(work.store.state().lists['agents  ']).toMatchObject({ isLoading: false, hasFailed: true })
  })
})

describe('a key that is pressed twice', () => {
  it('reads once', async () => {
    const work = working({ 'secrets.get': () => ({ ...SECRET, value: 'hunter2' }) })
    await work.doing({ type: 'reveal', target: TARGET }, () => work.reveal())
    expect(work.world.asked).toHaveLength(1)
    expect(work.store.state().revealed?.value).toBe('hunter2')
  })
})

describe('a rotation', () => {
  const replies: Replies = { 'secrets.rotate': () => ({ ...SECRET, version: 4 }) }

  it('happens when the person confirms', async () => {
    const work = working(replies)
    await work.doing({ type: 'rotate', target: TARGET }, () => work.press('y'))
    expect(work.world.asked.map(({ id }) => id)).toEqual(['secrets.rotate'])
    expect(work.happened).toContainEqual({ type: 'written', target: TARGET })
  })

  it('does not happen otherwise', async () => {
    const work = working(replies)
    await work.doing({ type: 'rotate', target: TARGET }, () => work.press('n'))
    expect(work.world.asked).toEqual([])
    expect(work.happened).toContainEqual({ type: 'said', message: { kind: 'note', text: 'Nothing was changed.' } })
  })
})

describe('an edit', () => {
  it('asks about a version that was written in between, only once', async () => {
    const work = working({
      'secrets.get': () => ({ ...SECRET, value: 'before' }),
      'secrets.versions': () => ({ versions: [{ ...SECRET, version: 5 }] }),
      'secrets.put': () => ({ ...SECRET, version: 6 }),
    })
    Object.assign(work.world.context.env, { EDITOR: 'sed -i s/before/after/' })
    await work.doing({ type: 'edit', target: TARGET }, () => work.press('y'))
    expect(work.happened.filter(({ type }) => type === 'asked')).toEqual([
      expect.objectContaining({ text: 'db/url now has version 5, and you edited version 3. Save yours as the newest?' }),
    ])
    expect(work.world.asked.at(-1)).toMatchObject({ id: 'secrets.put', input: { body: { value: 'after' } } })
  })
})

describe('names', () => {
  it('are searched when the typing pauses, with only the newest text', async () => {
    const work = working({ 'search.find': () => ({ results: [] }) })
    const pauses: (() => void)[] = []
    work.world.context.sleep = (_, signal?: AbortSignal) =>
      new Promise((resolve, reject) => {
        pauses.push(resolve)
        signal?.addEventListener('abort', () => reject(signal.reason))
      })
    await work.doing({ type: 'find', text: 'd' })
    await work.doing({ type: 'find', text: 'db' })
    for (const go of pauses) go()
    await expect.poll(() => work.world.asked.length).toBe(1)
    expect(work.world.asked[0]).toMatchObject({ input: { query: { q: 'db' } } })
  })
})

describe('the audit log', () => {
  it('is followed from its newest event on, while it is open', async () => {
    const event = {
      id: ORG_ID,
      seq: 7,
      action: 'secret.read',
      actor_id: 'a',
      actor_type: 'user',
      resource_type: 'secret',
      resource_id: 'r',
      org_id: ORG_ID,
      details: {},
      ip_address: '127.0.0.1',
      created_at: '2026-03-01T11:00:00Z',
      prev_event_id: '',
      integrity_hash: '',
    }
    const work = working({ 'audit.events': () => ({ events: [{ ...event, seq: 8 }, event], count: 2 }) })
    const stop = new AbortController()
    let looks = 0
    work.world.context.sleep = async (_, signal?: AbortSignal) => {
      if (++looks > 1) await new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
    }
    const look = follower(work.world.context, work.client, work.store, stop.signal, () => {})
    work.store.subscribe(look)
    work.press('l')
    expect(looks).toBe(0)
    work.store.dispatch({ type: 'loaded', list: { of: 'audit' }, items: [event], isMore: false })
    await expect.poll(() => work.store.state().lists['audit  ']?.items.length).toBe(2)
    // Closed and opened again: it continues with what is known by then.
    work.store.dispatch({ type: 'key', key: { name: 'escape', text: '', ctrl: false, isAlone: true } })
    expect(looks).toBe(2)
    work.press('l')
    await expect.poll(() => looks).toBe(3)
  })
})
