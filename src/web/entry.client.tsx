import { startTransition, StrictMode } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { HydratedRouter } from 'react-router/dom'

// The server writes times in the visitor's zone from the next page on.
const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone
if (!document.cookie.includes(`tz=${encodeURIComponent(zone)}`))
  document.cookie = `tz=${encodeURIComponent(zone)}; Path=/; Max-Age=31536000; SameSite=Lax`

startTransition(() => {
  hydrateRoot(
    document,
    <StrictMode>
      <HydratedRouter />
    </StrictMode>,
  )
})
