import { Problem } from '../../../problem.ts'
import type { Variable } from '../names.ts'

/** The maximum size of a Secret: https://kubernetes.io/docs/concepts/configuration/secret/ */
const MAX_BYTES = 1024 * 1024

/** Name of the Secret when none is given. */
const DEFAULT_NAME = 'env'

/** A label of DNS, RFC 1123, or several with dots. */
const NAME = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/

/**
 * The manifest of a Secret, for `kubectl apply -f -`.
 * @throws Problem `usage` for a name that Kubernetes refuses, and for more than 1 MiB
 */
export function k8s(
  variables: readonly Variable[],
  { name = DEFAULT_NAME }: { readonly name?: string | undefined } = {},
): string {
  if (!NAME.test(name)) {
    throw new Problem('usage', `${JSON.stringify(name)} is not a valid name of a Secret.`, {
      hint: 'It has lower-case letters, digits, dashes and dots, and starts and ends with a letter or digit.',
    })
  }
  const bytes = variables.reduce((sum, { value }) => sum + Buffer.byteLength(value), 0)
  if (bytes > MAX_BYTES) {
    const largest = variables.toSorted((a, b) => b.value.length - a.value.length)[0]?.origin
    throw new Problem('usage', `The values have more than 1 MiB, the limit of a Kubernetes Secret; the largest is ${largest}.`)
  }
  const data = variables.map(
    ({ name: key, value }) => `  ${JSON.stringify(key)}: ${Buffer.from(value).toString('base64') || '""'}\n`,
  )
  return `apiVersion: v1\nkind: Secret\nmetadata:\n  name: ${JSON.stringify(name)}\ntype: Opaque\ndata:${data.length > 0 ? `\n${data.join('')}` : ' {}\n'}`
}
