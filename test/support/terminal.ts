import { type IPty, spawn } from '@lydell/node-pty'
import xterm from '@xterm/headless'
import { bareEnvironment, PROGRAM } from './program.ts'

/** A program in a terminal: its screen, and the lines that have scrolled away. */
export interface Terminal {
  readonly pty: IPty
  type(keys: string): void
  resize(columns: number, rows: number): void
  /** The lines that a person sees. */
  screen(): string[]
  /** The whole output, as text. */
  raw(): string
  /** The whole content of the terminal: the lines that have scrolled away, and both screens. */
  everything(): string
  /** Waits until the screen contains this text, or until the predicate is true. */
  until(what: string | RegExp | ((lines: string[]) => boolean)): Promise<string[]>
  /** The exit code, and the signal that ended it. */
  readonly ended: Promise<{ readonly exitCode: number; readonly signal?: number | undefined }>
  close(): Promise<void>
}

interface TerminalOptions {
  readonly columns?: number
  readonly rows?: number
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

/** Runs the built program in a new terminal. */
export function openTerminal(words: readonly string[], options: TerminalOptions = {}): Terminal {
  return terminalOf(process.execPath, [PROGRAM, ...words], options)
}

/** Runs any program in a new terminal. */
export function terminalOf(program: string, args: readonly string[], options: TerminalOptions): Terminal {
  const { columns: cols = 80, rows = 24, env = {}, cwd = '/' } = options
  const screen = new xterm.Terminal({ cols, rows, scrollback: 5000, allowProposedApi: true })
  const pty = spawn(program, [...args], { cols, rows, cwd, name: 'xterm-256color', env: { ...bareEnvironment(), ...env } })
  const lookers = new Set<() => void>()
  let raw = ''
  pty.onData(text => {
    raw += text
    screen.write(text, () => lookers.forEach(look => void look()))
  })
  screen.onData(reply => pty.write(reply))
  const ended = new Promise<{ exitCode: number; signal?: number | undefined }>(resolve => {
    // Waits until the remaining output is drawn.
    pty.onExit(exit => screen.write('', () => resolve(exit)))
  })

  const linesOf = ({ length, getLine }: Buffer, from: number) =>
    Array.from({ length: length - from }, (_, index) => getLine(from + index)?.translateToString(true) ?? '')
  const bufferOf = (which: 'active' | 'normal' | 'alternate'): Buffer => {
    const buffer = screen.buffer[which]
    return { length: buffer.length, getLine: line => buffer.getLine(line) }
  }
  const lines = () => linesOf(bufferOf('active'), screen.buffer.active.baseY)

  return {
    pty,
    ended,
    type: keys => pty.write(keys),
    resize(columns, height) {
      screen.resize(columns, height)
      pty.resize(columns, height)
    },
    screen: lines,
    raw: () => raw,
    everything: () => [...linesOf(bufferOf('normal'), 0), ...linesOf(bufferOf('alternate'), 0)].join('\n'),
    until(what) {
      const fits = (now: string[]) => {
        if (typeof what === 'function') return what(now)
        return typeof what === 'string' ? now.join('\n').includes(what) : what.test(now.join('\n'))
      }
      return new Promise((resolve, reject) => {
        const stop = () => {
          lookers.delete(look)
          clearTimeout(timer)
        }
        const look = () => {
          if (!fits(lines())) return
          stop()
          resolve(lines())
        }
        const timer = setTimeout(() => {
          stop()
          reject(new Error(`Waited in vain for ${String(what)}. The screen has:\n${lines().join('\n')}`))
        }, 30_000)
        lookers.add(look)
        look()
      })
    },
    async close() {
      pty.kill('SIGKILL')
      await ended
      screen.dispose()
    },
  }
}

interface Buffer {
  readonly length: number
  readonly getLine: (line: number) => { translateToString(trim: boolean): string } | undefined
}
