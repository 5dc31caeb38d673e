import { Menu as MenuIcon, ShoppingCart } from 'lucide-react'
import type { ReactNode } from 'react'
import { Outlet, useLocation } from 'react-router'
import { LOCALES } from '#platform/i18n.ts'
import type { Handle } from '../handle.ts'
import { visitorIsland } from '../islands/islands.ts'
import { kitMessages } from '../messages/kit.ts'
import { shellMessages } from '../messages/shells.ts'
import { inLanguage, paths } from '../paths.ts'
import { Brand, SkipLink } from '../ui/brand.tsx'
import { buttonClass } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { ErrorPage } from '../ui/error-page.tsx'
import { Menu, MenuLink } from '../ui/menu.tsx'
import { Banner } from '../ui/notice.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { Time } from '../ui/values.tsx'
import { previewContext, showPreview } from './show-preview.ts'
import { ShopFooter } from './shop-footer.tsx'
import type { Route } from './+types/shop-layout'

export const handle: Handle = { surface: 'shop', islands: [visitorIsland] }

export const middleware: Route.MiddlewareFunction[] = [showPreview]

export const loader = ({ context }: Route.LoaderArgs) => ({ preview: context.get(previewContext) })

export default function ShopLayout({ loaderData: { preview } }: Route.ComponentProps) {
  return (
    <ShopShell bar={preview && <PreviewBar {...preview} />}>
      <Outlet />
    </ShopShell>
  )
}

export function ErrorBoundary({ error }: Route.ErrorBoundaryProps) {
  return (
    <ShopShell>
      <ErrorPage error={error} />
    </ShopShell>
  )
}

/** Top bar and footer of the shop. It knows nothing of the visitor: pages are shared. Links are plain: every page loads whole. */
function ShopShell({ bar, children }: { bar?: ReactNode; children: ReactNode }) {
  const words = useMessages(kitMessages)
  return (
    <div className="flex min-h-dvh flex-col bg-surface">
      <Alternates />
      <SkipLink label={words.skipToContent} />
      {bar}
      <ShopBar />
      <main id="main" className="flex-1">
        {children}
      </main>
      <ShopFooter />
    </div>
  )
}

/** Says that this is not for sale yet, and leads out. */
function PreviewBar({ name, number, until }: { name: Record<'en' | 'de', string>; number: number; until: string }) {
  const locale = useLocale()
  const words = useMessages(shellMessages).shop
  return (
    <Banner
      tone="warn"
      action={
        <a href={paths.previewEnd()} className="underline underline-offset-2">
          {words.previewLeave}
        </a>
      }
    >
      {words.preview(name[locale], number)} <Time at={until} format="full" />
    </Banner>
  )
}

function ShopBar() {
  const locale = useLocale()
  const words = useMessages(shellMessages).shop
  const kit = useMessages(kitMessages)
  const links = [
    [paths.product(locale, 'vps'), words.products],
    [paths.pricing(locale), words.pricing],
    [paths.apiReference(), words.docs],
  ] as const
  return (
    <header className="sticky top-0 z-30 border-b border-line bg-surface/90 backdrop-blur-md" data-noprint>
      <div className="mx-auto flex h-16 max-w-page items-center gap-8 px-5 sm:px-8">
        <a href={paths.landing(locale)} className="rounded-control">
          <Brand />
        </a>
        <nav aria-label={words.main} className="hidden items-center gap-1 md:flex">
          {links.map(([to, label]) => (
            <a
              key={to}
              href={to}
              className="rounded-control px-3 py-2 text-md font-medium text-muted transition-colors hover:text-ink"
            >
              {label}
            </a>
          ))}
        </nav>
        <ez-visitor class="group ml-auto flex items-center gap-1.5">
          <a
            href={paths.cart(locale)}
            aria-label={words.cart}
            className="relative grid size-10 place-items-center rounded-control text-muted hover:text-ink"
          >
            <ShoppingCart aria-hidden="true" className="size-5" />
            <span
              data-cart-count
              hidden
              className="absolute top-0.5 right-0 min-w-4.5 rounded-full bg-brand px-1 text-center text-xs leading-4.5 font-semibold text-on-brand tabular"
            />
          </a>
          <span className="grid max-sm:hidden">
            <a
              href={paths.login()}
              className="col-start-1 row-start-1 rounded-control px-3 py-2 text-center text-md font-medium text-muted group-data-[signed-in=true]:invisible hover:text-ink"
            >
              {words.login}
            </a>
            <a
              href={paths.portal()}
              className="invisible col-start-1 row-start-1 rounded-control px-3 py-2 text-center text-md font-medium text-muted group-data-[signed-in=true]:visible hover:text-ink"
            >
              {words.account}
            </a>
          </span>
          <a href={paths.pricing(locale)} className={cx(buttonClass({ variant: 'primary' }), 'max-sm:hidden')}>
            {kit.getStarted}
          </a>
          <div className="md:hidden">
            <Menu
              label={kit.menu}
              trigger={<MenuIcon aria-hidden="true" className="size-5" />}
              triggerClass="grid size-10 place-items-center rounded-control text-muted"
            >
              {links.map(([to, label]) => (
                <MenuLink key={to} to={to} document>
                  {label}
                </MenuLink>
              ))}
              <MenuLink to={paths.portal()} document>
                {words.account}
              </MenuLink>
            </Menu>
          </div>
        </ez-visitor>
      </div>
    </header>
  )
}

/** Tells search engines where the other languages of this page are. */
function Alternates() {
  const locale = useLocale()
  const { pathname } = useLocation()
  return LOCALES.filter((each) => each !== locale).map((each) => (
    <link key={each} rel="alternate" hrefLang={each} href={inLanguage(pathname, each)} />
  ))
}
