import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

export interface CertificatePair {
  /** Files in PEM form. */
  readonly cert: string
  readonly key: string
  /** As `openssl x509 -fingerprint -sha256` prints it: `AB:CD:…`. */
  readonly fingerprint: string
}

/** Certificates like an operator's, in a separate folder. */
export async function certificateFolder() {
  const dir = await mkdtemp(join(tmpdir(), '1claw-certificates-'))
  const openssl = async (...words: string[]) => (await promisify(execFile)('openssl', words)).stdout
  const file = (name: string) => join(dir, name)
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']

  async function pair(name: string): Promise<CertificatePair> {
    const printed = await openssl('x509', '-in', file(`${name}.crt`), '-noout', '-fingerprint', '-sha256')
    return { cert: file(`${name}.crt`), key: file(`${name}.key`), fingerprint: printed.trim().replace(/^.*=/, '') }
  }

  return {
    dir,

    /** One that signs itself: an authority, or an agent that needs none. */
    async selfSigned(name: string, { days = 2 } = {}): Promise<CertificatePair> {
      const out = ['-keyout', file(`${name}.key`), '-out', file(`${name}.crt`)]
      await openssl('req', '-x509', ...newKey, '-subj', `/CN=${name}`, '-days', String(days), ...out)
      return pair(name)
    },

    /** A server's, for loopback, signed by an authority. */
    async forServer(name: string, authority: CertificatePair, host = 'localhost'): Promise<CertificatePair> {
      await openssl('req', ...newKey, '-subj', '/CN=localhost', '-keyout', file(`${name}.key`), '-out', file(`${name}.csr`))
      await writeFile(file(`${name}.ext`), `subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:${host}\n`)
      const issuer = ['-CA', authority.cert, '-CAkey', authority.key, '-CAcreateserial', '-days', '2']
      await openssl(
        'x509',
        '-req',
        '-in',
        file(`${name}.csr`),
        ...issuer,
        '-extfile',
        file(`${name}.ext`),
        '-out',
        file(`${name}.crt`),
      )
      return pair(name)
    },

    remove: () => rm(dir, { recursive: true, force: true }),
  }
}
