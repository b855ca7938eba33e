/** Seals a root key file, changes the passphrase and removes the seal, again and again until it is killed. Prints each change. */
import { readRootBytes, replaceRoot } from '../../server/keys/software/root-file.ts'
import { plainRoot, rootIn, rootUnderPassphrase, sealOf } from '../../server/keys/software/root-format.ts'
import { FAST } from './sealed.ts'

const [file = '', passphrase = ''] = process.argv.slice(2)
for (;;) {
  const before = (await readRootBytes(file)) ?? Buffer.alloc(0)
  const isPlain = sealOf(before, file).kind === 'none'
  const root = await rootIn(before, file, isPlain ? {} : { passphrase })
  await replaceRoot(file, before, isPlain ? await rootUnderPassphrase(root, passphrase, FAST) : plainRoot(root))
  console.log(isPlain ? 'sealed' : 'removed')
}
