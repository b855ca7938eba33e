import { Button } from '../form/button.tsx'
import { useAnnounce } from './announcement.tsx'
import { download } from './download.ts'

interface DownloadButtonProps {
  /** Name of the file. */
  name: string
  text: string
  /** Name of the text, as in `Download the key`. */
  what: string
}

/** A button that saves a text as a file. The browser writes the file; nothing is sent. */
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

/** A file name that is valid on every file system, from any name. */
export function fileNameOf(name: string, ending: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9_.-]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 60)
  return `${plain || 'key'}${ending}`
}
