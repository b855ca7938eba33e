import { strToU8, zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import type { Origin } from '../../../../../src/cli/import/origin.ts'
import { sourceOf } from '../../../../../src/cli/import/source.ts'

/** The recognised format of a file, `name=value` of each entry, and the notes. */
async function read(name: string, content: string | object, origin?: Origin) {
  const text = typeof content === 'string' ? content : JSON.stringify(content)
  const bytes = content instanceof Uint8Array ? content : Buffer.from(text)
  const source = await sourceOf({ name, bytes }, origin)
  return {
    origin: source.origin,
    entries: source.entries.map(({ names, value }) => `${names.join('/')}=${value}`),
    notes: source.notes,
  }
}

const refusalOf = (name: string, content: string | object) =>
  read(name, content).then(
    ({ entries }) => `read: ${entries}`,
    (error: Error) => error.message,
  )

describe('a .env file of another tool', () => {
  it('keeps no half of a value: what readers end at different places is left out, and named', async () => {
    const lines = [
      'PASSWORD=abc#123',
      'ESCAPED="a\\"b"',
      "SHELL='it'\\''s'",
      'COMMENT=abc # said',
      'QUOTED="a#b" # said',
      'HASH=#nothing',
      'OPEN="never closed',
    ]
    expect(await read('.env', lines.join('\n'))).toEqual({
      origin: 'dotenv',
      entries: ['COMMENT=abc', 'QUOTED=a#b'],
      notes: [
        'Left out, because they have no value: HASH.',
        'Left out, because there is text after the closing quote of their value (use a kind of quote that the value does not contain): ESCAPED, SHELL.',
        'Left out, because the opening quote of their value has no closing quote: OPEN.',
        'Left out, because their value contains a # and has no quotes, so that some readers see a comment (put the value in quotes): PASSWORD.',
      ],
    })
  })

  it('names also what a quote that is never closed would take along', async () => {
    expect(await read('.env', 'A=1\nOPEN="abc\nB=2\nC="x"\n')).toMatchObject({
      entries: ['A=1'],
      notes: [expect.stringMatching(/text after the closing quote.*: OPEN, B, C\.$/)],
    })
  })

  it('tells of what other readers would replace, and of names that are set twice', async () => {
    const lines = [
      'A=$' + '{HOME}/x',
      "B='$' + HOME",
      "C='$" + "{HOME}'",
      'D="a\\tb"',
      'E="a\\nb"',
      'F=1',
      'F=2',
      'G=US$5',
      'H=$(id)',
    ]
    expect((await read('.env', lines.join('\n'))).notes).toEqual([
      'Left out, because there is text after the closing quote of their value (use a kind of quote that the value does not contain): B.',
      'Imported as they are written, with a variable or backslash that other readers replace: A, D, G, H.',
      'Set more than once, the last one counts: F.',
    ])
  })

  it('is read with a byte order mark, line ends of Windows, and `export`', async () => {
    const text = '\ufeffA=1\r\nexport B="two\r\nlines"\r\n\r\n# comment\r\nC = 3 # said\r\n'
    expect(await read('.env', text)).toEqual({ origin: 'dotenv', entries: ['A=1', 'B=two\nlines', 'C=3'], notes: [] })
  })

  it('of Doppler has no names of Doppler', async () => {
    const own = 'DOPPLER_CONFIG="dev"\nDOPPLER_ENVIRONMENT="dev"\nDOPPLER_PROJECT="shop"\n'
    const all = { origin: 'doppler', entries: ['KEY=x'], notes: [] }
    expect(await read('doppler.env', `${own}KEY="x"\n`)).toEqual(all)
    expect(await read('stdin', `${own.replaceAll('=', ': ')}KEY: x\n`)).toEqual(all)
    expect(await read('x.json', { DOPPLER_CONFIG: 'dev', KEY: 'x' }, 'doppler')).toEqual(all)
  })
})

describe('a file that is no .env file', () => {
  it('is recognised from a pipe, so that no part of a value becomes a name', async () => {
    const secret = 'apiVersion: v1\ndata:\n  password: aHVudGVyMg==\nkind: Secret\nmetadata:\n  name: db\n'
    expect(await read('stdin', secret)).toMatchObject({ origin: 'kubernetes', entries: ['db/password=hunter2'] })
    expect(await read('stdin', `# said\n---\n${secret}`)).toMatchObject({ origin: 'kubernetes' })
    expect(await read('stdin', 'db:\n  url: postgres://u:p@h/d?a=b\n')).toMatchObject({
      origin: 'yaml',
      entries: ['db/url=postgres://u:p@h/d?a=b'],
    })
  })

  it.each([
    ['a key', '-----BEGIN PRIVATE KEY-----\nMIIs3cret==\nAAAA==\n-----END PRIVATE KEY-----\n'],
    ['lines of base64', 'czNjcmV0czNjcmV0\nczNjcmV0czNjcmV0\nczNj=\n'],
    ['words', 'just\nsome s3cret words\n'],
  ])('is refused where it is %s', async (_, content) => {
    const refusal = await refusalOf('stdin', content)
    expect(refusal).toMatch(/^stdin cannot be recognised/)
    expect(refusal).not.toContain('s3cret')
  })

  it('has no names with blanks or colons, also where it is said to be one', async () => {
    expect(await read('stdin', 'password: czNjcmV0=\nA=1\n', 'dotenv')).toMatchObject({
      entries: ['A=1'],
      notes: ['Left out, because these are not NAME=value: line 1.'],
    })
  })
})

describe('YAML', () => {
  it('has merge keys, no value for null, bytes for !!binary, and all documents', async () => {
    const text = [
      'base: &b { user: u, pass: p }',
      'prod: { <<: *b, pass: q }',
      'none: null',
      'tilde: ~',
      'word: "null"',
      'bin: !!binary aGVsbG8=',
      'number: !!str 010',
      '---',
      'second: 2',
      '---',
      '',
    ]
    expect(await read('x.yaml', text.join('\n'))).toEqual({
      origin: 'yaml',
      entries: ['base/user=u', 'base/pass=p', 'prod/user=u', 'prod/pass=q', 'word=null', 'bin=hello', 'number=010', 'second=2'],
      notes: ['Left out, because they have no value: none, tilde.'],
    })
  })

  it('leaves out what has a tag of another tool', async () => {
    const text = 'a: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  3866\nb: !Ref Other\nc: !reference [x, y]\nd: 1\n'
    expect(await read('x.yaml', text)).toMatchObject({
      entries: ['d=1'],
      notes: ['Left out, because only the tool whose tag they have can work them out: a, b, c.'],
    })
  })
})

describe('what is encrypted', () => {
  it('is not imported as if it were a value', async () => {
    const cipher = `encrypted:${'BDqDBibm4wsYqMpCjTQ6BsDHmMadg9K3dAt'.repeat(3)}`
    expect(await read('.env', `A="${cipher}"\nB=1\n`)).toMatchObject({
      entries: ['B=1'],
      notes: ['Left out, because dotenvx has encrypted them: run `dotenvx decrypt` first: A.'],
    })
    const bySops = {
      a: 'ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]',
      b: '1',
      sops: { version: '3.9', mac: 'ENC[AES256_GCM,data:m]' },
    }
    expect(await read('x.json', bySops)).toMatchObject({ entries: ['b=1'] })
    expect(await read('x.json', { b: '1', sops: { version: '3.9' } })).toMatchObject({ entries: ['b=1', 'sops/version=3.9'] })
  })
})

describe('Kubernetes', () => {
  it('has the namespaces where there are several, and tells of empty values', async () => {
    const secret = (namespace: string, stringData: object) =>
      JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db', namespace }, stringData })
    const text = `${secret('a', { key: '1' })}\n---\n${secret('b', { key: '2', none: '' })}\n`
    expect(await read('x.yaml', text, 'kubernetes').catch(error => error.message)).toMatch('not valid JSON')
    expect(await read('x.yaml', `---\n${text}`)).toEqual({
      origin: 'kubernetes',
      entries: ['a/db/key=1', 'b/db/key=2'],
      notes: ['Left out, because they have no value: b/db/none.'],
    })
  })

  it.each(['SealedSecret', 'ExternalSecret'])('does not import a %s, which has no values', async kind => {
    const text = `apiVersion: x/v1\nkind: ${kind}\nmetadata: {name: a}\nspec: {encryptedData: {k: AgBy}}\n`
    expect(await refusalOf('x.yaml', text)).toBe('The file has no Kubernetes Secret.')
  })

  it('takes no number for base64', async () => {
    expect(await refusalOf('x.json', { kind: 'Secret', data: { k: 1234 } })).toBe('The data of secret/k is not a text.')
    expect(await read('x.json', { kind: 'Secret', data: { k: null, l: 'eA==' } })).toMatchObject({ entries: ['secret/l=x'] })
  })
})

describe('password managers', () => {
  it('have items of one name kept apart, also from what is called by such a number', async () => {
    const items = ['Mail', 'Mail', 'Mail 2', 'Mail'].map((name, at) => ({ name, login: { password: `${at}` } }))
    expect((await read('x.json', { encrypted: false, items })).entries).toEqual([
      'Mail/password=0',
      'Mail 2/password=1',
      'Mail 2 2/password=2',
      'Mail 3/password=3',
    ])
  })

  it('Bitwarden: all addresses of an item, and a word about its passkeys', async () => {
    const login = {
      password: 'p',
      uris: [{ uri: 'https://a' }, { uri: 'https://b' }],
      fido2Credentials: [{ keyValue: 's3cret' }],
    }
    const items = [{ name: 'Mail', login, fields: [{ name: 'linked', value: null, type: 3 }] }]
    expect(await read('x.json', { encrypted: false, items })).toEqual({
      origin: 'bitwarden',
      entries: ['Mail/password=p', 'Mail/uri=https://a', 'Mail/uri 2=https://b'],
      notes: ['Left out, because passkeys work only in a browser: passkey of Mail.'],
    })
  })

  it('Bitwarden Secrets Manager: projects are folders', async () => {
    const secrets = [
      { key: 'DB', value: 'x', id: '1', projectIds: ['p'] },
      { key: 'LOOSE', value: 'y', id: '2', projectIds: [] },
    ]
    expect(await read('x.json', { projects: [{ id: 'p', name: 'a/b' }], secrets })).toEqual({
      origin: 'bitwarden',
      entries: ['a-b/DB=x', 'LOOSE=y'],
      notes: [],
    })
  })

  it('1Password: addresses of logins, and no empty forms; vaults of one name are kept apart', async () => {
    const address = { street: '', city: '', country: '', zip: '', state: '' }
    const fields = [
      { title: 'home', id: 'a', value: { address } },
      { title: 'mail', id: 'b', value: { email: { email_address: null, provider: null } } },
      { title: 'work', id: 'c', value: { address: { ...address, city: 'Paris' } } },
    ]
    const overview = { title: 'Site', url: 'https://a', urls: [{ url: 'https://a' }, { url: 'https://b' }] }
    const vaults = [
      { attrs: { name: 'Private' }, items: [{ overview, details: { sections: [{ fields }] } }] },
      { attrs: { name: 'Private' }, items: [{ overview: { title: 'Site' }, details: { password: 'p' } }] },
    ]
    const zip = zipSync({ 'export.data': strToU8(JSON.stringify({ accounts: [{ vaults }] })) })
    expect((await read('x.1pux', zip)).entries).toEqual([
      `Private/Site/work=${JSON.stringify({ ...address, city: 'Paris' })}`,
      'Private/Site/url=https://a',
      'Private/Site/url 2=https://b',
      'Private 2/Site/password=p',
    ])
  })

  it('1Password as CSV: items without a title', async () => {
    expect((await read('stdin', 'Title,Password\n,p\n"",q\n')).entries).toEqual(['untitled/password=p', 'untitled 2/password=q'])
  })

  it('a zip archive of Bitwarden is refused by its name', async () => {
    expect(await refusalOf('x.zip', zipSync({ 'data.json': strToU8('{}') }))).toMatch('zip archive of Bitwarden')
  })
})

describe('exports of servers', () => {
  it('Infisical as CSV', async () => {
    expect(await read('x.csv', 'Key,Value\nA,1\nB,"x,""y"\nE,\n')).toEqual({
      origin: 'infisical',
      entries: ['A=1', 'B=x,"y'],
      notes: ['Left out, because they have no value: E.'],
    })
    expect(await refusalOf('x.csv', 'name,url,password\na,b,s3cret\n')).toMatch('neither a column Title')
  })

  it('AWS: a list of answers, and an empty one is not binary', async () => {
    const answers = [
      { Name: 'a/b', SecretString: 'x' },
      { Name: 'c', SecretString: '' },
    ]
    expect(await read('x.json', answers)).toEqual({
      origin: 'aws',
      entries: ['a/b=x'],
      notes: ['Left out, because they have no value: c.'],
    })
  })

  it('settings of one’s own that say `encrypted` are no export of Bitwarden', async () => {
    expect(await read('x.json', { encrypted: true, password: 'x' })).toMatchObject({
      origin: 'json',
      entries: ['encrypted=true', 'password=x'],
    })
  })
})
