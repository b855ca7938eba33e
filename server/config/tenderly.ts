/** Tenderly (https://tenderly.co), which simulates instead of the chains' own nodes if configured. */
export interface IntentConfig {
  readonly tenderly:
    | { readonly url: string; readonly account: string; readonly project: string; readonly accessKey: string }
    | undefined
}

interface Reader {
  readonly read: (name: string) => string | undefined
  readonly fault: (name: string, message: string) => void
}

const TENDERLY = 'https://api.tenderly.co'

/** All three of its settings or none. */
export function intentConfig({ read, fault }: Reader): IntentConfig {
  const account = read('TENDERLY_ACCOUNT')
  const project = read('TENDERLY_PROJECT')
  const accessKey = read('TENDERLY_ACCESS_KEY')
  const url = (read('TENDERLY_URL') ?? TENDERLY).replace(/\/+$/, '')
  if (!account && !project && !accessKey) return { tenderly: undefined }
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) fault('TENDERLY_URL', 'must be an http or https URL')
  if (account && project && accessKey) return { tenderly: { url, account, project, accessKey } }
  const missing = Object.entries({ TENDERLY_ACCOUNT: account, TENDERLY_PROJECT: project, TENDERLY_ACCESS_KEY: accessKey })
  for (const [name, value] of missing) if (!value) fault(name, 'is needed too: Tenderly takes an account, a project and a key')
  return { tenderly: undefined }
}
