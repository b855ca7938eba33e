import { Box, render, Text, useAnimation, useApp, useInput, usePaste } from 'ink'
import { useEffect, useSyncExternalStore } from 'react'

/** How a piece of text is emphasised; without colour it is not. */
export type Tone = 'dim' | 'strong' | 'accent' | 'bad' | 'chosen'

/** A part of a line. */
export interface Span {
  readonly text: string
  readonly tone?: Tone | undefined
  /** A spinner is shown in its place. */
  readonly isSpinner?: boolean
}

export type KeyName =
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'pageUp'
  | 'pageDown'
  | 'home'
  | 'end'
  | 'enter'
  | 'escape'
  | 'backspace'
  | 'tab'
  | 'text'

/** A key that was pressed. */
export interface Key {
  readonly name: KeyName
  /** The character, if `name` is `text`. */
  readonly text: string
  readonly ctrl: boolean
  /** It arrived alone, not together with others as in a paste. */
  readonly isAlone: boolean
}

interface FullScreenProps {
  subscribe(listener: () => void): () => void
  /** As many lines as the terminal has, none wider than it is; the same lines until something changes. */
  lines(): readonly (readonly Span[])[]
  key(key: Key): void
  /** Pasted text: never keys. */
  paste(text: string): void
  resize(size: { readonly columns: number; readonly rows: number }): void
}

type Suspend = (during: () => Promise<void>) => Promise<void>

/** Takes the whole terminal, on its alternate screen, so nothing of it remains. */
export function showFullScreen(
  model: FullScreenProps,
  colour: boolean,
  { stdin, stdout }: { stdin: NodeJS.ReadStream; stdout: NodeJS.WriteStream } = process,
): { suspend: Suspend; close(): void } {
  let suspendTerminal: Suspend | undefined
  let isSuspended = false
  let isClosed = false
  // Before ink draws: a terminal moves its lines when its size changes, so what was drawn is forgotten, not updated.
  const resized = () => {
    if (isSuspended) return
    stdout.write(WIPE)
    model.resize({ columns: stdout.columns, rows: stdout.rows })
  }
  stdout.on('resize', resized)
  model.resize({ columns: stdout.columns || 80, rows: stdout.rows || 24 })
  const app = (
    <FullScreen
      model={model}
      colour={colour}
      started={suspend => {
        suspendTerminal = suspend
      }}
    />
  )
  const screen = render(app, { stdin, stdout, exitOnCtrlC: false, patchConsole: false, interactive: true, alternateScreen: true })
  return {
    async suspend(during) {
      isSuspended = true
      try {
        await suspendTerminal?.(async () => {
          await released(stdin)
          await during()
        })
      } finally {
        isSuspended = false
        // It could have changed in the meantime.
        model.resize({ columns: stdout.columns, rows: stdout.rows })
      }
    },
    close() {
      if (isClosed) return
      isClosed = true
      stdout.off('resize', resized)
      screen.rerender(<Text> </Text>)
      if (!isSuspended) stdout.write(WIPE)
      screen.unmount()
    },
  }
}

/**
 * No longer reads the terminal. If ink only stops listening, the stream keeps reading: it would take keys from the program that now has the
 * terminal, and hang forever in a read of keys that this program was faster with.
 */
async function released(stdin: NodeJS.ReadStream): Promise<void> {
  // The stream notices in the next turn that nobody listens, and stops in the one after that.
  await turn()
  stdin.pause()
  await turn()
}

function turn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

/** Moves to the first line, and erases everything from there on. */
const WIPE = '\u001b[H\u001b[J'

interface Props {
  readonly model: FullScreenProps
  readonly colour: boolean
  readonly started: (suspend: Suspend) => void
}

function FullScreen({ model, colour, started }: Props) {
  const lines = useSyncExternalStore(model.subscribe, model.lines)
  const { suspendTerminal } = useApp()
  useEffect(() => started(suspendTerminal), [started, suspendTerminal])
  useInput((input, key) => {
    for (const pressed of keysOf(input, key)) model.key(pressed)
  })
  usePaste(text => model.paste(text))
  return (
    <Box flexDirection="column">
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of a screen have no other name
        <Text key={index} wrap="truncate">
          {line.length === 0
            ? ' '
            : line.map((span, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: nor have the pieces of a line
                <Piece key={at} span={span} colour={colour} />
              ))}
        </Text>
      ))}
    </Box>
  )
}

const LOOKS = {
  dim: { dimColor: true },
  strong: { bold: true },
  accent: { color: 'cyan' },
  bad: { color: 'red' },
  chosen: { color: 'cyan', bold: true },
} as const

function Piece({ span: { text, tone, isSpinner }, colour }: { span: Span; colour: boolean }) {
  return <Text {...(colour && tone && LOOKS[tone])}>{isSpinner ? <Spinner /> : text}</Text>
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

function Spinner() {
  const { frame } = useAnimation({ interval: 120 })
  return <>{FRAMES[frame % FRAMES.length]}</>
}

type InkKey = Parameters<Parameters<typeof useInput>[0]>[1]

const NAMES: readonly (readonly [keyof InkKey, KeyName])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageUp'],
  ['pageDown', 'pageDown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'escape'],
  ['backspace', 'backspace'],
  ['delete', 'backspace'],
  ['tab', 'tab'],
]

/** Fast typing arrives in one piece; each of its characters is a key. */
export function keysOf(input: string, key: Partial<InkKey>): Key[] {
  const name = NAMES.find(([flag]) => key[flag])?.[1]
  if (name) return [{ name, text: '', ctrl: false, isAlone: true }]
  if (key.ctrl) return [{ name: 'text', text: input, ctrl: true, isAlone: true }]
  if (key.meta) return []
  const characters = [...input]
  const isAlone = characters.length === 1
  return characters.flatMap((text): Key[] => {
    if (text === '\r' || text === '\n') return [{ name: 'enter', text: '', ctrl: false, isAlone }]
    return text < ' ' ? [] : [{ name: 'text', text, ctrl: false, isAlone }]
  })
}
