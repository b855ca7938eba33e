/** The proxies for calls to other servers, from the usual variables. */
export interface ProxyConfig {
  /** If absent, calls are direct. URLs, with credentials if the proxy requires them. */
  readonly proxies:
    | { readonly http: string | undefined; readonly https: string | undefined; readonly exceptFor: string | undefined }
    | undefined
}

/** Lower case wins, as with curl; `ALL_PROXY` is used if a scheme has no proxy of its own. */
export function proxyConfig(env: NodeJS.ProcessEnv, fault: (name: string, message: string) => void): ProxyConfig {
  const named = (name: string) => env[name.toLowerCase()] || env[name] || undefined
  const proxy = (name: string) => {
    const from = named(name) === undefined ? 'ALL_PROXY' : name
    const url = named(from)?.trim()
    if (url === undefined || /^https?:$/.test(URL.parse(url)?.protocol ?? '')) return url
    fault(from, 'must be the URL of an http or https proxy')
    return undefined
  }
  const [http, https] = [proxy('HTTP_PROXY'), proxy('HTTPS_PROXY')]
  return { proxies: http || https ? { http, https, exceptFor: named('NO_PROXY') } : undefined }
}
