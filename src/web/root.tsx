import monoLatin from '@fontsource-variable/geist-mono/files/geist-mono-latin-wght-normal.woff2?url'
import interLatin from '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2?url'
import type { ReactNode } from 'react'
import { data, Links, Outlet, Scripts, ScrollRestoration, useMatches, useRouteLoaderData } from 'react-router'
import type { Route } from './+types/root'
import { appContext, localeContext, requestContext } from './context.ts'
import { takeFlash } from './flash.ts'
import { obeyPolicy } from './guards.ts'
import { documentOf } from './handle.ts'
import { ErrorPage } from './ui/error-page.tsx'
import { type Site, SiteContext } from './ui/site.tsx'
// Imported for its effect: Vite makes it the one style sheet of all pages.
// oxlint-disable-next-line import/no-unassigned-import
import './app.css'

const BRAND = 'EZ Solutions'

export const middleware: Route.MiddlewareFunction[] = [obeyPolicy]

export function loader({ request, context }: Route.LoaderArgs) {
  const { theme, timeZone } = context.get(requestContext)
  const site: Site = {
    brand: BRAND,
    locale: context.get(localeContext),
    timeZone,
    now: context.get(appContext).clock.now().toString(),
  }
  const { flash, headers } = takeFlash(request)
  return data({ site, theme, flash }, { headers })
}

export function Layout({ children }: { children: ReactNode }) {
  const loaded = useRouteLoaderData<typeof loader>('root')
  const { surface, hydrate, islands } = documentOf(useMatches().map((match) => match.handle))
  const personal = surface === 'portal' || surface === 'staff'
  return (
    <html
      lang={loaded?.site.locale ?? 'en'}
      data-surface={surface}
      data-theme={surface === 'shop' ? undefined : loaded?.theme}
    >
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
        {personal &&
          [interLatin, monoLatin].map((font) => (
            <link key={font} rel="preload" href={font} as="font" type="font/woff2" crossOrigin="anonymous" />
          ))}
        <Links nonce="" />
      </head>
      <body>
        {loaded ? <SiteContext value={loaded.site}>{children}</SiteContext> : children}
        {hydrate && <ScrollRestoration />}
        {hydrate && <Scripts />}
        {islands.map((address) => (
          <script key={address} type="module" src={address} />
        ))}
      </body>
    </html>
  )
}

export default function Root() {
  return <Outlet />
}

export function ErrorBoundary({ error }: Route.ErrorBoundaryProps) {
  return <ErrorPage error={error} standalone />
}
