import { type Entry, entriesIn, type Read } from './entries-in.ts'

/** A file of a folder, by its path below the folder. */
export interface Source {
  readonly path: string
  readonly text: string
}

/** The files of a folder, or why it is refused. */
export type Folder = { readonly sources: readonly Source[] } | { readonly fault: string }

/** A folder of secrets is small; a larger one was chosen by mistake. */
const MOST_FILES = 500
const MOST_BYTES = 1024 * 1024
const DEEPEST = 16
/** Folders of tools, which contain no secrets to import. */
const PASSED_OVER = /(^|\/)(\.git|node_modules)(\/|$)/

/** The dropped item, as browsers describe it: a file or a folder. */
interface DroppedEntry {
  readonly isFile: boolean
  readonly isDirectory: boolean
  readonly name: string
  readonly fullPath: string
  /** Of a file. */
  file?(done: (file: File) => void, failed: (why: Error) => void): void
  /** Of a folder. */
  createReader?(): { readEntries(done: (entries: DroppedEntry[]) => void, failed: (why: Error) => void): void }
}

interface Found {
  readonly path: string
  file(): Promise<File>
}

/** The dropped files, including those in folders. Call this during the drop event: later there is nothing left. */
export function dropped(items: Iterable<{ webkitGetAsEntry(): DroppedEntry | null }>): Promise<Folder> {
  const entries = Array.from(items, item => item.webkitGetAsEntry()).filter(entry => entry !== null)
  // A single folder is the root of its paths; of several, or next to files, each keeps its name.
  const [only] = entries
  const root = entries.length === 1 && only?.isDirectory ? `${only.name}/` : ''
  return taken(walked(entries, root))
}

/** The files of a chosen folder, without the name of the folder itself. */
export function chosen(files: Iterable<File & { readonly webkitRelativePath: string }>): Promise<Folder> {
  async function* found(): AsyncGenerator<Found> {
    for (const file of files) yield { path: file.webkitRelativePath.replace(/^[^/]*\//, '') || file.name, file: async () => file }
  }
  return taken(found())
}

async function* walked(entries: readonly DroppedEntry[], root: string, depth = 0): AsyncGenerator<Found> {
  for (const entry of entries) {
    const path = entry.fullPath.replace(/^\//, '')
    if (entry.isFile) yield { path: path.startsWith(root) ? path.slice(root.length) : path, file: () => fileOf(entry) }
    else if (depth < DEEPEST && !PASSED_OVER.test(path)) yield* walked(await entriesOf(entry), root, depth + 1)
  }
}

function fileOf(entry: DroppedEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file?.(resolve, reject))
}

/** Browsers list a hundred at a time, until there are none. */
async function entriesOf(folder: DroppedEntry): Promise<DroppedEntry[]> {
  const reader = folder.createReader?.()
  const all: DroppedEntry[] = []
  while (reader && all.length <= MOST_FILES) {
    const some = await new Promise<DroppedEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) break
    all.push(...some)
  }
  return all
}

async function taken(found: AsyncIterable<Found>): Promise<Folder> {
  const sources: Source[] = []
  let bytes = 0
  for await (const { path, file } of found) {
    if (PASSED_OVER.test(path)) continue
    if (sources.length === MOST_FILES) return { fault: `The folder has more than ${MOST_FILES} files. Choose a smaller one.` }
    const taken = await file()
    bytes += taken.size
    if (bytes > MOST_BYTES) return { fault: 'The folder has more than 1 MB. Choose one that holds secrets alone.' }
    const text = await taken.text()
    // A value is text: anything else would be changed by being read as text.
    if (text.includes('\0') || text.includes('\uFFFD')) return { fault: `${path} is not a text file. Leave it out.` }
    sources.push({ path, text })
  }
  return { sources: sources.toSorted((one, other) => one.path.localeCompare(other.path)) }
}

const LISTS = /(^|\/)([^/]*\.json|\.env(\.[^/]*)?|[^/]*\.env)$/

/**
 * The entries of a folder: those of its `.env` and JSON files, below the folder that each is in, and each other file as one secret.
 * @param folder where they are to be; empty for the top of the vault
 */
export function entriesOfFolder(sources: readonly Source[], folder: string): Read {
  const entries = new Map<string, Entry>()
  for (const { path, text } of sources) {
    const inside = path.split('/').slice(0, -1).join('/')
    const read = LISTS.test(path) ? entriesIn(text, below(folder, inside)) : entriesIn(JSON.stringify({ [path]: text }), folder)
    if ('fault' in read) return { fault: `${path}: ${read.fault}` }
    for (const entry of read.entries) {
      if (entries.has(entry.path)) return { fault: `${path}: ${entry.path} is in another file of the folder, too.` }
      entries.set(entry.path, entry)
    }
  }
  return { entries: [...entries.values()] }
}

function below(folder: string, inside: string): string {
  return [folder.trim().replace(/^\/+|\/+$/g, ''), inside].filter(Boolean).join('/')
}
