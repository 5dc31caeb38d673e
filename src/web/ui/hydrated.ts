import { useSyncExternalStore } from 'react'

const never = (): (() => void) => () => undefined

/** False in server HTML and on pages without scripts: controls that need scripts stay hidden then. */
export const useHydrated = (): boolean =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
