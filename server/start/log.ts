import type { FastifyServerOptions } from 'fastify'

interface LogLine {
  readonly level: number
  readonly time: number
  readonly msg?: string
  readonly err?: { readonly message?: string; readonly stack?: string }
}

const LEVELS: Record<number, string> = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' }
const FIELDS_OF_EVERY_LINE = ['level', 'time', 'msg', 'pid', 'hostname', 'err', 'cause']

/**
 * The server's log on stderr: JSON lines, or plain lines at a terminal. It has the failures of the server, and no requests. No line contains
 * a body, a header or a value.
 */
export function logOptions(level: string, out: NodeJS.WriteStream): FastifyServerOptions['logger'] {
  const stream = out.isTTY ? { write: (json: string) => void out.write(plain(JSON.parse(json) as LogLine)) } : out
  return { level, stream, base: {}, redact: ['req', 'res'] }
}

function plain(line: LogLine): string {
  const time = new Date(line.time).toTimeString().slice(0, 8)
  const rest = Object.entries(line).filter(([name]) => !FIELDS_OF_EVERY_LINE.includes(name))
  const fields = rest.map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`).join('')
  const stack = line.err?.stack ? `\n${line.err.stack}` : ''
  return `${time} ${LEVELS[line.level] ?? line.level} ${line.msg ?? ''}${fields}${stack}\n`
}
