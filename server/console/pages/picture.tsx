import { type ComponentProps, type ReactNode, useEffect, useState } from 'react'

type Pictures = typeof import('./pictures.ts')

let loading: Promise<Pictures> | undefined
let loaded: Pictures | undefined

/** Loads the code of all pictures once. A page may begin before it has the data of its picture. */
export async function loadPictures(): Promise<Pictures> {
  loading ??= import('./pictures.ts')
  try {
    loaded = await loading
    return loaded
  } catch (error) {
    // The next picture tries again.
    loading = undefined
    throw error
  }
}

/** The pictures, once they are loaded. Not by `lazy`, see `app.tsx`. */
function usePictures(): Pictures | 'failed' | undefined {
  const [pictures, keep] = useState<Pictures | 'failed' | undefined>(loaded)
  useEffect(() => {
    if (pictures === undefined) void loadPictures().then(keep, () => keep('failed'))
  }, [pictures])
  return pictures
}

interface PictureProps {
  draw(pictures: Pictures): ReactNode
}

function Picture({ draw }: PictureProps) {
  const pictures = usePictures()
  if (pictures === undefined) return <span className="picture-waits" aria-hidden="true" />
  if (pictures === 'failed') return <p className="quiet">The picture could not be loaded. Reload the page to try again.</p>
  return draw(pictures)
}

type PropsOf<Name extends keyof Pictures> = ComponentProps<Pictures[Name]>

export function ActivityChart(props: PropsOf<'ActivityChart'>) {
  return <Picture draw={({ ActivityChart: Chart }) => <Chart {...props} />} />
}

export function AccessMap(props: PropsOf<'AccessMap'>) {
  return <Picture draw={({ AccessMap: Drawn }) => <Drawn {...props} />} />
}

export function DayBars(props: PropsOf<'DayBars'>) {
  return <Picture draw={({ DayBars: Bars }) => <Bars {...props} />} />
}

export function HeadsChart(props: PropsOf<'HeadsChart'>) {
  return <Picture draw={({ HeadsChart: Chart }) => <Chart {...props} />} />
}

export function TimelineChart(props: PropsOf<'TimelineChart'>) {
  return <Picture draw={({ TimelineChart: Chart }) => <Chart {...props} />} />
}
