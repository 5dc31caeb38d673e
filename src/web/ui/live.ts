import { useEffect, useEffectEvent, useState } from 'react'
import { useLocation, useNavigation, useRevalidator } from 'react-router'

const GATHER_MS = 150
const POLL_MS = 3_000
/** For pages of staff that need not follow each event at once. */
export const BUSY_MS = 1_500

/**
 * Loads the page's data anew, unless something is under way; says whether it did. A load begun while an action's answer is
 * on its way would take that answer, and the word of confirmation that comes with the next page, from whoever waits for it.
 */
export function useLoadAnew(): () => boolean {
  const { revalidate, state } = useRevalidator()
  const navigation = useNavigation()
  return () => {
    const idle = state === 'idle' && navigation.state === 'idle'
    if (idle) void revalidate()
    return idle
  }
}

/**
 * What the last action of a live page answered, until the next answer or the next page: the router forgets it with every
 * load of data, and a refusal would vanish before it is read.
 */
export function useAnswer<T>(answer: T | undefined): T | undefined {
  const { key } = useLocation()
  const [kept, setKept] = useState({ answer, key })
  const now = answer === undefined && key === kept.key ? kept : { answer, key }
  if (now.answer !== kept.answer || now.key !== kept.key) setKept(now)
  return now.answer
}

/**
 * Keeps a page current while `active`: an event from the server loads its data anew. Where the event stream is not to be
 * had it asks every three seconds. `gatherMs` is the least time between two loads: staff hear what happens to everybody.
 * The page itself shows what loaders say; there is no second model in the browser.
 */
export function useLive(active = true, gatherMs = GATHER_MS): void {
  const loadAnew = useLoadAnew()
  const refresh = useEffectEvent(() => document.visibilityState !== 'visible' || loadAnew())
  useEffect(() => {
    if (!active) return undefined
    let gathering: ReturnType<typeof setTimeout> | undefined
    let polling: ReturnType<typeof setInterval> | undefined
    const soon = (): void => {
      // Not put off by each further event, or a busy day would never show.
      gathering ??= setTimeout(() => {
        gathering = undefined
        // What happened while the page was loading may be missing from it.
        if (!refresh()) soon()
      }, gatherMs)
    }
    const stream = new EventSource('/api/v1/events')
    stream.addEventListener('message', soon)
    stream.addEventListener('change', soon)
    stream.addEventListener('open', () => {
      clearInterval(polling)
      polling = undefined
    })
    stream.addEventListener('error', () => {
      polling ??= setInterval(refresh, POLL_MS)
    })
    document.addEventListener('visibilitychange', refresh)
    return () => {
      stream.close()
      clearTimeout(gathering)
      clearInterval(polling)
      document.removeEventListener('visibilitychange', refresh)
    }
  }, [active, gatherMs])
}

/** Whether the browser believes to be online; true on the server. */
export function useOnline(): boolean {
  const [online, setOnline] = useState(true)
  useEffect(() => {
    const update = (): void => setOnline(navigator.onLine)
    update()
    window.addEventListener('online', update)
    window.addEventListener('offline', update)
    return () => {
      window.removeEventListener('online', update)
      window.removeEventListener('offline', update)
    }
  }, [])
  return online
}
