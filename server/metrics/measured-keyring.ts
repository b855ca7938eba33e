import { Problem } from '../../src/problem.ts'
import type { Keyring } from '../keys/keyring.ts'

export interface CallWatch {
  readonly began: () => void
  /** `outcome` is `ok`, or the code of the problem. */
  readonly ended: (call: string, outcome: string, seconds: number) => void
}

/** The same keyring; each call that the provider is asked to do is measured. */
export function measuredKeyring(keyring: Keyring, { began, ended }: CallWatch): Keyring {
  const measured =
    <Args extends readonly unknown[], Result>(call: string, ask: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      const start = performance.now()
      let outcome = 'ok'
      began()
      try {
        return await ask(...args)
      } catch (error) {
        outcome = error instanceof Problem ? error.code : 'internal'
        throw error
      } finally {
        ended(call, outcome, (performance.now() - start) / 1000)
      }
    }
  return {
    provider: keyring.provider,
    fingerprint: keyring.fingerprint,
    publicKey: keyring.publicKey,
    createKek: measured('create', id => keyring.createKek(id)),
    wrap: measured('wrap', (...args) => keyring.wrap(...args)),
    unwrap: measured('unwrap', (...args) => keyring.unwrap(...args)),
    destroyKek: measured('destroy', kek => keyring.destroyKek(kek)),
    sign: measured('sign', (...args) => keyring.sign(...args)),
    createSigner: measured('create-signer', id => keyring.createSigner(id)),
    signerPublicKey: measured('signer-public-key', signer => keyring.signerPublicKey(signer)),
    destroySigner: measured('destroy-signer', signer => keyring.destroySigner(signer)),
    createCurveKey: measured('create-curve-key', id => keyring.createCurveKey(id)),
    importCurveKey: measured('import-curve-key', (...args) => keyring.importCurveKey(...args)),
    takesCurveKeys: measured('try-import', () => keyring.takesCurveKeys()),
    exportCurveKey: measured('export-curve-key', key => keyring.exportCurveKey(key)),
    signDigest: measured('sign-digest', (...args) => keyring.signDigest(...args)),
    destroyCurveKey: measured('destroy-curve-key', key => keyring.destroyCurveKey(key)),
    providerOf: id => keyring.providerOf(id),
    status: () => keyring.status(),
    close: () => keyring.close(),
  }
}
