import { Button } from '../form/button.tsx'
import { useAnnounce } from './announcement.tsx'
import { download } from './download.ts'

interface DownloadButtonProps {
  /** What the browser shall call the file. */
  name: string
  text: string
  /** What it is, as in `Download the key`. */
  what: string
}

/** Saves a text as a file. It never leaves the page: the browser writes it. */
export function DownloadButton({ name, text, what }: DownloadButtonProps) {
  const announce = useAnnounce()
  const save = () => {
    download(name, 'text/plain', text)
    announce(`Saved ${what} as ${name}. Move it to where only its user can read it.`)
  }
  return (
    <Button onClick={save}>
      Download<span className="only-heard"> {what}</span>
    </Button>
  )
}

/** A name that every file system takes, made from one that anybody may have chosen. */
export function fileNameOf(name: string, ending: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9_.-]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 60)
  return `${plain || 'key'}${ending}`
}
