import { spawnSync } from 'node:child_process'

export interface Timed {
  readonly name: string
  /** Median of the runs, in ms. */
  readonly median: number
}

/**
 * Times whole commands, one of each in turn, so other work of the machine affects all of them alike; the first round, which fills caches,
 * does not count.
 */
export function timeCommands(
  commands: Record<string, { args: readonly string[]; env?: Record<string, string> }>,
  repeat: number,
): Timed[] {
  const times = new Map<string, number[]>(Object.keys(commands).map(name => [name, []]))
  for (let round = 0; round <= repeat; round++) {
    for (const [name, { args, env }] of Object.entries(commands)) {
      const began = performance.now()
      const { status, stderr } = spawnSync(process.execPath, args, { env: { ...process.env, ...env }, encoding: 'utf8' })
      if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr}`)
      if (round > 0) times.get(name)?.push(performance.now() - began)
    }
  }
  return [...times].map(([name, values]) => ({ name, median: values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0 }))
}
