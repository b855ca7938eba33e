/** Does the requested work: requests, clipboard, editor, prompts. Every failure is a message on the screen. */
import { Problem } from '../../../problem.ts'
import type { Context } from '../../context/context.ts'
import { problemOf } from '../../output/report.ts'
import type { Session } from '../../session/session.ts'
import { isSame } from '../actions.ts'
import { agentPlace } from '../rows.ts'
import type { Effect, Target } from '../state.ts'
import type { Store } from '../store.ts'
import { pageOf } from './pages.ts'

export interface Work {
  readonly context: Pick<Context, 'env' | 'cwd' | 'sleep'>
  readonly session: Session
  readonly store: Store
  /** Aborts when the person leaves. */
  readonly signal: AbortSignal
  /** Gives the terminal to something else while it runs. */
  suspend(during: () => Promise<void>): Promise<void>
  /** Suspends this program until the shell resumes it. */
  stop(): Promise<void>
  leave(exitCode: number): void
}

const CLEAR_AFTER_MS = 45_000

/** The pause in typing after which the server is asked. */
const TYPED_MS = 150

interface Worker {
  work(effect: Effect): void
  /** Puts a question on the screen. */
  ask(text: string): Promise<boolean>
}

export function workerOf(work: Work): Worker {
  const { context, session, store, signal } = work
  const { client } = session
  const questions = new Map<number, (isYes: boolean) => void>()
  let asked = 0
  let finding: AbortController | undefined

  function tell(error: unknown): void {
    if (signal.aborted) return
    const { code, message, extras } = problemOf(error)
    if (code === 'cancelled') store.dispatch({ type: 'said', message: { kind: 'note', text: message } })
    else store.dispatch({ type: 'said', message: { kind: 'error', text: message, hint: extras.hint } })
  }

  function doing(what: string, task: () => Promise<void>): void {
    store.dispatch({ type: 'began', what })
    void task()
      .catch(tell)
      .finally(() => store.dispatch({ type: 'ended', what }))
  }

  /** A key that is pressed again while its work is running does not repeat it: reads can be limited, and an editor has the screen. */
  function once(what: string, task: () => Promise<void>): void {
    if (!store.state().waiting.includes(what)) doing(what, task)
  }

  function ask(text: string): Promise<boolean> {
    const id = ++asked
    store.dispatch({ type: 'asked', id, text })
    return new Promise(resolve => questions.set(id, resolve))
  }

  async function agreed(text: string): Promise<void> {
    if (!(await ask(text))) throw new Problem('cancelled', 'Nothing was changed.')
  }

  const said = (text: string) => store.dispatch({ type: 'said', message: { kind: 'note', text } })

  function load({ list, cursor }: Extract<Effect, { type: 'load' }>): void {
    doing(`Loading ${list.of}`, async () => {
      try {
        const page = await pageOf(client, list, cursor, signal)
        store.dispatch({ type: 'loaded', list, isMore: cursor !== undefined, ...page })
      } catch (error) {
        store.dispatch({ type: 'notLoaded', list })
        throw error
      }
    })
  }

  async function read({ vault, path, version }: Target): Promise<{ value: string; version: number }> {
    const params = { vault_id: vault.id, path }
    if (version === undefined) return client.call('secrets.get', { params }, { signal })
    return client.call('secrets.version', { params: { ...params, version } }, { signal })
  }

  async function reveal(target: Target): Promise<void> {
    const { value } = await read(target)
    store.dispatch({ type: 'revealed', target, value })
  }

  async function copy(target: Target): Promise<void> {
    const { revealed } = store.state()
    const isHeld = revealed && isSame(revealed, target) && revealed.version === target.version
    const { value } = isHeld ? revealed : await read(target)
    const { copied } = await import('../../secrets/clipboard.ts')
    copied(context, value, CLEAR_AFTER_MS)
    said(`Copied ${target.path}. The clipboard is cleared in ${CLEAR_AFTER_MS / 1000} s.`)
  }

  async function edit(target: Target): Promise<void> {
    const [{ edited, editorCommand }, { editedSecret }] = await Promise.all([
      import('../../input/editor.ts'),
      import('../../secrets/editing.ts'),
    ])
    const written = await editedSecret({
      client,
      vaultId: target.vault.id,
      path: target.path,
      agree: conflict => agreed(conflict ?? `Save your edit as a new version of ${target.path}?`),
      again: failure => ask(`${failure.message} Try again with what you typed?`),
      async edit(value) {
        let text = value
        await work.suspend(async () => {
          text = await edited(editorCommand(context.env), value)
        })
        return text
      },
    })
    if (!written) return said('Nothing was changed.')
    store.dispatch({ type: 'written', target })
    said(`Wrote ${written.path} (version ${written.version}).`)
  }

  async function rotate(target: Target): Promise<void> {
    await agreed(`Replace the value of ${target.path} with a random one, as a new version?`)
    const params = { vault_id: target.vault.id, path: target.path }
    const written = await client.call('secrets.rotate', { params, body: {} })
    store.dispatch({ type: 'written', target })
    said(`Rotated ${written.path} (version ${written.version}).`)
  }

  async function find(text: string): Promise<void> {
    finding?.abort()
    if (text.trim() === '') return
    finding = new AbortController()
    const both = AbortSignal.any([signal, finding.signal])
    try {
      await context.sleep(TYPED_MS, both)
      const query = { q: text.trim().slice(0, 64), kinds: 'vault,secret,policy,agent', limit: 500 }
      const { results } = await client.call('search.find', { query }, { signal: both })
      store.dispatch({ type: 'found', text, found: results })
    } catch (error) {
      if (!both.aborted) throw error
    }
  }

  return {
    ask,
    work(effect) {
      switch (effect.type) {
        case 'load':
          return load(effect)
        case 'reveal':
          return once(`Reading ${effect.target.path}`, () => reveal(effect.target))
        case 'copy':
          return once(`Copying ${effect.target.path}`, () => copy(effect.target))
        case 'edit':
          return once(`Editing ${effect.target.path}`, () => edit(effect.target))
        case 'rotate':
          return once(`Rotating ${effect.target.path}`, () => rotate(effect.target))
        case 'openAgent':
          return doing('Loading the agent', async () => {
            const agent = await client.call('agents.get', { params: { agent_id: effect.id } }, { signal })
            store.dispatch({ type: 'opened', place: agentPlace(agent) })
          })
        case 'find':
          return void find(effect.text).catch(tell)
        case 'answer':
          questions.get(effect.id)?.(effect.isYes)
          questions.delete(effect.id)
          return
        case 'suspend':
          return void work.stop().catch(tell)
        case 'leave':
          return work.leave(effect.exitCode)
      }
    },
  }
}
