/** `/metrics`: at a separate address, at the server's address behind a token, or not at all. */
export interface MetricsConfig {
  readonly metrics:
    | { readonly address: { readonly host: string; readonly port: number } | undefined; readonly token: string | undefined }
    | undefined
}

interface Reader {
  readonly read: (name: string) => string | undefined
  readonly fault: (name: string, message: string) => void
}

const SHORTEST_TOKEN = 16

/** Without a separate address a token is required: the server's own address is open to anyone who reaches it. */
export function metricsConfig({ read, fault }: Reader): MetricsConfig {
  const [place, token] = [read('METRICS_ADDRESS'), read('METRICS_TOKEN')]
  if (place === undefined && token === undefined) return { metrics: undefined }
  const address = place === undefined ? undefined : addressOf(place)
  if (place !== undefined && !address) fault('METRICS_ADDRESS', 'must be a host and a port, such as 127.0.0.1:9271')
  if (token !== undefined && !(token.length >= SHORTEST_TOKEN && /^[\x21-\x7e]+$/.test(token)))
    fault('METRICS_TOKEN', `must have at least ${SHORTEST_TOKEN} ASCII characters and no blank`)
  return { metrics: { address, token } }
}

function addressOf(text: string): { host: string; port: number } | undefined {
  const [, host, port] = /^(\[[0-9a-f:.]+\]|[^:[\]/\s]+):(\d{1,5})$/i.exec(text.trim()) ?? []
  if (host === undefined || Number(port) > 65535) return undefined
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) }
}
