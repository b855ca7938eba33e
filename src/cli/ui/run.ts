import { Problem } from '../../problem.ts'
import type { Key } from '../../views/full-screen.tsx'
import type { Context } from '../context/context.ts'
import type { Session } from '../session/session.ts'
import { frameOf } from './draw/frame.ts'
import type { Line } from './draw/line.ts'
import { initialState, type Place, type Size, type State } from './state.ts'
import { type Store, storeOf } from './store.ts'
import { onExitSignals, stopped } from './work/exit-signals.ts'
import { follower } from './work/follow.ts'
import { workerOf } from './work/work.ts'

/** The output of the terminal, and the receiver of its keys. */
export interface Model {
  subscribe(listener: () => void): () => void
  /** The same lines until something changes. */
  lines(): readonly Line[]
  key(key: Key): void
  paste(text: string): void
  resize(size: Size): void
}

/** The terminal while the interface has it. */
export interface Shown {
  suspend(during: () => Promise<void>): Promise<void>
  /** Clears the screen and restores the terminal. It can be called again. */
  close(): void
}

interface Options {
  readonly show: (model: Model) => Shown
  readonly hideAfterMs: number
  /** The first screen, after the list of vaults. */
  readonly places: readonly Place[]
  /** The first message on the screen. */
  readonly message?: State['message']
  /** A session whose remarks and questions go to the screen. */
  readonly open: (context: Context) => Promise<Session>
}

/** The interval at which times on the screen, and the countdown of a value, are updated. */
const TICK_MS = 30_000
const COUNTDOWN_MS = 1000

/**
 * Shows the interface until the person leaves it.
 * @returns the exit code
 */
export async function runUi(outer: Context, { show, hideAfterMs, places, message, open }: Options): Promise<number> {
  const leaving = new AbortController()
  const { signal } = leaving
  const context = onScreen(outer, { note: text => note(text), confirm: text => worker.ask(text) })
  const session = await open(context)
  const first = initialState({ now: outer.now(), server: hostOf(session.client.baseUrl), hideAfterMs, places })
  const store: Store = storeOf({ ...first, message }, outer.now, effect => worker.work(effect))
  let shown: Shown | undefined
  const done = Promise.withResolvers<number>()
  const leave = (exitCode: number) => {
    leaving.abort()
    shown?.close()
    done.resolve(exitCode)
  }
  const onStop = () => void worker.work({ type: 'suspend' })
  const suspend = async (during: () => Promise<void>) => {
    store.dispatch({ type: 'hidden' })
    await shown?.suspend(during)
  }
  const worker = workerOf({ context, session, store, signal, suspend, stop: () => suspend(() => stopped(onStop)), leave })
  const note = (text: string) => store.dispatch({ type: 'said', message: { kind: 'note', text: text.trim() } })
  const failed = (error: unknown) => {
    if (error instanceof Problem && !signal.aborted) {
      store.dispatch({ type: 'said', message: { kind: 'error', text: error.message, hint: error.extras.hint } })
    }
  }
  const release = onExitSignals({ leave, crash: () => shown?.close(), stop: onStop })
  store.subscribe(follower(context, session.client, store, signal, failed))
  try {
    shown = show(modelOf(store))
    void ticking(outer, store, signal)
    return await done.promise
  } finally {
    leaving.abort()
    shown?.close()
    release()
    await session.client.close()
  }
}

function modelOf(store: Store): Model {
  let drawn: { readonly state: State; readonly lines: readonly Line[] } | undefined
  return {
    subscribe: store.subscribe,
    lines() {
      const state = store.state()
      if (drawn?.state !== state) drawn = { state, lines: frameOf(state) }
      return drawn.lines
    },
    key: key => store.dispatch({ type: 'key', key }),
    paste: text => store.dispatch({ type: 'pasted', text }),
    resize: size => store.dispatch({ type: 'resized', size }),
  }
}

/** Updates times, and hides a value in time. */
async function ticking(context: Pick<Context, 'sleep'>, store: Store, signal: AbortSignal): Promise<void> {
  let pause = new AbortController()
  // The countdown of a value starts when it arrives.
  store.subscribe(() => {
    if (store.state().revealed) pause.abort()
  })
  while (!signal.aborted) {
    const isCounting = store.state().revealed !== undefined
    pause = new AbortController()
    const until = isCounting ? signal : AbortSignal.any([signal, pause.signal])
    await context.sleep(isCounting ? COUNTDOWN_MS : TICK_MS, until).catch(() => {})
    if (!signal.aborted) store.dispatch({ type: 'ticked' })
  }
}

/** The world for code that the interface calls: nothing else can write on the screen or prompt there. */
function onScreen(
  context: Context,
  { note, confirm }: { note: (text: string) => void; confirm: (question: string) => Promise<boolean> },
): Context {
  const refuse = async (): Promise<never> => {
    throw new Problem('usage', 'This needs an answer that cannot be entered here.', {
      hint: 'Leave with q, and use the command for it.',
    })
  }
  return {
    ...context,
    stderr: { isTTY: true, columns: context.stderr.columns, rows: context.stderr.rows, write: chunk => note(String(chunk)) },
    prompts: { confirm, hidden: refuse, text: refuse, choose: refuse },
  }
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? url
}
