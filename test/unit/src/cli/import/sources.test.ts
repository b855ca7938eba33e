import { strToU8, zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import type { Origin } from '../../../../../src/cli/import/origin.ts'
import { sourceOf } from '../../../../../src/cli/import/source.ts'

const bytes = (content: string | object) => Buffer.from(typeof content === 'string' ? content : JSON.stringify(content))

/** `origin path=value` of each entry, with the recognised origin, and the notes. */
async function read(name: string, content: string | object | Uint8Array, origin?: Origin) {
  const raw = content instanceof Uint8Array ? content : bytes(content)
  const source = await sourceOf({ name, bytes: raw }, origin)
  return {
    origin: source.origin,
    entries: source.entries.map(({ names, value, type }) => `${names.join('/')}=${value}${type ? ` (${type})` : ''}`),
    notes: source.notes,
  }
}

const PUX = {
  accounts: [
    {
      vaults: [
        {
          attrs: { name: 'Personal' },
          items: [
            {
              overview: { title: 'Mail' },
              details: {
                loginFields: [
                  { designation: 'username', value: 'ada', name: 'user' },
                  { designation: 'password', value: 'p,"w' },
                  { designation: '', name: 'remember', value: '' },
                ],
                notesPlain: 'two\nlines',
                sections: [
                  {
                    title: 'More',
                    fields: [
                      { title: 'pin', id: 'a', value: { concealed: '0042' } },
                      { title: 'pin', id: 'b', value: { string: 'again' } },
                      { title: '', id: 'mail', value: { email: { email_address: 'a@b.c', provider: null } } },
                      { title: 'key', id: 'c', value: { sshKey: { privateKey: 'PEM', metadata: {} } } },
                      { title: 'born', id: 'd', value: { date: 1 } },
                      { title: 'none', id: 'e', value: { string: '' } },
                    ],
                  },
                ],
              },
            },
            { overview: { title: 'Mail' }, details: { password: 'second' } },
            { overview: { title: 'Old' }, state: 'archived', details: { password: 'x' } },
            { overview: { title: 'Scan' }, details: { documentAttributes: { documentId: 'd', fileName: 'x' } } },
          ],
        },
      ],
    },
  ],
}

describe('a file of another tool', () => {
  it('.env', async () => {
    expect(await read('.env.prod', 'A=1\nB="x y"\nC=1claw://v/x\nD=\n')).toEqual({
      origin: 'dotenv',
      entries: ['A=1', 'B=x y'],
      notes: ['Left out, because these are references: C.', 'Left out, because they have no value: D.'],
    })
  })

  it('.env, naming exactly the lines that are not assignments', async () => {
    const text = '# a comment\nexport A="two\nlines # of it"\nBAD LINE\n\nB = `x\n=y` # end\n  C=it\'s\r\nworse\n'
    expect(await read('.env', text)).toMatchObject({
      entries: ['A=two\nlines # of it', 'B=x\n=y', "C=it's"],
      notes: ['Left out, because these are not NAME=value: line 4, line 9.'],
    })
  })

  it('JSON, with folders', async () => {
    expect(await read('x.json', { db: { url: 'u', port: 5432 }, list: ['a'], on: false, none: null })).toEqual({
      origin: 'json',
      entries: ['db/url=u', 'db/port=5432', 'list=["a"]', 'on=false'],
      notes: ['Left out, because they have no value: none.'],
    })
  })

  it('YAML, with every scalar as it is written', async () => {
    const { origin, entries } = await read('x.yml', 'db:\n  version: 1.10\n  pin: 007\n  on: yes\ntext: |\n  two\n  lines\n')
    expect([origin, entries]).toEqual(['yaml', ['db/version=1.10', 'db/pin=007', 'db/on=yes', 'text=two\nlines\n']])
  })

  it('1Password, as CSV', async () => {
    const csv = `\ufeffTitle,Url,Username,Password,OTPAuth,Favorite,Archived,Tags,Notes
Mail,https://m.example,ada,"p,""w",,false,false,,"two
lines"
Mail,,,second,otpauth://x,true,false,t,
Old,,,x,,false,true,,
`
    expect(await read('export.csv', csv)).toEqual({
      origin: '1password',
      entries: [
        'Mail/url=https://m.example',
        'Mail/username=ada',
        'Mail/password=p,"w (password)',
        'Mail/notes=two\nlines (note)',
        'Mail 2/password=second (password)',
        'Mail 2/otpauth=otpauth://x',
      ],
      notes: ['Left out, because they are archived: Old.'],
    })
  })

  it('1Password, as 1PUX', async () => {
    const zip = zipSync({ 'export.attributes': strToU8('{}'), 'export.data': strToU8(JSON.stringify(PUX)) })
    expect(await read('x.1pux', zip)).toEqual({
      origin: '1password',
      entries: [
        'Personal/Mail/username=ada',
        'Personal/Mail/password=p,"w (password)',
        'Personal/Mail/pin=0042',
        'Personal/Mail/pin 2=again',
        'Personal/Mail/mail=a@b.c',
        'Personal/Mail/key=PEM (ssh_key)',
        'Personal/Mail/born=1',
        'Personal/Mail/notes=two\nlines (note)',
        'Personal/Mail 2/password=second (password)',
      ],
      notes: [
        'Left out, because they are archived: Personal/Old.',
        'Left out, because they are empty, or larger than a secret can be: Personal/Scan/x.',
      ],
    })
  })

  it('1Password, as 1PUX with documents and attachments', async () => {
    const file = (documentId: string, fileName: string) => ({ documentId, fileName, decryptedSize: 4 })
    const [document, attached] = [file('doc1', 'tls.p12'), file('doc2', 'a.txt')]
    const items = [
      { state: 'active', overview: { title: 'TLS' }, details: { documentAttributes: document, sections: [] } },
      {
        ...{ state: 'active', overview: { title: 'Site' } },
        details: { sections: [{ fields: [{ title: 'terms', id: 'x', value: { file: attached } }] }] },
      },
    ]
    const data = { accounts: [{ vaults: [{ attrs: { name: 'Personal' }, items }] }] }
    const zip = zipSync({
      'export.data': strToU8(JSON.stringify(data)),
      'files/doc1___tls.p12': new Uint8Array([0, 1, 255, 254]),
      'files/doc2___a.txt': strToU8('hello'),
    })
    expect(await read('x.1pux', zip)).toEqual({
      origin: '1password',
      entries: ['Personal/TLS/tls.p12=AAH//g== (file)', 'Personal/Site/terms=hello (file)'],
      notes: ['Personal/TLS/tls.p12 is binary and is imported as base64; read it with --encoding base64-decode.'],
    })
  })

  it('Doppler, downloaded and listed', async () => {
    const downloaded = { DOPPLER_PROJECT: 'p', DOPPLER_CONFIG: 'c', DOPPLER_ENVIRONMENT: 'e', A: '1' }
    expect(await read('x.json', downloaded)).toMatchObject({ origin: 'doppler', entries: ['A=1'] })
    const listed = { A: { computed: '1', raw: '$' + '{B}', note: '' }, B: { computed: '2', raw: '2' } }
    expect(await read('stdin', listed)).toMatchObject({ origin: 'doppler', entries: ['A=1', 'B=2'] })
  })

  it('Infisical, of both commands', async () => {
    const exported = [
      { key: 'A', value: '1', type: 'shared' },
      { key: 'E', value: '' },
    ]
    expect(await read('x.json', exported)).toEqual({
      origin: 'infisical',
      entries: ['A=1'],
      notes: ['Left out, because they have no value: E.'],
    })
    const listed = [{ secretKey: 'A', secretValue: '1', secretPath: '/db/main' }]
    expect(await read('x.json', listed)).toMatchObject({ entries: ['db/main/A=1'] })
  })

  it('Vault, of both versions', async () => {
    const second = { request_id: 'r', lease_id: '', data: { data: { user: 'u', n: 1 }, metadata: { version: 3 } } }
    expect(await read('stdin', second)).toMatchObject({ origin: 'vault', entries: ['user=u', 'n=1'] })
    const first = { request_id: 'r', lease_id: '', data: { user: 'u', data: 'd' } }
    expect(await read('stdin', first)).toMatchObject({ origin: 'vault', entries: ['user=u', 'data=d'] })
    const gone = { lease_id: '', data: { data: null, metadata: {} } }
    await expect(read('stdin', gone)).rejects.toThrow('was deleted in Vault')
  })

  it('Bitwarden', async () => {
    const content = {
      encrypted: false,
      folders: [{ id: 'f', name: 'Work/Deep' }],
      items: [
        {
          name: 'Mail',
          folderId: 'f',
          login: { username: 'ada', password: 'pw', totp: null, uris: [{ uri: 'https://x' }] },
          fields: [
            { name: 'pin', value: '1', type: 1 },
            { name: 'pin', value: '2', type: 1 },
          ],
          notes: 'n',
        },
        { name: 'Key', folderId: null, sshKey: { privateKey: 'PEM', publicKey: 'pub' } },
        { name: 'Mail', folderId: null, login: { password: 'other' } },
        { name: 'Mail', folderId: null, login: { password: 'gone' }, deletedDate: '2026-01-01T00:00:00Z' },
        { name: 'Old', folderId: 'f', login: { password: 'old' }, archivedDate: '2026-01-01T00:00:00Z' },
      ],
    }
    expect(await read('bw.json', content)).toEqual({
      origin: 'bitwarden',
      entries: [
        'Work/Deep/Mail/username=ada',
        'Work/Deep/Mail/password=pw (password)',
        'Work/Deep/Mail/uri=https://x',
        'Work/Deep/Mail/pin=1',
        'Work/Deep/Mail/pin 2=2',
        'Work/Deep/Mail/notes=n (note)',
        'Key/privateKey=PEM (ssh_key)',
        'Key/publicKey=pub',
        'Mail/password=other (password)',
      ],
      notes: ['Left out, because they are archived: Work/Deep/Old.', 'Left out, because they are in the trash: Mail 2.'],
    })
    await expect(read('bw.json', { encrypted: true, data: 'x' })).rejects.toThrow('encrypted')
    expect(await read('bws.json', [{ key: 'A', value: '1' }], 'bitwarden')).toMatchObject({ entries: ['A=1'] })
  })

  it('AWS Secrets Manager, one and many', async () => {
    const one = { ARN: 'arn', Name: 'prod/db', SecretString: '{"u":1}' }
    expect(await read('stdin', one)).toMatchObject({ origin: 'aws', entries: ['prod/db={"u":1}'] })
    const many = {
      SecretValues: [
        { Name: '/a', SecretString: 'x' },
        { Name: 'b', SecretBinary: 'AP8=' },
      ],
      Errors: [{ SecretId: 'c' }],
    }
    expect(await read('stdin', many)).toEqual({
      origin: 'aws',
      entries: ['a=x', 'b=AP8='],
      notes: [
        'b is binary and is imported as base64; read it with --encoding base64-decode.',
        'Left out, because AWS could not read them: c.',
      ],
    })
  })

  it('Kubernetes Secrets, as YAML and JSON, one and lists', async () => {
    const yaml = `apiVersion: v1
kind: Secret
metadata: { name: db }
data: { url: cG9zdGdyZXM6Ly94, key: AP8=, over: eA== }
stringData: { over: "y", empty: "" }
---
kind: ConfigMap
data: { a: b }
`
    expect(await read('secret.yaml', yaml)).toEqual({
      origin: 'kubernetes',
      entries: ['db/url=postgres://x', 'db/key=AP8=', 'db/over=y'],
      notes: [
        'db/key is binary and is imported as base64; read it with --encoding base64-decode.',
        'Left out, because they have no value: db/empty.',
      ],
    })
    const list = { kind: 'List', items: [{ kind: 'Secret', metadata: { name: 'a' }, data: { k: 'eA==' } }] }
    expect(await read('stdin', list)).toMatchObject({ origin: 'kubernetes', entries: ['a/k=x'] })
    expect(await read('x.txt', list, 'kubernetes')).toMatchObject({ entries: ['a/k=x'] })
    await expect(read('stdin', { kind: 'Secret', data: { k: 's3cret' } })).rejects.toThrow('secret/k is not base64')
  })

  it.each<[string, string | Uint8Array, Origin?]>([
    ['x.json', '{"s3cret"'],
    ['x.json', '"s3cret"', 'json'],
    ['x.json', '["s3cret"]'],
    ['x.yaml', 'a: [s3cret'],
    ['x.yaml', 'just s3cret'],
    ['x.csv', 'name,password\na,s3cret\n'],
    ['x.csv', 'Title,Password\na,s3cret,more\n'],
    ['x.1pux', Buffer.from('PK s3cret')],
    ['x.json', '{"s3cret":1}', 'bitwarden'],
    ['x.json', '{"s3cret":1}', 'aws'],
    ['x.json', '{"s3cret":1}', 'vault'],
    ['x.json', '{"s3cret":1}', 'kubernetes'],
    ['x.json', '[{"value":"s3cret"}]', 'infisical'],
    ['x.json', '{"a":{"b":"s3cret"},"c":[{"b":1},{"b":1}],"a":"s3cret"}'],
    ['.env', Buffer.from([0xff, 0xfe, 0x41])],
  ])('is refused without its content: %s with %s', async (name, content, origin) => {
    const refusal = await read(name, content, origin).then(
      () => undefined,
      (error: Error) => error,
    )
    expect(refusal).toMatchObject({ name: 'Problem', code: expect.stringMatching(/^(usage|config\.invalid)$/) })
    expect(refusal?.message).not.toContain('s3cret')
  })
})
