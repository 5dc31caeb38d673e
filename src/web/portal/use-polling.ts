import { useEffect, useEffectEvent } from 'react'
import { useRevalidator } from 'react-router'

/** Loads the page's data anew every so often while it is looked at: for what changes without an event. */
export function usePolling(active: boolean, periodMs: number): void {
  const { revalidate, state } = useRevalidator()
  const refresh = useEffectEvent(() => {
    if (state === 'idle' && document.visibilityState === 'visible') void revalidate()
  })
  useEffect(() => {
    if (!active) return undefined
    const timer = setInterval(refresh, periodMs)
    return () => clearInterval(timer)
  }, [active, periodMs])
}
