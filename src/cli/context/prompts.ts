import { Problem } from '../../problem.ts'
import { visible } from './visible.ts'

/** Prompts at a terminal. Each throws `cancelled` on Ctrl-C. */
export interface Prompts {
  confirm(question: string): Promise<boolean>
  /** A value that is not shown while it is typed. */
  hidden(question: string): Promise<string>
  text(question: string): Promise<string>
  /** One of several answers. */
  choose<Value extends string>(question: string, choices: readonly Choice<Value>[]): Promise<Value>
}

export interface Choice<Value extends string> {
  readonly value: Value
  /** As it is shown. */
  readonly name: string
}

/** Asks on stderr: stdout is for the answer. */
export function terminalPrompts(): Prompts {
  return {
    async confirm(message) {
      const { confirm } = await import('@inquirer/prompts')
      return settled(streams => confirm({ message: visible(message), default: false }, streams))
    },
    async hidden(message) {
      const { password } = await import('@inquirer/prompts')
      return oneLine(() => settled(streams => password({ message: visible(message) }, streams)))
    },
    async text(message) {
      const { input } = await import('@inquirer/prompts')
      return settled(streams => input({ message: visible(message), required: true }, streams))
    },
    async choose(message, choices) {
      const { select } = await import('@inquirer/prompts')
      return settled(streams => select({ message: visible(message), choices: [...choices] }, streams))
    },
  }
}

type Ask<T> = (streams: { readonly output: NodeJS.WriteStream; readonly signal: AbortSignal }) => Promise<T>

/**
 * The answer. Readline stops reading at Ctrl-D and after Ctrl-Z and `fg`, and nothing tells the prompt: the process would end without an
 * answer, and the rest of a secret would be typed into the shell. Ctrl-D cancels; after `fg` the question is asked again.
 */
async function settled<T>(ask: Ask<T>): Promise<T> {
  const stop = new AbortController()
  const again = () => stop.abort('again')
  const stopped = () => void setImmediate(() => process.stdin.isPaused() && stop.abort('ended'))
  process.on('SIGCONT', again)
  process.stdin.on('pause', stopped)
  try {
    // Accessed only for a prompt: its mere use makes a pipe non-blocking, even for a program that this process becomes.
    return await ask({ output: process.stderr, signal: stop.signal })
  } catch (error) {
    const isEnd = error instanceof Error && (error.name === 'ExitPromptError' || error.name === 'AbortPromptError')
    if (!isEnd) throw error
    if (stop.signal.reason !== 'again') throw new Problem('cancelled')
  } finally {
    process.off('SIGCONT', again)
    process.stdin.off('pause', stopped)
  }
  return settled(ask)
}

/**
 * The answer, if it was all that was pasted. Of a pasted key in several lines the prompt would take the first, and the shell could run the
 * others. Throws `usage` and reads the other lines to their end.
 */
async function oneLine(ask: () => Promise<string>): Promise<string> {
  let isEntered = false
  let hasMore = false
  const look = (_: unknown, { name }: { readonly name?: string | undefined }) => {
    const isEnter = name === 'return' || name === 'enter'
    if (isEntered && !isEnter) hasMore = true
    isEntered ||= isEnter
  }
  process.stdin.on('keypress', look)
  try {
    const line = await ask()
    if (!hasMore) return line
  } finally {
    process.stdin.off('keypress', look)
  }
  await readToQuiet()
  throw new Problem('usage', 'What you pasted has more than one line.', {
    hint: 'Nothing was changed. Save it to a file and name that: @file; or pipe it in.',
  })
}

const QUIET_MS = 100

/** Reads and drops what is typed, until nothing has come for a moment. */
async function readToQuiet(): Promise<void> {
  const { stdin } = process
  stdin.setRawMode(true)
  stdin.resume()
  await new Promise<void>(resolve => {
    const quiet = setTimeout(resolve, QUIET_MS)
    stdin.on('data', () => quiet.refresh())
  })
  stdin.pause()
  stdin.setRawMode(false)
}
