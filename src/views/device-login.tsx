import { render, Text, useAnimation } from 'ink'

export interface DeviceLoginProps {
  /** The expiry of the code, in milliseconds since 1970. */
  readonly endsAt: number
  readonly colour: boolean
  readonly now: () => number
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

/** One line below the address and code: the program is waiting, and how much time is left. */
export function DeviceLogin({ endsAt, colour, now }: DeviceLoginProps) {
  const { frame } = useAnimation({ interval: 120 })
  return (
    <Text>
      <Text {...(colour && { color: 'cyan' })}>{FRAMES[frame % FRAMES.length]}</Text> Waiting for your approval (
      {clock(endsAt - now())})
    </Text>
  )
}

/** Minutes and seconds of a duration in milliseconds, never negative. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** Draws on stderr: stdout is for the result. */
export function showDeviceLogin(props: DeviceLoginProps, stream: NodeJS.WritableStream = process.stderr): { close(): void } {
  const screen = render(<DeviceLogin {...props} />, { stdout: stream, patchConsole: false, interactive: true })
  return {
    close() {
      screen.clear()
      screen.unmount()
    },
  }
}
