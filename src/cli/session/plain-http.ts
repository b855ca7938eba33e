import { Problem } from '../../problem.ts'

const LOOPBACK = /^(?:localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/** Whether everyone on the way to a server could read the traffic: plain http, and not within this machine. */
export function isReadable(baseUrl: string): boolean {
  const url = URL.parse(baseUrl)
  return url?.protocol === 'http:' && !LOOPBACK.test(url.hostname)
}

/** @throws Problem `config.invalid`: keys, tokens and passwords would be sent in plain text, which only a person can allow */
export function ensureUnreadable(baseUrl: string, env: Readonly<Record<string, string | undefined>>): void {
  if (!isReadable(baseUrl) || env['ONECLAW_ALLOW_HTTP'] === '1') return
  throw new Problem(
    'config.invalid',
    `${baseUrl} is not encrypted: anyone on the network could read your credentials and secrets.`,
    {
      hint: 'Use an https URL, or set ONECLAW_ALLOW_HTTP=1 if you trust the network.',
    },
  )
}
