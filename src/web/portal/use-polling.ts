import { useEffect, useEffectEvent } from 'react'
import { useLoadAnew } from '../ui/live.ts'

/** Loads the page's data anew every so often while it is looked at: for what changes without an event. */
export function usePolling(active: boolean, periodMs: number): void {
  const loadAnew = useLoadAnew()
  const refresh = useEffectEvent(() => {
    if (document.visibilityState === 'visible') loadAnew()
  })
  useEffect(() => {
    if (!active) return undefined
    const timer = setInterval(refresh, periodMs)
    return () => clearInterval(timer)
  }, [active, periodMs])
}
