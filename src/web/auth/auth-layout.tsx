import { ChevronLeft } from 'lucide-react'
import type { ReactNode } from 'react'
import { Outlet } from 'react-router'
import type { Handle } from '../handle.ts'
import { kitMessages } from '../messages/kit.ts'
import { shellMessages } from '../messages/shells.ts'
import { paths } from '../paths.ts'
import { Brand, SkipLink } from '../ui/brand.tsx'
import { ErrorPage } from '../ui/error-page.tsx'
import { DocumentTitle } from '../ui/page.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import type { Route } from './+types/auth-layout'

/** Sign-in pages are plain documents: they work anywhere, at once, and hold no script at all. */
export const handle: Handle = { surface: 'auth' }

export default function AuthLayout() {
  return (
    <AuthShell>
      <Outlet />
    </AuthShell>
  )
}

export function ErrorBoundary({ error }: Route.ErrorBoundaryProps) {
  return (
    <AuthShell>
      <ErrorPage error={error} />
    </AuthShell>
  )
}

function AuthShell({ children }: { children: ReactNode }) {
  const locale = useLocale()
  const words = useMessages(shellMessages).auth
  const kit = useMessages(kitMessages)
  return (
    <div className="flex min-h-dvh flex-col px-4">
      <SkipLink label={kit.skipToContent} />
      <header className="mx-auto flex w-full max-w-page items-center justify-between py-5 sm:px-4">
        <a href={paths.landing(locale)} className="rounded-control">
          <Brand />
        </a>
        <a href={paths.landing(locale)} className="flex items-center gap-0.5 text-md text-muted hover:text-ink">
          <ChevronLeft aria-hidden="true" className="size-4" />
          {words.back}
        </a>
      </header>
      <main id="main" className="mx-auto grid w-full max-w-sm flex-1 content-start pt-[7vh] pb-16">
        {children}
      </main>
    </div>
  )
}

/** The card every sign-in page is: a title, a word, a form, and ways to the others beneath. */
export function AuthCard({
  title,
  text,
  children,
  footer,
}: {
  title: string
  text?: ReactNode
  children: ReactNode
  footer?: ReactNode
}) {
  return (
    <>
      <DocumentTitle>{title}</DocumentTitle>
      <div className="rounded-card border border-line bg-surface p-6 sm:p-8">
        <h1 className="text-2xl tracking-tighter">{title}</h1>
        {text && <p className="mt-1.5 text-muted">{text}</p>}
        <div className="mt-6">{children}</div>
      </div>
      {footer && <div className="mt-5 text-center text-md text-muted">{footer}</div>}
    </>
  )
}
