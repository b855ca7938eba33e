import { Problem } from '../problem.ts'

type Value = string | number | boolean

/**
 * Fills a path template. Each parameter is percent-encoded; the one named `rest` keeps its slashes. Throws `request.invalid` for an empty,
 * `.` or `..` segment: a URL parser would remove it and request another resource.
 */
export function requestUrl(
  baseUrl: string,
  route: { readonly path: string; readonly rest?: string | undefined },
  params: Readonly<Record<string, Value>> = {},
  query: Readonly<Record<string, Value | undefined>> = {},
): string {
  const path = route.path.replace(/\{([^}]+)\}/g, (_, name: string) => {
    const value = String(params[name] ?? '')
    const segments = name === route.rest ? value.split('/') : [value]
    return segments.map(segment => encodeSegment(name, segment)).join('/')
  })
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.append(name, String(value))
  return baseUrl.replace(/\/+$/, '') + path + (search.size > 0 ? `?${search}` : '')
}

function encodeSegment(name: string, segment: string): string {
  if (segment === '' || segment === '.' || segment === '..') {
    throw new Problem('request.invalid', `\`${name}\` must not have an empty, \`.\` or \`..\` segment.`)
  }
  return encodeURIComponent(segment)
}

/**
 * A bad base URL is a setting to correct, not a failed connection.
 * @throws Problem `config.invalid`
 */
export function ensureHttpUrl(baseUrl: string): void {
  if (/^https?:$/.test(URL.parse(baseUrl)?.protocol ?? '')) return
  throw new Problem('config.invalid', `The API URL ${JSON.stringify(baseUrl)} is not an http or https URL.`)
}
